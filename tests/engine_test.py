#!/usr/bin/env python3
"""The fast engine and the reference write the same bytes, on logs of the data pack with SigmaHQ's rules.

usage: engine_test.py INTERDICT_BINARY SOURCE_DIR
"""
from support import BinaryTest, data_main

DATA = None
SMALL = 100_000  # bytes of an archive, packed: seconds for the reference in a sanitizer build


class Engines(BinaryTest):
    def detect(self, paths, rules, engine, jobs):
        flags = [x for folder in rules for x in ("--rules", folder)]
        done = self.run_it("detect", *paths, "--engine", engine, "--jobs", jobs, *flags, timeout=1700)
        self.assertIn(done.returncode, (0, 3, 4), done.stderr[-2000:])
        return done.stdout

    def same(self, paths, rules):
        reference = self.detect(paths, rules, "reference", 1)
        self.assertGreater(reference.count("\n"), 10)
        self.assertEqual(self.detect(paths, rules, "fast", 2), reference)
        print(f"{len(paths)} inputs, {reference.count(chr(10))} detections, the same by both engines")

    # A part of rules and logs: bench/agree_pack compares all of them, in a build without sanitizers.
    def test_evtx_of_the_pack(self):
        files = sorted((DATA / "evtx-to-mitre").rglob("*.evtx"))
        self.same(files[::16], [DATA / "sigma/rules"])

    def test_json_of_the_pack(self):
        archives = sorted((DATA / "otrf/datasets/atomic").rglob("*.zip"))
        self.same([p for p in archives if p.stat().st_size < SMALL][::3], [DATA / "sigma/rules"])


if __name__ == "__main__":
    data_main(globals())
