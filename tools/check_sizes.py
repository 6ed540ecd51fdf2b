#!/usr/bin/env python3
"""Fails on a file, a function or a folder that has grown past the size at which it should be divided."""
import pathlib
import re
import sys

ROOT = pathlib.Path(__file__).resolve().parents[1]
MAX_FILE_LINES = 600
MAX_FUNCTION_LINES = 100
MAX_FOLDER_UNITS = 25  # a header and its source are one; tests and build file apart
FOLDERS = ("src", "fuzz", "bench", "tests", "tools", "packaging")
SUFFIXES = {".cpp", ".hpp", ".py", ".sh"}

# By clang-format's layout a function at namespace level opens with a line that starts in the first
# column and ends with '{', and closes with a '}' alone in the first column. Types, namespaces and
# initialised tables have that shape too, and are let pass by their first words.
NOT_FUNCTION = re.compile(r"^(namespace|struct|class|enum|union|extern|constexpr [^(]*=|const [^(]*=|static [^(]*=|TEST)")


def functions_of(lines):
    """(first line, number of lines, heading) of each function at namespace level."""
    start = None
    for number, line in enumerate(lines, 1):
        if line[:1].isalpha() and not line.endswith((";", "}")):
            start = (number, line)
        if line == "}" and start:
            if not NOT_FUNCTION.match(start[1]):
                yield start[0], number - start[0] + 1, start[1]
            start = None


def faults():
    for folder in FOLDERS:
        for path in sorted((ROOT / folder).rglob("*")):
            name = path.relative_to(ROOT).as_posix()
            if path.suffix not in SUFFIXES or not path.is_file():
                continue
            lines = path.read_text(encoding="utf-8").splitlines()
            if len(lines) > MAX_FILE_LINES:
                yield f"{name}: {len(lines)} lines, more than {MAX_FILE_LINES}"
            if path.suffix in {".cpp", ".hpp"}:
                for first, count, heading in functions_of(lines):
                    if count > MAX_FUNCTION_LINES:
                        yield f"{name}:{first}: {count} lines, more than {MAX_FUNCTION_LINES}: {heading}"
    for folder in sorted(p for p in (ROOT / "src").rglob("*") if p.is_dir()):
        units = {p.stem for p in folder.glob("*.[ch]pp") if not p.name.endswith("_test.cpp")}
        if len(units) > MAX_FOLDER_UNITS:
            yield f"{folder.relative_to(ROOT)}: {len(units)} units, more than {MAX_FOLDER_UNITS}"


def main():
    found = list(faults())
    print("\n".join(found) or "sizes: clean")
    sys.exit(bool(found))


if __name__ == "__main__":
    main()
