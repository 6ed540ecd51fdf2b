#!/usr/bin/env python3
"""Runs the real binary over the data pack, where it is there; else says so and is skipped (status 77).

usage: data_pack_test.py INTERDICT_BINARY SOURCE_DIR
"""
import json
import os
import pathlib
import re
import subprocess
import sys
import tempfile
import unittest

BINARY, DATA = None, None


def hunt(paths, rules, out):
    command = [BINARY, "hunt", *map(str, paths), "--rules", str(rules), "--out", str(out)]
    done = subprocess.run(command, capture_output=True, text=True, errors="replace", timeout=900)
    return done, json.loads((out / "intrusions.json").read_text()), json.loads((out / "ledger.json").read_text())


class DataPack(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.out = pathlib.Path(folder.name) / "out"

    def campaign(self, name, host, window, attacker):
        """The attack's window, host and address are the truth that comes with the recording."""
        folder = DATA / "otrf/datasets/compound" / name
        done, found, _ = hunt([folder], DATA / "sigma/rules", self.out)
        self.assertEqual(done.returncode, 3, done.stderr[-2000:])  # the Zeek archive is not read yet
        first = found["intrusions"][0]
        self.assertEqual([h.lower() for h in first["hosts"]], [host])
        delivery = first["stages"]["delivery"]
        self.assertEqual(delivery["status"], "observed")
        self.assertLessEqual(delivery["first_seen"], window[1])
        self.assertEqual(first["furthest_stage"], "actions-on-objectives")
        self.assertIn(attacker, [i["value"] for i in first["indicators"]])
        inside = [s for s in first["steps"] if window[0] <= s["time"] <= window[2]]
        self.assertGreaterEqual(5 * len(inside), 4 * len(first["steps"]))

    def test_campaign_01(self):
        self.campaign("LSASS_campaign_01", "mkt01.pandalab.com",
                      ("2023-08-15T09:54:08", "2023-08-15T09:54:13", "2023-08-15T09:59:00"), "10.0.5.13")

    def test_campaign_04(self):
        self.campaign("LSASS_campaign_04", "it01.pandalab.com",
                      ("2023-08-27T03:04:40", "2023-08-27T03:04:51", "2023-08-27T03:09:00"), "10.0.5.13")

    def test_labelled_evtx_decode_without_loss_and_balance(self):
        _, _, ledger = hunt([DATA / "evtx-to-mitre"], DATA / "sigma/rules/windows/builtin", self.out)
        lost = 0
        for row in ledger["inputs"]:
            skipped = sum(entry["bytes"] for entry in row["skipped"])
            self.assertEqual(row["bytes"], row["event_bytes"] + row["structure_bytes"] + skipped, row["path"])
            lost += sum(e["records"] for e in row["skipped"] if e["reason"].startswith("bad-"))
        events = sum(row["events"] for row in ledger["inputs"])
        self.assertGreaterEqual(events, 10_000)
        self.assertLessEqual(lost, events // 1000)

    def test_every_regression_case_fires_its_rule(self):
        root = DATA / "sigma/regression_data"
        cases = sorted(root.rglob("info.yml"))
        self.assertGreater(len(cases), 0)
        wanted = {}
        for info in cases:
            text = info.read_text()
            rule = re.search(r"rule_metadata:\s*\n\s*-\s*id:\s*(\S+)", text) or re.search(
                r"^\s*-?\s*id:\s*([0-9a-f-]{36})\s*$(?=[\s\S]*title)", text, re.M)
            count = re.search(r"match_count:\s*(\d+)", text)
            for evtx in sorted(info.parent.glob("*.evtx")):
                wanted[evtx.relative_to(root).as_posix()] = (rule.group(1), int(count.group(1)) if count else 1)
        rules = [x for n in ("rules", "rules-emerging-threats", "rules-threat-hunting")
                 for x in ("--rules", str(DATA / "sigma" / n))]
        done = subprocess.run([BINARY, "detect", str(root), *rules], capture_output=True, text=True, timeout=900)
        fired = {}
        for line in done.stdout.splitlines():
            row = json.loads(line)
            key = (row["event"]["file"], row["rule"]["id"])
            fired[key] = fired.get(key, 0) + row["count"]
        missed = [(file, rule) for file, (rule, count) in wanted.items() if fired.get((file, rule), 0) < count]
        self.assertEqual(missed, [], f"{len(missed)} of {len(wanted)}")
        print(f"{len(wanted)} regression files fire their rule")


if __name__ == "__main__":
    BINARY = sys.argv.pop(1)
    DATA = pathlib.Path(os.environ.get("INTERDICT_DATA") or pathlib.Path(sys.argv.pop(1)) / "../shared/data")
    if not DATA.is_dir():
        print("skipped: no data pack (set INTERDICT_DATA)")
        sys.exit(77)
    unittest.main(argv=sys.argv[:1])
