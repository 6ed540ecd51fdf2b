#!/usr/bin/env python3
"""Real logs in any order, with any number of threads, under any file names: the same bytes.

usage: determinism_test.py INTERDICT_BINARY SOURCE_DIR [unittest arguments]
"""
import json
import random
import shutil
import zipfile

from support import BinaryTest, data_main

DATA = None
LARGEST = 150_000  # bytes of an archive, packed: what a sanitizer build reads in seconds
ARCHIVES = 5
EVTX_FOLDER = "evtx-to-mitre/TA0003-Persistence"


class Determinism(BinaryTest):
    def archives(self):
        """A few recordings, each unpacked into files of its own."""
        found = sorted((DATA / "otrf/datasets/atomic/windows").rglob("*.zip"), key=lambda p: (p.stat().st_size, p.name))
        chosen = [p for p in found if p.stat().st_size < LARGEST][-ARCHIVES:]
        self.assertGreater(len(chosen), 1)
        return chosen

    def unpacked(self):
        folder = self.root / "unpacked"
        folder.mkdir()
        for n, path in enumerate(self.archives()):
            with zipfile.ZipFile(path) as archive:
                for info in archive.infolist():
                    if not info.is_dir() and "__MACOSX" not in info.filename:
                        (folder / f"{n}-{info.filename.split('/')[-1]}").write_bytes(archive.read(info))
        return sorted(folder.iterdir())

    def same(self, runs):
        """`runs`: (arguments, options) for hunts that must leave the same bytes."""
        rules = DATA / "sigma/rules/windows/process_creation"
        first = None
        for n, arguments in enumerate(runs):
            done = self.hunt(*arguments, "--rules", rules, out=f"o{n}", timeout=900)
            self.assertIn(done.returncode, (0, 3), done.stderr[-2000:])
            result = (done.returncode, done.stdout, self.result(f"o{n}"))
            if first is None:
                first = result
                continue
            self.assertEqual(result[0], first[0])
            self.assertEqual(result[1], first[1])
            for name, text in result[2].items():
                self.assertTrue(text == first[2][name], f"{name} differs in run {n}")
        found = len(first[2]["detections.jsonl"].splitlines())
        self.assertGreater(found, 0)
        return found

    def test_json_in_any_order_and_with_any_jobs(self):
        files = self.archives()
        mixed = files[:]
        random.Random(7).shuffle(mixed)
        found = self.same([[*files, "--jobs", 1], [*reversed(files), "--jobs", 2], [*mixed, "--jobs", 8]])
        print(f"{len(files)} archives, {found} detections: the same bytes three times")

    def test_evtx_in_any_order_and_with_any_jobs(self):
        folder = DATA / EVTX_FOLDER
        files = sorted(folder.rglob("*.evtx"))
        self.assertGreater(len(files), 5)
        mixed = files[:]
        random.Random(3).shuffle(mixed)
        found = self.same([[*files, "--jobs", 1], [*mixed, "--jobs", 2], [*reversed(files), "--jobs", 8]])
        print(f"{len(files)} EVTX files, {found} detections: the same bytes three times")

    def test_other_file_names_change_names_only(self):
        """The order of names is turned round; the story may differ in the names of its evidence alone."""
        files = self.unpacked()
        turned = self.root / "turned"
        turned.mkdir()
        names = {}
        for n, path in enumerate(reversed(files)):
            names[path.name] = f"{n:03d}-log"
            shutil.copyfile(path, turned / names[path.name])
        rules = DATA / "sigma/rules/windows/process_creation"
        for folder, out in ((files[0].parent, "as-they-are"), (turned, "turned-round")):
            done = self.hunt(folder, "--rules", rules, out=out, timeout=900)
            self.assertIn(done.returncode, (0, 3), done.stderr[-2000:])
        self.assertEqual(self.intrusions("turned-round"), self.intrusions("as-they-are"))

        def lines(out, rename):
            rows = [json.loads(x) for x in (self.root / out / "detections.jsonl").read_text().splitlines()]
            for row in rows:
                row["event"]["file"] = rename.get(row["event"]["file"], row["event"]["file"])
            return rows

        self.assertEqual(lines("turned-round", {}), lines("as-they-are", names))


if __name__ == "__main__":
    data_main(globals())
