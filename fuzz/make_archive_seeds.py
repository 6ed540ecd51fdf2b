#!/usr/bin/env python3
"""Writes the seeds of fuzz_archive and fuzz_binxml_value: small archives and values of our own."""
import bz2, gzip, io, lzma, pathlib, struct, tarfile, zipfile

SEEDS = pathlib.Path(__file__).parent / "seeds"
EVENT = b'{"EventID":1,"Image":"program.exe"}\n'


def zipped(files, method=zipfile.ZIP_DEFLATED):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", method) as z:
        for name, data in files:
            z.writestr(zipfile.ZipInfo(name), data, method)
    return out.getvalue()


def tarred(files):
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w", format=tarfile.USTAR_FORMAT) as t:
        for name, data in files:
            info = tarfile.TarInfo(name)
            info.size = len(data)
            t.addfile(info, io.BytesIO(data))
    return out.getvalue()


FILES = [("a.json", EVENT), ("d/b.json", EVENT * 3), ("a.json", b"again")]
TAR = tarred(FILES)[:4096]
ARCHIVES = {
    "deflated.zip": zipped(FILES),
    "stored.zip": zipped(FILES, zipfile.ZIP_STORED),
    "outside.zip": zipped([("../up", b"x"), ("/root", b"y"), ("ok", b"z")]),
    "nested.zip": zipped([("n.zip", zipped(FILES)), ("n", zipped(FILES)), ("n!a.json", b"flat")]),
    "plain.tar": TAR,
    "tar.gz": gzip.compress(TAR, mtime=0),
    "event.gz": gzip.compress(EVENT, mtime=0),
    "tar.bz2": bz2.compress(TAR),
    "tar.xz": lzma.compress(TAR),
    "cut.zip": zipped(FILES)[:60],
}
VALUES = {
    "string": b"\x01" + "text".encode("utf-16-le"),
    "ansi": b"\x02caf\xe9",
    "negative": b"\x07" + struct.pack("<i", -5),
    "real": b"\x0c" + struct.pack("<d", 0.1),
    "guid": b"\x0f" + bytes(range(16)),
    "filetime": b"\x11" + struct.pack("<Q", 132_000_000_000_000_000),
    "systemtime": b"\x12" + struct.pack("<8H", 2020, 2, 6, 29, 23, 59, 59, 999),
    "sid": b"\x13\x01\x05\0\0\0\0\0\x05" + struct.pack("<5I", 21, 1, 2, 3, 500),
    "strings": b"\x81" + "one\0two\0".encode("utf-16-le"),
}

for folder, seeds in (("fuzz_archive", ARCHIVES), ("fuzz_binxml_value", VALUES)):
    (SEEDS / folder).mkdir(parents=True, exist_ok=True)
    for name, data in seeds.items():
        (SEEDS / folder / name).write_bytes(data)
