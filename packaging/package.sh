#!/usr/bin/env bash
# package.sh BINARY OUT_DIR : the relocatable tarball and the .deb of a release binary (./dev package).
#
# The tarball holds bin/interdict and, in lib/, every shared library that it needs and glibc does not
# bring. The binary finds them by an RPATH of $ORIGIN/../lib: RPATH and not RUNPATH, since only RPATH
# also holds for what those libraries need themselves, and comes before LD_LIBRARY_PATH. libstdc++ and
# libgcc_s lie there too rather than inside the binary: the C++ libraries beside it need them as well, and
# one copy in the process keeps exceptions and locales of one kind.
#
# The same commit on the same system gives the same bytes: times are those of the commit.
set -euo pipefail
export LC_ALL=C TZ=UTC
umask 022
binary=$(realpath "$1")
mkdir -p "$2"
out=$(realpath "$2")
cd "$(dirname "${BASH_SOURCE[0]}")/.."

say() { printf '%s\n' "$*" >&2; }
fail() { say "package.sh: $*"; exit 1; }

version=$(sed -n 's/^project(interdict VERSION \([0-9.]*\).*/\1/p' CMakeLists.txt)
[ -n "$version" ] || fail "no version in CMakeLists.txt"
machine=$(uname -m)
SOURCE_DATE_EPOCH=${SOURCE_DATE_EPOCH:-$(git log -1 --format=%ct 2>/dev/null || stat -c %Y CHANGELOG.md)}
export SOURCE_DATE_EPOCH
# Oldest glibc that the project promises; what a build asks for depends on the system that it is built on.
promised_glibc=2.36

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
rm -f "$out"/interdict-*-linux-*.tar.zst "$out"/interdict_*.deb

# Of usrmerge: the loader says /lib/..., the package that owns it may say /usr/lib/... or /lib/...
package_of() {
  local path found
  path=$(realpath "$1")
  found=$(dpkg-query -S "$path" 2>/dev/null || dpkg-query -S "${path#/usr}" 2>/dev/null || dpkg-query -S "$1" 2>/dev/null) ||
    fail "no package owns $1"
  found=${found%%: *}
  echo "${found%%:*}"
}

copy_notice() {  # copy_notice PACKAGE
  local from=/usr/share/doc/$1/copyright
  [ -s "$from" ] || fail "$from is missing: a tarball without the licence of $1 may not be given on"
  install -D -m 644 "$(realpath "$from")" "$notices/$1.txt"
}

# glibc version that a program or library asks for.
needed_glibc() { objdump -T "$@" | grep -oE 'GLIBC_[0-9.]+' | sed 's/GLIBC_//' | sort -V | tail -n 1; }

normalise_times() { find "$1" -exec touch -h -d "@$SOURCE_DATE_EPOCH" {} +; }

manual() { sed "s/@VERSION@/$version/" packaging/interdict.1; }

make_tarball() {
  local name=interdict-$version-linux-$machine
  local tree=$work/$name library package
  notices=$tree/share/doc/interdict/third-party
  install -D -m 755 -s "$binary" "$tree/bin/interdict"
  patchelf --force-rpath --set-rpath '$ORIGIN/../lib' "$tree/bin/interdict"
  mkdir -p "$tree/lib"
  ldd "$binary" >"$work/ldd"
  ! grep 'not found' "$work/ldd" >&2 || fail "$binary lacks libraries here"
  while read -r library; do
    package=$(package_of "$library")
    [ "$package" != libc6 ] || continue
    install -m 644 "$(realpath "$library")" "$tree/lib/$(basename "$library")"
    copy_notice "$package"
  done < <(awk '$2 == "=>" { print $3 }' "$work/ldd" | sort)
  # Header-only libraries are inside the binary.
  for package in $(dpkg-query -W -f '${Package}\n' 'libboost1*-dev' libcli11-dev libexpected-dev libxxhash-dev 2>/dev/null); do
    [ ! -s "/usr/share/doc/$package/copyright" ] || copy_notice "$package"
  done
  for package in libcli11-dev libexpected-dev; do [ -s "$notices/$package.txt" ] || copy_notice "$package"; done
  # Notices that point to Debian's copies of well-known licences find them beside themselves.
  grep -ohE '/usr/share/common-licenses/[A-Za-z]+(-[0-9]+(\.[0-9]+)?)?' "$notices"/*.txt | sort -u | while read -r path; do
    [ ! -f "$path" ] || install -D -m 644 "$(realpath "$path")" "$notices/common-licenses/$(basename "$path")"
  done
  install -m 644 LICENSE README.md CHANGELOG.md "$tree/"
  mkdir -p "$tree/share/man/man1"
  manual >"$tree/share/man/man1/interdict.1"
  normalise_times "$tree"
  glibc=$(needed_glibc "$tree/bin/interdict" "$tree"/lib/*)
  tar -C "$work" --sort=name --owner=0 --group=0 --numeric-owner --format=gnu --mtime="@$SOURCE_DATE_EPOCH" \
    -cf "$work/$name.tar" "$name"
  zstd -q -19 -T1 -f "$work/$name.tar" -o "$out/$name.tar.zst"
}

make_deb() {
  local root=$work/deb architecture depends doc size
  architecture=$(dpkg --print-architecture)
  doc=$root/usr/share/doc/interdict
  install -D -m 755 -s "$binary" "$root/usr/bin/interdict"
  mkdir -p "$doc" "$root/usr/share/man/man1" "$root/DEBIAN" "$work/control/debian"
  manual | gzip -9n >"$root/usr/share/man/man1/interdict.1.gz"
  gzip -9nc CHANGELOG.md >"$doc/changelog.gz"
  install -m 644 README.md "$doc/README.md"
  install -m 644 packaging/copyright "$doc/copyright"
  {
    printf 'interdict (%s-1) unstable; urgency=medium\n\n  * See changelog.gz.\n\n -- %s  %s\n' \
      "$version" "$maintainer" "$(date -u -R -d "@$SOURCE_DATE_EPOCH")"
  } | gzip -9n >"$doc/changelog.Debian.gz"
  printf 'Source: interdict\nMaintainer: %s\n\nPackage: interdict\nArchitecture: any\n' "$maintainer" >"$work/control/debian/control"
  depends=$(cd "$work/control" && dpkg-shlibdeps -O -e"$root/usr/bin/interdict" 2>"$work/shlibdeps.log" | sed -n 's/^shlibs:Depends=//p')
  [ -n "$depends" ] || { cat "$work/shlibdeps.log" >&2; fail "dpkg-shlibdeps named no dependency"; }
  size=$(du -sk --apparent-size --exclude=DEBIAN "$root" | cut -f1)
  cat >"$root/DEBIAN/control" <<EOF
Package: interdict
Version: $version-1
Section: admin
Priority: optional
Architecture: $architecture
Maintainer: $maintainer
Installed-Size: $size
Depends: $depends
Description: finds intrusions in logs and tells how each unfolded
 Interdict reads a folder of logs and says which intrusions are in there, how
 each unfolded along the seven stages of the cyber kill chain, how far it got,
 and where it could have been stopped. It contacts no host and changes nothing.
EOF
  (cd "$root" && find usr -type f -print0 | sort -z | xargs -0 md5sum >DEBIAN/md5sums)
  normalise_times "$root"
  dpkg-deb --root-owner-group -Zxz --build "$root" "$out/interdict_$version-1_$architecture.deb" >/dev/null
}

# The address is one that no mail reaches: the project has none yet.
maintainer='Interdict maintainers <maintainers@interdict.example>'
make_tarball
make_deb
[ "$(printf '%s\n' "$glibc" "$promised_glibc" | sort -V | tail -n 1)" = "$promised_glibc" ] ||
  say "package.sh: built here it needs glibc $glibc; build on Debian 12 for one that needs $promised_glibc"
say "Needs glibc $glibc or later, nothing else:"
(cd "$out" && sha256sum interdict-*.tar.zst interdict_*.deb)
