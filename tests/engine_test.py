#!/usr/bin/env python3
"""The fast engine and the reference write the same bytes, on logs of the data pack with all of its Sigma rules.

usage: engine_test.py INTERDICT_BINARY SOURCE_DIR
"""
from support import BinaryTest, data_main

DATA = None


class Engines(BinaryTest):
    def detect(self, paths, rules, engine, jobs):
        flags = [x for folder in rules for x in ("--rules", folder)]
        done = self.run_it("detect", *paths, "--engine", engine, "--jobs", jobs, *flags, timeout=1700)
        self.assertIn(done.returncode, (0, 3, 4), done.stderr[-2000:])
        return done.stdout

    def same(self, paths, rules):
        reference = self.detect(paths, rules, "reference", 1)
        self.assertGreater(reference.count("\n"), 10)
        for jobs in (1, 2):
            self.assertEqual(self.detect(paths, rules, "fast", jobs), reference, f"--jobs {jobs}")
        print(f"{len(paths)} inputs, {reference.count(chr(10))} detections, the same by both engines")

    def pack_rules(self):
        return [DATA / "sigma/rules", DATA / "sigma/rules-emerging-threats", DATA / "sigma/rules-threat-hunting",
                DATA / "hayabusa-rules"]

    # A part of the logs: bench/agree_pack compares all of them, in a build without sanitizers.
    def test_evtx_of_the_pack(self):
        files = sorted((DATA / "evtx-to-mitre").rglob("*.evtx"))
        self.same(files[::8], self.pack_rules())

    def test_json_of_the_pack(self):
        archives = sorted((DATA / "otrf/datasets/atomic").rglob("*.zip"))
        self.same(archives[::16], self.pack_rules())


if __name__ == "__main__":
    data_main(globals())
