#!/usr/bin/env bash
# new_module.sh NAME "One sentence." : the skeleton of src/NAME. Its line in tools/layers.txt, its place in
# the list of CMakeLists.txt and its sentence in ARCHITECTURE.md are decisions: it says that they are yours.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
name=${1:-}
sentence=${2:-}
[[ "$name" =~ ^[a-z][a-z0-9]*$ && -n "$sentence" ]] || {
  echo 'usage: tools/new_module.sh NAME "One sentence that says what it does."' >&2
  exit 2
}
case "$name" in util | utils | common | misc | helper | helpers | core | shared | lib)
  echo "new_module.sh: '$name' says nothing of what it holds; such folders grow without end" >&2
  exit 2
  ;;
esac
[ ! -e "src/$name" ] || { echo "new_module.sh: src/$name is there already" >&2; exit 1; }

mkdir -p "src/$name"
echo "interdict_module($name)" >"src/$name/CMakeLists.txt"
cat >"src/$name/$name.hpp" <<EOF
/// $sentence
#pragma once

namespace interdict::$name {}
EOF
cat >"src/$name/$name.cpp" <<EOF
#include "$name/$name.hpp"

namespace interdict::$name {}
EOF
cat >"src/$name/${name}_test.cpp" <<EOF
#include "$name/$name.hpp"

#include <gtest/gtest.h>

namespace interdict::$name {
namespace {}
}  // namespace interdict::$name
EOF
echo "src/$name is there. Now yours to decide:"
grep -q "^$name:" tools/layers.txt || echo "  tools/layers.txt   its line: what it may include"
grep -qE "[( ]${name}[ )]" CMakeLists.txt || echo "  CMakeLists.txt     its place in the list of modules"
grep -q "\`$name\`\|$name/" ARCHITECTURE.md || echo "  ARCHITECTURE.md    its sentence"
echo "  src/$name/${name}_test.cpp   its first fact (a test program without a test fails)"
