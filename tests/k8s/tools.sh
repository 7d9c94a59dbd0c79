#!/usr/bin/env bash
# What the checks of k8s/ need and Debian does not have, into DIR and nowhere else: schemas of Kubernetes and of the
# operators' resources from PyPI, and kustomize from its Go module where kubectl has none that knows components.
# What cannot be had is said; the checks that need it skip.
#   tests/k8s/tools.sh DIR
set -euo pipefail

dir=${1:?usage: tools.sh DIR}
here=$(dirname "$0")
kustomize=sigs.k8s.io/kustomize/kustomize/v5@v5.0.3  # the newest that Debian's Go builds

renders() { "$@" "$here/../../k8s/overlays/dev" >/dev/null 2>&1; }

mkdir -p "$dir"
dir=$(realpath "$dir")
if ! cmp -s "$here/tools.txt" "$dir/have.txt"; then
  rm -rf "$dir/python"
  if /usr/bin/python3 -m venv "$dir/python" >/dev/null &&
    "$dir/python/bin/pip" install -q --only-binary :all: -r "$here/tools.txt" >/dev/null 2>&1; then
    cp "$here/tools.txt" "$dir/have.txt"
  else
    rm -rf "$dir/python"
    echo "k8s: schemas cannot be had from PyPI; the check against them is skipped" >&2
  fi
fi
if ! renders kubectl kustomize && ! renders "$dir/kustomize" build; then
  if command -v go >/dev/null || apt-get install -y -qq --no-install-recommends golang-go >/dev/null 2>&1; then
    GOBIN=$dir GOFLAGS= CGO_ENABLED=0 go install "$kustomize" >/dev/null 2>&1 || true
  fi
  renders "$dir/kustomize" build ||
    echo "k8s: neither kubectl nor kustomize can be had; checks of what is rendered are skipped" >&2
fi
