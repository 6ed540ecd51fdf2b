#!/usr/bin/env python3
"""Writes the seeds of fuzz_text and fuzz_sniff: the samples of every_format_test.cpp, one a file."""
import pathlib
import re

ROOT = pathlib.Path(__file__).resolve().parents[1]
SAMPLES = ROOT / "src/decode/text/every_format_test.cpp"
# {"name", records, "text" "text" …}, of the table `kSamples`
SAMPLE = re.compile(r'\{"([a-z0-9-]+)", \d+,((?:\s*"(?:[^"\\]|\\.)*")+)(?:sv)?\}')
LITERAL = re.compile(r'"((?:[^"\\]|\\.)*)"')


def main():
    source = SAMPLES.read_text(encoding="utf-8")
    count = {}
    for name, literals in SAMPLE.findall(source[source.index("kSamples[]") :]):
        text = "".join(LITERAL.findall(literals)).encode().decode("unicode_escape").encode("latin-1")
        count[name] = count.get(name, 0) + 1
        for folder, data in (("fuzz_text", name.encode() + b"\n" + text), ("fuzz_sniff", text)):
            path = ROOT / "fuzz/seeds" / folder
            path.mkdir(parents=True, exist_ok=True)
            (path / f"{name}-{count[name]}").write_bytes(data)
    print(sum(count.values()), "seeds of", len(count), "formats")


if __name__ == "__main__":
    main()
