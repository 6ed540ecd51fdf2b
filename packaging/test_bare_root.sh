#!/usr/bin/env bash
# test_bare_root.sh TARBALL : runs the tarball in a bare Debian 12 root, in which nothing is installed but
# the essential packages, without network and as a user who owns nothing.
#
# Needs root (for chroot) and debootstrap. The mirror is $INTERDICT_DEBIAN_MIRROR, else the one that this
# system's own apt uses if it is a Debian 12 itself, else debootstrap's own choice.
set -euo pipefail
export LC_ALL=C
tarball=$(realpath "$1")

say() { printf '%s\n' "$*" >&2; }
fail() { say "bare root: FAILED: $*"; exit 1; }

[ "$(id -u)" = 0 ] || fail "needs root, for chroot: run it as root, or leave --test out"
command -v debootstrap >/dev/null || fail "needs debootstrap: apt-get install debootstrap"

mirror=${INTERDICT_DEBIAN_MIRROR:-$(apt-get indextargets --format '$(SITE) $(RELEASE)' 'Created-By: Packages' 2>/dev/null |
  awk '$2 == "bookworm" { print $1; exit }')}
work=$(mktemp -d)
trap 'rm -rf --one-file-system "$work"' EXIT
root=$work/root
say "bare root: making a Debian 12 with the essential packages only"
debootstrap --variant=minbase bookworm "$root" ${mirror:+"$mirror"} >"$work/debootstrap.log" 2>&1 || {
  tail -n 5 "$work/debootstrap.log" >&2
  fail "debootstrap"
}

mkdir "$root/opt/moved"  # not where it was built, nor where its name says
zstd -dqc "$tarball" | tar -C "$root/opt/moved" --strip-components=1 -xf -
interdict=/opt/moved/bin/interdict

# in_root COMMAND... : as nobody, with an empty environment and an own, empty network. /proc is there, as on
# every running system (the loader finds $ORIGIN by it), mounted where no one else sees it.
in_root() {
  unshare --net --mount env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin ROOT="$root" sh -c \
    'mount -t proc proc "$ROOT/proc" && exec env -u ROOT chroot --userspec=65534:65534 "$ROOT" "$@"' sh "$@"
}
in_root ldd "$interdict" >"$work/ldd" || fail "ldd"
! grep 'not found' "$work/ldd" || fail "libraries are missing"
# What comes from outside the tarball may only be glibc's.
outside=$(awk '$2 == "=>" { print $3 }' "$work/ldd" | grep -v '^/opt/moved/' |
  grep -vE '/(libc|libm|libdl|librt|libpthread|libresolv)\.so\.[0-9]+$' || true)
[ -z "$outside" ] || fail "taken from the system: $outside"

in_root "$interdict" --version >"$work/version" || fail "--version"
[[ "$(basename "$tarball")" == interdict-"$(cat "$work/version")"-linux-* ]] || fail "--version says $(cat "$work/version")"

in_root "$interdict" demo --out /tmp/x >"$work/demo.out" 2>"$work/demo.err" || {
  cat "$work/demo.err" >&2
  fail "demo ended with status $?"
}
in_root "$interdict" hunt /tmp/x/logs --out /tmp/y >"$work/hunt.out" 2>"$work/hunt.err" || {
  cat "$work/hunt.err" >&2
  fail "hunt ended with status $?"
}
for file in report.html intrusions.json detections.jsonl ledger.json; do
  [ -s "$root/tmp/y/$file" ] || fail "hunt left no $file"
done
for file in report.html intrusions.json detections.jsonl; do
  cmp "$root/tmp/x/result/$file" "$root/tmp/y/$file" || fail "demo and hunt differ in $file"
done
python3 - "$root/tmp/y/intrusions.json" "$root/tmp/x/truth.json" <<'EOF' || fail "intrusions.json"
import json, sys
found, truth = (json.load(open(path)) for path in sys.argv[1:])
assert found["intrusions"], "no intrusion found in the demonstration"
print(f"bare root: {len(found['intrusions'])} intrusion(s), the first reached {found['intrusions'][0]['furthest_stage']}", file=sys.stderr)
EOF
say "bare root: passed"
