#!/usr/bin/env python3
"""Writes an assembler file that embeds every file of content/, and its index in C++.

usage: embed_content.py CONTENT_DIR OUT.S OUT.cpp
"""
import pathlib
import sys

root, assembler, index = (pathlib.Path(a) for a in sys.argv[1:4])
files = sorted(p for p in root.rglob("*") if p.is_file())

lines = ['    .section .rodata']
for n, path in enumerate(files):
    lines += [f'    .global interdict_content_{n}', f'interdict_content_{n}:',
              f'    .incbin "{path.resolve()}"', f'    .global interdict_content_{n}_end',
              f'interdict_content_{n}_end:', '    .byte 0']
lines += ['    .section .note.GNU-stack,"",@progbits', '']
assembler.write_text("\n".join(lines))

out = ['#include "pipeline/content.hpp"', '', '#include <array>', '', 'extern "C" {']
out += [f'extern const char interdict_content_{n}[];\nextern const char interdict_content_{n}_end[];'
        for n in range(len(files))]
out += ['}', '', 'namespace interdict::pipeline {', '',
        'std::span<const ContentFile> content_files() {',
        f'  static const std::array<ContentFile, {len(files)}> files = {{{{']
for n, path in enumerate(files):
    name = path.relative_to(root).as_posix()
    out.append(f'      {{"{name}", {{interdict_content_{n}, static_cast<std::size_t>('
               f'interdict_content_{n}_end - interdict_content_{n})}}}},')
out += ['  }};', '  return files;', '}', '', '}  // namespace interdict::pipeline', '']
index.write_text("\n".join(out))
