#!/usr/bin/env python3
"""The store that a hunt leaves: only if asked, and what it holds is the result.

usage: store_test.py INTERDICT_BINARY [unittest arguments]
"""
import json
import struct

from support import BinaryTest, log_lines, main


def entries(segment):
    """(kind, id, host, body) of a segment, read as docs/formats/segment.md says."""
    assert segment[:8] == b"INTRDSEG" and struct.unpack_from("<I", segment, 8) == (1,)
    at = 24
    while at < len(segment):
        assert segment[at:at + 4] == b"IBLK"
        count, size = struct.unpack_from("<II", segment, at + 4)
        at += 48
        end = at + size
        for _ in range(count):
            kind = segment[at]
            id_bytes, host_bytes, body_bytes = struct.unpack_from("<HHI", segment, at + 4)
            at += 28
            texts = segment[at:at + id_bytes + host_bytes + body_bytes].decode()
            yield kind, texts[:id_bytes], texts[id_bytes:id_bytes + host_bytes], texts[id_bytes + host_bytes:]
            at += len(texts.encode())
        assert at == end


class Store(BinaryTest):
    def test_holds_the_result_by_the_documented_format_and_goes_when_not_asked_for(self):
        log = self.write("in/log.json", "\n".join(log_lines()) + "\n")
        self.assertEqual(self.hunt(log.parent).returncode, 0)
        self.assertFalse((self.root / "out/store").exists())
        plain = self.result("out")
        for _ in range(2):  # a second hunt into the folder does not add to the first
            self.assertEqual(self.hunt(log.parent, "--store").returncode, 0)
            self.assertEqual(self.result("out"), plain)
            names = [p.name for p in (self.root / "out/store").iterdir()]
            self.assertEqual(names, ["findings-000001.seg"])
            found = list(entries((self.root / "out/store/findings-000001.seg").read_bytes()))
            lines = (self.root / "out/detections.jsonl").read_text().splitlines()
            self.assertEqual([body for kind, _, _, body in found if kind == 1], lines)
            self.assertGreater(len(lines), 0)
            for kind, name, host, body in found:
                self.assertEqual(json.loads(body)["id"], name)
                if kind == 1:
                    self.assertEqual(json.loads(body)["host"], host)
            self.assertEqual([json.loads(body) for kind, _, _, body in found if kind == 2],
                             self.intrusions()["intrusions"])
        self.assertEqual(self.hunt(log.parent).returncode, 0)
        self.assertFalse((self.root / "out/store").exists())


if __name__ == "__main__":
    main()
