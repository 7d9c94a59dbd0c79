#!/usr/bin/env bash
# The files of the image, in OUT/rootfs: both programs of BIN_DIR, each library that they load under the name that they load
# it by, certificate authorities, the user 65532, and what of Debian that is (an SBOM). OUT/data is the empty data folder.
# All of them are as old as SOURCE_DATE_EPOCH says, so that the same programs make the same image.
#   k8s/rootfs.sh BIN_DIR OUT
set -euo pipefail

bin=${1:?usage: rootfs.sh BIN_DIR OUT}
out=${2:?usage: rootfs.sh BIN_DIR OUT}
here=$(dirname "$0")
root=$out/rootfs

rm -rf "$out"
install -d "$root"/{etc/ssl/certs,usr/bin,usr/lib,usr/lib64,usr/share/doc/rapport,var/lib} "$out/data"
ln -s usr/bin usr/lib usr/lib64 "$root"

install -m 755 "$bin"/rapport-server "$bin"/rapport "$root/usr/bin/"
strip --strip-unneeded "$root"/usr/bin/*

# "name => /lib/x.so (0x…)" of libraries, "/lib64/ld-linux-x86-64.so.2 (0x…)" of the loader. An awk that exits with 1
# has met a library that is not on this machine.
libraries=$(ldd "$bin/rapport-server" "$bin/rapport" | awk '
  /not found/ { print > "/dev/stderr"; missing = 1 }
  $2 == "=>" && $3 ~ /^\// { print $3 }
  $1 ~ /^\/lib.*ld-linux/ { print $1 }
  END { exit missing }' | sort -u)
for library in $libraries; do
  install -D -m 755 "$(realpath "$library")" "$root/usr${library#/usr}"
done

install -m 644 /etc/ssl/certs/ca-certificates.crt "$root/etc/ssl/certs/"
echo 'rapport:x:65532:65532:Rapport:/var/lib/rapport:/usr/sbin/nologin' > "$root/etc/passwd"
echo 'rapport:x:65532:' > "$root/etc/group"
echo 'hosts: files dns' > "$root/etc/nsswitch.conf"
install -m 644 "$here/../LICENSE" "$root/usr/share/doc/rapport/"

# shellcheck disable=SC2086
python3 "$here/sbom.py" /etc/ssl/certs/ca-certificates.crt $libraries > "$root/usr/share/doc/rapport/sbom.spdx.json"

find "$out" -exec touch -h -d "@${SOURCE_DATE_EPOCH:-0}" {} +
