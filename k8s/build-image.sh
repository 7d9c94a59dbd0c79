#!/usr/bin/env bash
# An OCI image of the commit that is checked out, with docker, podman or buildah, whichever is there (buildah needs no
# daemon). Builds in Debian 12's image; where that cannot be pulled, and with --from, it takes the programs that were built
# on this machine, which has to be Debian 12 too. The same commit and packages give the same digest. Prints the tag.
# BUILDER=buildah and the like choose for themselves.
#   k8s/build-image.sh [--from BIN_DIR] TAG
set -euo pipefail

bin=
if [[ ${1:-} == --from ]]; then
  bin=$(realpath "${2:?usage: build-image.sh [--from BIN_DIR] TAG}")
  shift 2
fi
tag=${1:?usage: build-image.sh [--from BIN_DIR] TAG}
source=$(realpath "$(dirname "$0")/..")
debian=docker.io/library/debian:12

git() { command git -c safe.directory="$source" -C "$source" "$@"; }
SOURCE_DATE_EPOCH=${SOURCE_DATE_EPOCH:-$(git log -1 --format=%ct)}
export SOURCE_DATE_EPOCH
arguments=(
  --build-arg "SOURCE_DATE_EPOCH=$SOURCE_DATE_EPOCH"
  --build-arg "VERSION=$(sed -n 's/^project(rapport VERSION \([^ ]*\).*/\1/p' "$source/CMakeLists.txt")"
  --build-arg "REVISION=$(git rev-parse HEAD)"
  --build-arg "CREATED=$(date -u -d "@$SOURCE_DATE_EPOCH" +%Y-%m-%dT%H:%M:%SZ)"
  --tag "$tag"
)

builder=${BUILDER:-}
if [[ -z $builder ]]; then
  if docker info >/dev/null 2>&1; then
    builder=docker
  elif podman info >/dev/null 2>&1; then
    builder=podman
  elif command -v buildah >/dev/null; then
    builder=buildah
  fi
fi
if [[ $builder == docker ]]; then
  pull=(docker pull -q)
  build=(docker build -q)
elif [[ $builder == podman ]]; then
  pull=(podman pull -q)
  build=(podman build -q --timestamp "$SOURCE_DATE_EPOCH")
elif [[ $builder == buildah ]]; then
  export BUILDAH_ISOLATION=${BUILDAH_ISOLATION:-chroot} STORAGE_DRIVER=${STORAGE_DRIVER:-vfs}
  pull=(buildah pull -q)
  build=(buildah build -q --timestamp "$SOURCE_DATE_EPOCH")
else
  echo "build-image.sh: none of docker (with a daemon), podman and buildah is here; Debian has the latter two" >&2
  exit 1
fi

if [[ -z $bin ]] && ! timeout 120 "${pull[@]}" "$debian" >/dev/null 2>&1; then
  echo "build-image.sh: $debian cannot be pulled; taking the programs that are built on this machine" >&2
  make -C "$source" --no-print-directory build >&2
  bin=$source/build/release/bin
fi

context=$(mktemp -d)
trap 'rm -rf "$context"' EXIT
if [[ -z $bin ]]; then
  git archive HEAD | tar -x -C "$context"
  file=$context/k8s/Dockerfile
else
  if ! grep -q '^VERSION_ID="12"' /etc/os-release || ! grep -q '^ID=debian' /etc/os-release; then
    echo "build-image.sh: programs built on this machine need its libraries, and it is not Debian 12" >&2
    exit 1
  fi
  "$source/k8s/rootfs.sh" "$bin" "$context/image"
  file=$context/Dockerfile  # the second stage alone
  sed -n '/^FROM scratch/,$p' "$source/k8s/Dockerfile" | sed 's/--from=build //' > "$file"
fi
"${build[@]}" "${arguments[@]}" -f "$file" "$context" >/dev/null
echo "$tag"
