#!/usr/bin/env python3
"""Every format that a responder is handed, one small log of each: recognised, timed, placed on its host, its actor named.

usage: formats_test.py INTERDICT_BINARY
"""
import json
import random
import shutil

import format_samples
import format_variants
from support import BinaryTest, main

SAMPLES = [*format_samples.ALL, *format_variants.ALL]


class Formats(BinaryTest):
    def setUp(self):
        super().setUp()
        for number, sample in enumerate(SAMPLES):
            folder = self.root / f"{number:03}"
            folder.mkdir()
            text = sample.text
            (folder / sample.file).write_bytes(text if isinstance(text, bytes) else text.encode())
        ledger = self.root.parent / (self.root.name + "-ledger.json")
        self.addCleanup(lambda: ledger.unlink(missing_ok=True))
        done = self.run_it("decode", self.root, "--ledger", ledger)
        self.assertIn(done.returncode, (0, 3), done.stderr)
        self.first = {}
        for line in done.stdout.splitlines():
            event = json.loads(line)
            kept = self.first.setdefault(event["event"]["file"], event)
            if event["event"]["offset"] < kept["event"]["offset"]:
                self.first[event["event"]["file"]] = event
        self.rows = {row["path"]: row for row in json.loads(ledger.read_text())["inputs"]}

    def test_each_format(self):
        for number, sample in enumerate(SAMPLES):
            name = f"{number:03}/{sample.file}"
            with self.subTest(sample.name):
                self.assertEqual(self.rows[name]["format"], sample.format)
                self.assertIn(name, self.first, self.rows[name]["skipped"])
                event = self.first[name]
                self.assertEqual((event["log_source"], event["time"], event["host"]), (sample.log_source, sample.time, sample.host))
                for field, value in [*([sample.actor] if sample.actor else []), *sample.more]:
                    told = event["user"] if field == "user" else event["fields"].get(field)
                    self.assertEqual(told, value, f"{field} of {event['fields']}")

    def test_names_of_the_elastic_common_schema(self):
        done = self.run_it("decode", self.root, "--schema", "ecs")
        first = {}
        for line in done.stdout.splitlines():
            event = json.loads(line)
            first.setdefault(event["event"]["file"], event)
        for number, sample in enumerate(SAMPLES):
            event = first[f"{number:03}/{sample.file}"]
            fields = event["fields"]
            with self.subTest(sample.name):
                self.assertEqual(fields["@timestamp"], event["time"])
                self.assertEqual(fields["event.dataset"], event["log_source"].replace("/", "."))
                self.assertEqual("host.name" in fields, event["host"] is not None)
                if event["user"]:
                    self.assertIn("user.name", fields)
                address = dict([sample.actor or (None, None), *sample.more]).get("src_ip")
                if address:
                    self.assertEqual(fields["source.ip"], address)
                # A name is a value or an object of others, never both: an index would refuse the event.
                for name in fields:
                    parts = name.split(".")
                    for upto in range(1, len(parts)):
                        self.assertNotIn(".".join(parts[:upto]), fields, name)

    def test_every_byte_of_damaged_logs_is_accounted_for(self):
        chance = random.Random(20240301)
        folder = self.root.parent / (self.root.name + "-damaged")
        folder.mkdir()
        self.addCleanup(lambda: shutil.rmtree(folder))
        for number, sample in enumerate(SAMPLES):
            whole = sample.text if isinstance(sample.text, bytes) else sample.text.encode()
            for kind in ("cut", "flip", "repeat", "join"):
                at, to = sorted((chance.randrange(len(whole)), chance.randrange(len(whole) + 1)))
                damaged = {"cut": lambda: whole[:at], "repeat": lambda: whole[:to] + whole[at:],
                           "flip": lambda: whole[:at] + bytes([whole[at] ^ 1 << chance.randrange(8)]) + whole[at + 1:],
                           "join": lambda: whole + (self.root / f"{chance.randrange(len(SAMPLES)):03}").glob("*").__next__().read_bytes()}[kind]()
                (folder / f"{number:03}-{kind}-{sample.file}").write_bytes(damaged)
        ledger = self.root / "ledger.json"
        done = self.run_it("decode", folder, "--ledger", ledger)
        self.assertIn(done.returncode, (0, 3), done.stderr[-500:])
        rows = json.loads(ledger.read_text())["inputs"]
        self.assertEqual(len(rows), 4 * len(SAMPLES))
        for row in rows:
            told = row["event_bytes"] + row["structure_bytes"] + sum(entry["bytes"] for entry in row["skipped"])
            self.assertEqual((told, row["bytes"]), (row["bytes"], (folder / row["path"]).stat().st_size), row)


if __name__ == "__main__":
    main()
