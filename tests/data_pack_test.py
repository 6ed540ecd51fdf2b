#!/usr/bin/env python3
"""Runs the real binary over the data pack, where it is there; else says so and is skipped (status 77).

usage: data_pack_test.py INTERDICT_BINARY SOURCE_DIR
"""
import json
import re

from support import BinaryTest, data_main

DATA = None
NO_LOSS = {"not-a-log", "duplicate", "slack", "outside-time-range"}


class DataPack(BinaryTest):
    def test_labelled_evtx_decode_without_loss_and_balance(self):
        done = self.hunt(DATA / "evtx-to-mitre", "--rules", DATA / "sigma/rules/windows/builtin", timeout=1200)
        self.assertIn(done.returncode, (0, 3), done.stderr[-2000:])
        self.assert_balanced()
        ledger = self.ledger()
        lost = 0
        for row in ledger["inputs"]:
            lost += sum(e["records"] for e in row["skipped"] if e["reason"] not in NO_LOSS)
        events = sum(row["events"] for row in ledger["inputs"])
        twice = sum(e["records"] for row in ledger["inputs"] for e in row["skipped"] if e["reason"] == "duplicate")
        self.assertGreaterEqual(events + twice, 10_000)
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
        done = self.run_it("detect", root, *rules, timeout=1200)
        self.assertIn(done.returncode, (0, 3, 4), done.stderr[-2000:])
        fired = {}
        for line in done.stdout.splitlines():
            row = json.loads(line)
            key = (row["event"]["file"], row["rule"]["id"])
            fired[key] = fired.get(key, 0) + row["count"]
        missed = [(file, rule) for file, (rule, count) in wanted.items() if fired.get((file, rule), 0) < count]
        self.assertEqual(missed, [], f"{len(missed)} of {len(wanted)}")
        print(f"{len(wanted)} regression files fire their rule")


if __name__ == "__main__":
    data_main(globals())
