#!/usr/bin/env python3
"""Runs the real binary with Sigma rules of every kind: correlations, filters, pipelines, faults, explanations.

usage: sigma_cli_test.py INTERDICT_BINARY [unittest arguments]
"""
import json
import pathlib
import subprocess
import sys
import tempfile
import unittest

BINARY = None


def logon(second, event_id, user, ip="203.0.113.9"):
    """One synthetic Windows Security record as a JSON line."""
    return json.dumps({"@timestamp": f"2026-01-05T10:{second // 60:02d}:{second % 60:02d}.000Z",
                       "Hostname": "srv01.example.test", "Channel": "Security", "EventID": event_id,
                       "SourceName": "Microsoft-Windows-Security-Auditing", "TargetUserName": user,
                       "IpAddress": ip, "LogonType": "3"})


BASE = """title: {title}
name: {title}
logsource: {{product: windows, service: security}}
detection: {{s: {{EventID: {event}}}, condition: s}}
---
"""
FAILED = BASE.format(title="failed", event=4625)
SUCCESS = BASE.format(title="success", event=4624)
MANY = """title: Many
name: many
level: low
correlation: {type: event_count, rules: failed, group-by: IpAddress, timespan: 1m, condition: {gte: 5}}
---
"""
GUESSED = """title: Guessed
id: 11111111-2222-4333-8444-555555555555
level: high
tags: [attack.t1110, attack.credential-access]
correlation: {type: temporal_ordered, rules: [many, success], group-by: IpAddress, timespan: 5m}
"""
PLAIN = """title: plain
logsource: {{product: windows}}
detection: {{s: {{{item}}}, condition: s}}
"""


class SigmaCli(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.root = pathlib.Path(folder.name)

    def run_it(self, *arguments, **options):
        return subprocess.run([BINARY, *map(str, arguments)], cwd=self.root, capture_output=True, text=True,
                              errors="replace", timeout=300, **options)

    def write(self, name, text):
        path = self.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text if isinstance(text, bytes) else text.encode())

    def detect(self, *arguments):
        done = self.run_it("detect", *arguments, "--no-builtin-rules")
        self.assertIn(done.returncode, (0, 4), done.stderr)
        return [json.loads(line) for line in done.stdout.splitlines()], done

    def brute_force(self):
        lines = [logon(i, 4625, f"u{i}") for i in range(8)] + [logon(20, 4624, "admin")]
        self.write("logs/a.json", "\n".join(lines[::2]) + "\n")
        self.write("logs/b.json", "\n".join(lines[1::2]) + "\n")
        self.write("rules/r.yml", FAILED + SUCCESS + MANY + GUESSED)

    def test_a_chain_of_correlations_fires_once_and_its_parts_are_silent(self):
        self.brute_force()
        found, done = self.detect("logs", "--rules", "rules")
        self.assertEqual([d["rule"]["title"] for d in found], ["Guessed"], done.stderr)
        self.assertEqual(found[0]["rule"]["id"], "11111111-2222-4333-8444-555555555555")
        self.assertEqual(found[0]["rule"]["source"], "sigma")
        self.assertEqual(found[0]["rule"]["level"], "high")
        self.assertEqual(found[0]["fields"]["IpAddress"], "203.0.113.9")
        self.assertEqual(len(found[0]["fields"]["correlation.event"]), 2)
        self.assertEqual(found[0]["techniques"], ["T1110"])

    def test_the_result_depends_on_nothing_but_the_records(self):
        self.brute_force()
        first, _ = self.detect("logs/a.json", "logs/b.json", "--rules", "rules", "--jobs", "1")
        for order, jobs in ((("b", "a"), 2), (("a", "b"), 4)):
            found, _ = self.detect(*(f"logs/{x}.json" for x in order), "--rules", "rules", "--jobs", jobs)
            self.assertEqual(found, first)

    def test_hunt_takes_correlations_in(self):
        self.brute_force()
        done = self.run_it("hunt", "logs", "--rules", "rules", "--no-builtin-rules", "--out", "out")
        self.assertEqual(done.returncode, 0, done.stderr)
        lines = (self.root / "out/detections.jsonl").read_text().splitlines()
        self.assertEqual([json.loads(line)["rule"]["title"] for line in lines], ["Guessed"])
        ledger = json.loads((self.root / "out/ledger.json").read_text())
        self.assertEqual(ledger["rules"]["loaded"], 4)

    def test_generate_lets_the_parts_speak(self):
        self.brute_force()
        self.write("rules/r.yml", FAILED + MANY.replace("gte: 5}", "gte: 5}, generate: true"))
        found, _ = self.detect("logs", "--rules", "rules")
        titles = [d["rule"]["title"] for d in found]
        self.assertEqual(titles.count("failed"), 8)
        self.assertEqual(titles.count("Many"), 1)

    def test_a_record_that_two_inputs_hold_counts_once(self):
        lines = [logon(i, 4625, "u") for i in range(4)]
        self.write("a.json", "\n".join(lines) + "\n")
        self.write("b.json", "\n".join(lines) + "\n")
        self.write("r.yml", FAILED + MANY)
        found, done = self.detect("a.json", "b.json", "--rules", "r.yml")
        self.assertEqual(found, [], done.stdout)
        self.assertIn("4 records are counted once", done.stderr)

    def test_a_filter_leaves_out_what_it_names(self):
        self.write("a.json", logon(1, 4625, "adm_x") + "\n" + logon(2, 4625, "bob") + "\n")
        self.write("r.yml", FAILED + "title: F\nlogsource: {product: windows}\n"
                   "filter: {rules: [failed], s: {TargetUserName|startswith: adm_}, condition: not s}\n")
        found, _ = self.detect("a.json", "--rules", "r.yml")
        self.assertEqual([d["fields"]["TargetUserName"] for d in found], ["bob"])

    def test_a_legacy_aggregation_counts(self):
        self.write("a.json", "\n".join(logon(i, 4625, f"u{i}") for i in range(5)) + "\n")
        self.write("r.yml", "title: L\nlogsource: {product: windows, service: security}\ndetection:\n"
                   "  s: {EventID: 4625}\n  timeframe: 1m\n  condition: s | count(TargetUserName) by IpAddress > 3\n")
        found, done = self.detect("a.json", "--rules", "r.yml")
        self.assertEqual([d["rule"]["title"] for d in found], ["L"], done.stderr)
        self.assertIn("S062", done.stderr)

    def test_a_pipeline_renames_fields_and_gives_placeholders(self):
        self.write("a.json", logon(1, 4625, "bob") + "\n")
        self.write("r.yml", "title: P\nlogsource: {product: windows}\n"
                   "detection: {s: {user.name|expand: '%Admins%'}, condition: s}\n")
        _, done = self.detect("a.json", "--rules", "r.yml")
        self.assertIn("S014", done.stderr)
        self.write("p.yml", "vars: {Admins: [bob, eve]}\ntransformations:\n- type: value_placeholders\n"
                   "- {type: field_name_mapping, mapping: {user.name: TargetUserName}}\n")
        found, done = self.detect("a.json", "--rules", "r.yml", "--pipeline", "p.yml")
        self.assertEqual([d["rule"]["title"] for d in found], ["P"], done.stderr)
        self.write("p.yml", "transformations:\n- type: nonsense\n")
        done = self.run_it("rules", "check", "r.yml", "--pipeline", "p.yml")
        self.assertEqual(done.returncode, 1)
        self.assertIn("p.yml:2", done.stderr)
        self.assertIn("S047", done.stderr)

    def test_bad_rules_are_refused_with_place_and_code_and_the_rest_runs(self):
        self.write("a.json", logon(1, 4625, "bob") + "\n")
        self.write("rules/good.yml", FAILED)
        self.write("rules/bomb.yml", "a: &a [x,x,x,x,x,x,x,x,x]\n" + "".join(
            f"{chr(98 + i)}: &{chr(98 + i)} [{','.join(['*' + chr(97 + i)] * 9)}]\n" for i in range(10)))
        self.write("rules/deep.yml", "title: " + "[" * 1000000)
        self.write("rules/huge.yml", b"a" * (100 << 20))
        self.write("rules/latin.yml", b"title: \xe9\n")
        self.write("rules/regex.yml", PLAIN.format(item="A|re: '((x{100}){100}){100}'"))
        self.write("rules/modifier.yml", PLAIN.format(item="A|nonsense: x"))
        self.write("rules/twin.yml", "id: 11111111-2222-4333-8444-555555555555\n" + PLAIN.format(item="A: x"))
        self.write("rules/twin2.yml", "id: 11111111-2222-4333-8444-555555555555\n" + PLAIN.format(item="B: x"))
        self.write("rules/cycle.yml", "title: C\nname: c\ncorrelation: {type: temporal, rules: [c], timespan: 1s}\n")
        found, done = self.detect("a.json", "--rules", "rules")
        self.assertEqual(done.returncode, 4)
        self.assertEqual([d["rule"]["title"] for d in found], ["failed"])
        done = self.run_it("rules", "check", "rules", "--format", "json")
        refused = {pathlib.Path(r["path"]).name: r["code"] for r in json.loads(done.stdout)["refused"]}
        self.assertEqual(refused, {"bomb.yml": "S002", "deep.yml": "S002", "huge.yml": "S002", "latin.yml": "S003",
                                   "regex.yml": "S090", "modifier.yml": "S012", "twin2.yml": "S041",
                                   "cycle.yml": "S040"})

    def test_a_regex_that_explodes_elsewhere_takes_linear_time(self):
        self.write("a.json", logon(1, 4625, "a" * 20000 + "!") + "\n")
        self.write("r.yml", PLAIN.format(item="TargetUserName|re: '^(a+)+$'"))
        found, _ = self.detect("a.json", "--rules", "r.yml")
        self.assertEqual(found, [])

    def test_check_reports_all_faults_as_text_json_and_sarif(self):
        self.write("r.yml", "title: é\nlogsource: {product: windows}\nlevel: hig\ndetection:\n  s:\n"
                   "    é|endwith: x\n    B|contans: y\n  condition: s\n")
        text = self.run_it("rules", "check", "r.yml")
        self.assertEqual(text.returncode, 4)
        for word in ("r.yml:6:", "r.yml:7:", "S012", "S011", "did you mean `endswith`", "^"):
            self.assertIn(word, text.stdout)
        faults = json.loads(self.run_it("rules", "check", "r.yml", "--format", "json").stdout)["diagnostics"]
        self.assertEqual([(f["line"], f["code"]) for f in faults], [(3, "S011"), (6, "S012"), (7, "S012")])
        sarif = json.loads(self.run_it("rules", "check", "r.yml", "--format", "sarif").stdout)
        self.assertEqual(sarif["version"], "2.1.0")
        run = sarif["runs"][0]
        self.assertEqual(len(run["results"]), 3)
        known = {rule["id"] for rule in run["tool"]["driver"]["rules"]}
        self.assertTrue({r["ruleId"] for r in run["results"]} <= known)
        region = run["results"][1]["locations"][0]["physicalLocation"]["region"]
        self.assertEqual((region["startLine"], region["startColumn"]), (6, 7))  # code points, not bytes

    def test_explain_says_for_each_part_whether_it_held_and_on_what(self):
        self.write("a.json", logon(1, 4625, "bob") + "\n")
        event = self.run_it("decode", "a.json").stdout
        self.write("r.yml", "title: E\nlogsource: {product: windows, service: security}\ndetection:\n"
                   "  sel: {EventID: 4625, TargetUserName|startswith: [al, b]}\n  filter: {LogonType: 2}\n"
                   "  words: ['203.0.113']\n  condition: sel and words and not filter\n")
        done = self.run_it("rules", "explain", "r.yml", "-", input=event)
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertIn("matches", done.stdout)
        self.assertRegex(done.stdout, r"\[no\]\s+startswith 'al'")
        self.assertRegex(done.stdout, r"\[yes\] startswith 'b'")
        self.assertIn("`TargetUserName` is `bob`", done.stdout)
        self.assertIn("`IpAddress` is `203.0.113.9`", done.stdout)
        parts = json.loads(self.run_it("rules", "explain", "r.yml", "-", "--format", "json", input=event).stdout)
        self.assertTrue(parts[0]["matched"])
        self.write("r.yml", "title: E\nlogsource: {product: linux}\ndetection: {s: {Gone: x}, condition: s}\n")
        done = self.run_it("rules", "explain", "r.yml", "-", input=event)
        self.assertIn("does not match", done.stdout)
        self.assertIn("[no]  product linux", done.stdout)
        self.assertIn("`Gone` is absent", done.stdout)

    def test_coverage_counts_stages_and_what_could_fire(self):
        self.write("a.json", logon(1, 4625, "bob") + "\n")
        self.write("r.yml", FAILED.replace("---\n", "tags: [attack.delivery, attack.t1566]\n---\n") +
                   "title: L\ntags: [attack.execution, attack.t1059]\nlogsource: {product: linux}\n"
                   "detection: {s: {A: x}, condition: s}\n")
        seen = json.loads(self.run_it("rules", "coverage", "r.yml", "--format", "json").stdout)
        self.assertEqual(seen["stages"]["delivery"], {"rules": 1, "could_fire": None})
        self.assertIn("reconnaissance", seen["unwatched_stages"])
        self.assertNotIn("exploitation", seen["unwatched_stages"])
        seen = json.loads(self.run_it("rules", "coverage", "r.yml", "--input", "a.json", "--format", "json").stdout)
        self.assertEqual(seen["stages"]["delivery"], {"rules": 1, "could_fire": 1})
        self.assertEqual(seen["stages"]["exploitation"], {"rules": 1, "could_fire": 0})
        self.assertIn("exploitation", seen["unwatched_stages"])
        self.assertIn("nothing watches", self.run_it("rules", "coverage", "r.yml").stdout)


if __name__ == "__main__":
    BINARY = str(pathlib.Path(sys.argv.pop(1)).resolve())
    unittest.main()
