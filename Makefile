# Verbs only. `make help` lists them.
.DEFAULT_GOAL := help
PRESET ?= release
BUILD  := build/$(PRESET)
JOBS   ?= $(shell nproc)
VERSION := $(shell sed -n 's/^project.rapport VERSION \([0-9.]*\).*/\1/p' CMakeLists.txt)

PACKAGES := g++ make cmake ninja-build pkg-config \
  libgrpc++-dev protobuf-compiler protobuf-compiler-grpc libprotobuf-dev golang-github-gogo-googleapis-dev libssl-dev \
  libeigen3-dev librocksdb-dev prometheus-cpp-dev libabsl-dev libcli11-dev libspdlog-dev libtomlplusplus-dev libjemalloc-dev \
  nlohmann-json3-dev libxxhash-dev libzstd-dev zlib1g-dev libicu-dev
TEST_PACKAGES := libgtest-dev libgmock-dev libbenchmark-dev prometheus openssl python3 python3-venv python3-yaml buildah zstd gzip
IMAGE_PACKAGES := buildah ca-certificates python3 git
LINT_PACKAGES := clang-tidy clang-format
BENCH_PACKAGES := libfaiss-dev libhnswlib-dev libopenblas-pthread-dev valgrind

# Installs what is missing and nothing else; quiet where all is there.
define install
@missing=$$(for p in $(1); do dpkg-query -W -f='$${Status}' $$p 2>/dev/null | grep -q 'install ok installed' || echo $$p; done); \
if [ -n "$$missing" ]; then \
  sudo=; [ "$$(id -u)" = 0 ] || sudo=sudo; \
  echo "installing:" $$missing; \
  $$sudo apt-get update -qq && DEBIAN_FRONTEND=noninteractive $$sudo apt-get install -y -qq --no-install-recommends $$missing >/dev/null; \
fi
endef

.PHONY: help packages test-packages lint-packages bench-packages k8s-tools build demo test image rules run lint format asan tsan bench bench-parts bench-train bench-scale clean

help:  ## this list
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*##/\t/' | expand -t 16

packages:
	$(call install,$(PACKAGES))

test-packages: packages
	$(call install,$(TEST_PACKAGES))

lint-packages: test-packages
	$(call install,$(LINT_PACKAGES))

bench-packages: test-packages
	$(call install,$(BENCH_PACKAGES))

# Into build/ and nowhere else; what cannot be had is said, and the tests that need it skip.
k8s-tools: test-packages
	@tests/k8s/tools.sh build/k8s-tools

build: packages  ## rapport-server and rapport, in build/release/bin
	@cmake --preset $(PRESET) -DBUILD_TESTING=OFF >/dev/null
	@cmake --build --preset $(PRESET) -j $(JOBS)

demo: build  ## a shop in a minute: sample data, training, suggestions and their reasons
	@services/cli/demo.sh $(BUILD)/bin

test: test-packages k8s-tools  ## build and run every test
	@cmake --preset $(PRESET) -DBUILD_TESTING=ON >/dev/null
	@cmake --build --preset $(PRESET) -j $(JOBS)
	@ctest --test-dir $(BUILD) --output-on-failure -j $(JOBS)

image:  ## an OCI image of this commit, rapport:VERSION (IMAGE=NAME, FROM=BIN_DIR for programs built here)
	$(call install,$(IMAGE_PACKAGES))
	@k8s/build-image.sh $(if $(FROM),--from $(FROM)) $(or $(IMAGE),localhost/rapport:$(VERSION))

rules:  ## k8s/rules for a Prometheus without the operator, in build/rules
	$(call install,python3-yaml)
	@/usr/bin/python3 -B tests/k8s/plain_rules.py build/rules

run: build  ## the server, with its data in ./var; without TLS, so on this machine only
	@mkdir -p var
	@$(BUILD)/bin/rapport-server --storage.path var/data --tls.insecure=true

format: lint-packages  ## clang-format over everything
	@git ls-files '*.cc' '*.h' | xargs clang-format -i

lint: lint-packages  ## clang-format and clang-tidy, as errors
	@git ls-files '*.cc' '*.h' | xargs clang-format --dry-run -Werror
	@cmake --preset $(PRESET) -DBUILD_TESTING=ON >/dev/null
	@cmake --build --preset $(PRESET) -j $(JOBS) --target rapport_api rapport_records
	@git ls-files '*.cc' | xargs -P $(JOBS) -n 4 clang-tidy -quiet -p $(BUILD)

asan: test-packages  ## every test under AddressSanitizer and UndefinedBehaviorSanitizer
	@$(MAKE) --no-print-directory test PRESET=asan

tsan: test-packages  ## what runs without gRPC under ThreadSanitizer
	@$(MAKE) --no-print-directory test PRESET=tsan

# What a call costs: lists beside peers, a server under load, instructions of a call.
bench: bench-packages  ## lists beside peers, a server under load, instructions of a call (JSON=1)
	@cmake --preset $(PRESET) -DBUILD_TESTING=ON >/dev/null
	@cmake --build --preset $(PRESET) -j $(JOBS) --target rapport_bench_scan rapport_bench_load rapport-server >&2
	@OMP_NUM_THREADS=1 OPENBLAS_NUM_THREADS=1 $(BUILD)/bin/rapport_bench_scan $(if $(JSON),--json > build/bench-scan.json)
	@$(BUILD)/bin/rapport_bench_load $(if $(JSON),--json --beside build/bench-scan.json)

bench-parts: test-packages  ## CPU time of what a call and a training are made of
	@cmake --preset $(PRESET) -DBUILD_TESTING=ON >/dev/null
	@cmake --build --preset $(PRESET) -j $(JOBS) --target rapport_bench
	@$(BUILD)/bin/rapport_bench

# Peers that it is compared with come from PyPI, into build/ and nowhere else.
PEERS := build/peers
bench-train: test-packages  ## seconds a sweep of training takes, beside implicit and irspack (JSON=1 for programs)
	@cmake --preset $(PRESET) -DBUILD_TESTING=ON >/dev/null
	@cmake --build --preset $(PRESET) -j $(JOBS) --target rapport_bench_train >&2
	@cmp -s tests/bench/train_peers.txt $(PEERS)/have.txt || { rm -rf $(PEERS); \
	  python3 -m venv $(PEERS) && $(PEERS)/bin/pip install -q --only-binary :all: -r tests/bench/train_peers.txt && \
	  cp tests/bench/train_peers.txt $(PEERS)/have.txt; } >&2 || echo "peers are skipped: PyPI's implicit and irspack can't be had" >&2
	@$(BUILD)/bin/rapport_bench_train $(if $(JSON),--json) $$(test -e $(PEERS)/have.txt && echo --peers $(PEERS)/bin/python)

bench-scale: test-packages  ## memory and time of training 10 million purchases in the server (PURCHASES=N, JSON=1)
	@cmake --preset $(PRESET) -DBUILD_TESTING=ON >/dev/null
	@cmake --build --preset $(PRESET) -j $(JOBS) --target rapport_bench_scale >&2
	@$(BUILD)/bin/rapport_bench_scale $(if $(JSON),--json) $(if $(PURCHASES),--purchases $(PURCHASES))

clean:  ## remove what was built; keeps ./var
	@rm -rf build
