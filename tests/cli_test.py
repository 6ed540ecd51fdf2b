#!/usr/bin/env python3
"""Runs the real binary as a user does: exit status, files, words, and the same result for any order.

usage: cli_test.py INTERDICT_BINARY [unittest arguments]
"""
import json
import resource
import signal
import zipfile

from support import GUID, BinaryTest, event, log_lines, main


class Cli(BinaryTest):
    def test_a_log_leaves_the_four_files(self):
        self.write("logs/a.json", "\n".join(log_lines()) + "\n")
        done = self.hunt("logs")
        self.assertEqual(done.returncode, 0, done.stderr)
        for name in ("intrusions.json", "detections.jsonl", "ledger.json", "report.html"):
            self.assertTrue((self.root / "out" / name).is_file(), name)
        self.assert_balanced()
        self.assertEqual(self.ledger()["inputs"][0]["events"], 3)

    def test_same_bytes_for_any_order_and_jobs(self):
        lines = log_lines()
        self.write("logs/a.json", lines[0] + "\n" + lines[1] + "\n")
        self.write("logs/b.json", lines[2] + "\n")
        results = set()
        for n, (order, jobs) in enumerate([(["a", "b"], 1), (["b", "a"], 2), (["a", "b"], 8)]):
            done = self.hunt(*(f"logs/{x}.json" for x in order), "--jobs", jobs, out=f"o{n}")
            self.assertEqual(done.returncode, 0, done.stderr)
            ledger = self.ledger(f"o{n}")
            del ledger["timing"]
            results.add(((self.root / f"o{n}/intrusions.json").read_text(),
                         (self.root / f"o{n}/detections.jsonl").read_text(),
                         (self.root / f"o{n}/report.html").read_text(), json.dumps(ledger)))
        self.assertEqual(len(results), 1)

    def test_nothing_to_read_is_status_1_in_plain_words(self):
        (self.root / "empty").mkdir()
        for path in ("empty", "not-there"):
            done = self.hunt(path)
            self.assertEqual(done.returncode, 1, done.stderr)
            self.assertIn(path, done.stderr)

    def test_wrong_usage_is_status_2(self):
        self.assertEqual(self.run_it("hunt").returncode, 2)
        self.assertEqual(self.run_it("hunt", "x", "--no-such-flag").returncode, 2)
        self.write("a.json", "\n".join(log_lines()))
        self.assertEqual(self.hunt("a.json", "--from", "yesterday").returncode, 2)

    def test_a_rules_path_that_is_not_there_is_status_1(self):
        self.write("a.json", "\n".join(log_lines()))
        done = self.hunt("a.json", "--rules", "no-rules")
        self.assertEqual(done.returncode, 1)
        self.assertIn("no-rules", done.stderr)

    def test_a_rule_with_a_typo_is_refused_with_caret_and_suggestion(self):
        self.write("a.json", "\n".join(log_lines()))
        self.write("rules/typo.yml", "title: t\nlogsource:\n  product: windows\ndetection:\n"
                   "  s:\n    Image|endwith: x\n  condition: s\n")
        done = self.hunt("a.json", "--rules", "rules")
        self.assertEqual(done.returncode, 4, done.stderr)
        self.assertIn("^", done.stderr)
        self.assertIn("endswith", done.stderr)
        self.assertEqual(self.ledger()["rules"]["refused"][0]["line"], 6)

    def test_rules_may_be_repeated_and_take_one_path_each(self):
        self.write("a.json", "\n".join(log_lines()))
        rule = ("title: {0}\nlogsource:\n  product: windows\ndetection:\n  s:\n    Image|endswith: {0}\n"
                "  condition: s\n")
        self.write("r1/one.yml", rule.format("one.exe"))
        self.write("r2/two.yml", rule.format("two.exe"))
        done = self.hunt("--no-builtin-rules", "--rules", "r1", "--rules", "r2", "a.json")
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertEqual(self.ledger()["rules"]["loaded"], 2)

    def test_damage_is_status_3_and_the_rest_goes_on(self):
        self.write("logs/good.json", "\n".join(log_lines()) + "\n")
        self.write("logs/cut.json", log_lines()[0] + "\n" + log_lines()[1][:40])
        self.write("logs/noise.bin", bytes(range(7, 200)) * 40)
        done = self.hunt("logs")
        self.assertEqual(done.returncode, 3, done.stderr)
        self.assert_balanced()
        self.assertIn("noise.bin", done.stderr)
        rows = self.ledger()["inputs"]
        twice = [entry["records"] for row in rows for entry in row["skipped"] if entry["reason"] == "duplicate"]
        self.assertEqual((sum(row["events"] for row in rows), twice), (3, [1]))  # one record stands in both files

    def test_a_gibibyte_of_zeros_is_an_unknown_format(self):
        with open(self.root / "zeros", "wb") as file:
            file.truncate(1 << 30)
        done = self.hunt("zeros")
        self.assertEqual(done.returncode, 3, done.stderr)
        row = self.ledger()["inputs"][0]
        self.assertEqual(row["skipped"][0]["bytes"], 1 << 30)
        self.assertEqual(row["skipped"][0]["reason"], "unknown-format")

    def test_a_zip_bomb_meets_its_limit(self):
        with zipfile.ZipFile(self.root / "bomb.zip", "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
            archive.writestr("zeros.json", b"\0" * (200 << 20))
        done = self.hunt("bomb.zip")
        self.assertEqual(done.returncode, 3, done.stderr)
        reasons = {s["reason"] for row in self.ledger()["inputs"] for s in row["skipped"]}
        self.assertIn("limit", reasons)

    def test_a_path_that_climbs_out_is_not_followed(self):
        with zipfile.ZipFile(self.root / "climb.zip", "w") as archive:
            archive.writestr("../climbed.json", "\n".join(log_lines()))
            archive.writestr("good.json", "\n".join(log_lines()) + "\n")
        done = self.hunt("climb.zip")
        self.assertEqual(done.returncode, 3, done.stderr)
        self.assertFalse((self.root / "climbed.json").exists())
        reasons = {s["reason"] for row in self.ledger()["inputs"] for s in row["skipped"]}
        self.assertIn("path-outside-archive", reasons)

    def test_a_file_size_limit_under_out_is_status_1(self):
        self.write("a.json", "\n".join(log_lines()))

        def limit():
            resource.setrlimit(resource.RLIMIT_FSIZE, (64, 64))
            signal.signal(signal.SIGXFSZ, signal.SIG_IGN)

        done = self.hunt("a.json", preexec_fn=limit)
        self.assertEqual(done.returncode, 1, done.stderr)
        self.assertIn("cannot be written", done.stderr)

    def test_a_folder_that_is_not_ours_is_not_overwritten(self):
        self.write("a.json", "\n".join(log_lines()))
        self.write("out/precious.txt", "mine")
        done = self.hunt("a.json")
        self.assertEqual(done.returncode, 1)
        self.assertEqual((self.root / "out/precious.txt").read_text(), "mine")

    def test_hostile_text_reaches_neither_page_nor_terminal(self):
        evil = "C:\\Users\\Public\\<script>alert(1)</script>\u001b[2J\u202e.exe"
        line = event(9, 10, SourceProcessGuid=GUID % 2, SourceImage=evil, TargetProcessGuid=GUID % 3,
                     TargetImage="C:\\Windows\\System32\\lsass.exe", GrantedAccess="0x1fffff")
        self.write("a.json", "\n".join(log_lines()[:2] + [line]) + "\n")
        done = self.hunt("a.json")
        self.assertEqual(done.returncode, 0, done.stderr)
        page = (self.root / "out/report.html").read_text()
        self.assertNotIn("<script>alert", page)
        self.assertNotIn("\u202e", page)
        self.assertNotIn("\u001b", done.stdout + done.stderr)

    def test_decode_prints_one_object_a_record(self):
        self.write("a.json", "\n".join(log_lines()) + "\n")
        done = self.run_it("decode", "a.json")
        self.assertEqual(done.returncode, 0, done.stderr)
        rows = [json.loads(line) for line in done.stdout.splitlines()]
        self.assertEqual(sorted(row["log_source"] for row in rows),
                         ["windows/sysmon/1", "windows/sysmon/1", "windows/sysmon/10"])
        self.assertEqual(rows[0]["host"], "ws01.example.test")

    def test_a_time_range_is_counted_not_judged(self):
        self.write("a.json", "\n".join(log_lines()) + "\n")
        done = self.hunt("a.json", "--from", "2026-01-05T10:00:04Z")
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assert_balanced()
        row = self.ledger()["inputs"][0]
        self.assertEqual(row["events"], 2)
        self.assertEqual(row["skipped"][0]["reason"], "outside-time-range")

    def test_both_engines_find_the_same(self):
        self.assertEqual(self.run_it("demo", "--out", "demo").returncode, 0)
        found = {self.run_it("detect", "demo/logs", "--engine", engine, "--jobs", jobs).stdout
                 for engine, jobs in (("reference", 1), ("fast", 1), ("fast", 2))}
        self.assertEqual(len(found), 1)
        self.assertGreater(found.pop().count("\n"), 10)

    def test_simulate_writes_logs_that_hunt_reads_and_the_truth_beside(self):
        story = self.write("story.yml", """
schema: interdict.scenario/1
name: story
records: 20
site: {workstations: 2}
intrusions:
  - name: one
    steps:
      - {technique: T1204.002, host: ws1}
      - {technique: T1071.001}
""")
        for out, seed in (("a", 3), ("b", 3), ("c", 4)):
            done = self.run_it("simulate", story, "--seed", seed, "--out", out, "--set", "dwell=2h")
            self.assertEqual(done.returncode, 0, done.stderr)
            self.assertEqual(done.stdout, "")
        truths = [(self.root / out / "truth.json").read_text() for out in "abc"]
        self.assertEqual(truths[0], truths[1])
        self.assertNotEqual(truths[0], truths[2])
        truth = json.loads(truths[0])
        self.assertEqual(truth["knobs"]["dwell_s"], 7200)
        self.assertIn(self.hunt("a/logs").returncode, (0, 4))
        told = {row["path"]: row["events"] for row in self.ledger()["inputs"]}
        for step in truth["intrusions"][0]["steps"]:
            for event in step["events"]:
                self.assertLessEqual(event["record"], told[event["file"]])
        for wrong in (["--set", "speed=3"], ["--set", "dwell"]):
            self.assertEqual(self.run_it("simulate", story, "--out", "d", *wrong).returncode, 1)
        self.assertEqual(self.run_it("simulate", "none.yml", "--out", "d").returncode, 1)

    def test_the_demonstration_finds_its_own_intrusion(self):
        done = self.run_it("demo", "--out", self.root / "demo")
        self.assertEqual(done.returncode, 0, done.stderr)
        found = json.loads((self.root / "demo/result/intrusions.json").read_text())
        self.assertTrue(found["intrusions"], "no intrusion")
        self.assertEqual(found["intrusions"][0]["furthest_stage"], "actions-on-objectives")
        self.assertIn("report.html", done.stderr)


if __name__ == "__main__":
    main()
