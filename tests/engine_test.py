#!/usr/bin/env python3
"""The fast engine and the reference write the same bytes: on the synthetic hunt, and on the data pack's logs with
all of its Sigma rules, where the pack is there (else that part says so and is skipped).

usage: engine_test.py INTERDICT_BINARY SOURCE_DIR
"""
import os
import pathlib
import subprocess
import sys
import tempfile
import unittest

BINARY, DATA = None, None


def detect(paths, rules, engine, jobs):
    command = [BINARY, "detect", *map(str, paths), "--engine", engine, "--jobs", str(jobs)]
    for folder in rules:
        command += ["--rules", str(folder)]
    done = subprocess.run(command, capture_output=True, timeout=1700)
    assert done.returncode in (0, 3, 4), done.stderr[-2000:]
    return done.stdout


class Engines(unittest.TestCase):
    def same(self, paths, rules):
        reference = detect(paths, rules, "reference", 1)
        self.assertGreater(reference.count(b"\n"), 10)
        for jobs in (1, 2):
            self.assertEqual(detect(paths, rules, "fast", jobs), reference, f"--jobs {jobs}")
        print(f"{len(paths)} inputs, {reference.count(10)} detections, the same by both engines")

    def test_synthetic_hunt(self):
        with tempfile.TemporaryDirectory() as folder:
            out = pathlib.Path(folder) / "demo"
            subprocess.run([BINARY, "demo", "--out", str(out)], capture_output=True, timeout=600)
            self.same([out / "logs"], [])

    def pack_rules(self):
        if not DATA.is_dir():
            self.skipTest(f"no data pack at {DATA}")
        return [DATA / "sigma/rules", DATA / "sigma/rules-emerging-threats", DATA / "sigma/rules-threat-hunting",
                DATA / "hayabusa-rules"]

    def test_evtx_of_the_pack(self):
        rules = self.pack_rules()
        self.same([DATA / "evtx-to-mitre", DATA / "evtx-rs"], rules)

    def test_json_of_the_pack(self):
        # Every eighth archive: bench/agree_pack compares all of them, in a build without sanitizers.
        rules = self.pack_rules()
        archives = sorted((DATA / "otrf/datasets/atomic").rglob("*.zip"))
        self.same(archives[::8], rules)


if __name__ == "__main__":
    BINARY = sys.argv[1]
    DATA = pathlib.Path(os.environ.get("INTERDICT_DATA") or pathlib.Path(sys.argv[2]) / "../shared/data")
    unittest.main(argv=sys.argv[:1])
