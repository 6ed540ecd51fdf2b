#!/usr/bin/env python3
"""Every field of the files a hunt leaves, against the words and shapes that users rely on.

usage: contract_test.py INTERDICT_BINARY [unittest arguments]
"""
import json
import re

from support import BinaryTest, log_lines, main

STAGES = ["reconnaissance", "weaponization", "delivery", "exploitation", "installation", "command-and-control",
          "actions-on-objectives"]
LEVELS = {"informational", "low", "medium", "high", "critical"}
ENTRIES = {"phishing", "drive-by", "exposed-service-exploit", "valid-accounts", "supply-chain", "removable-media",
           "trusted-relationship", "insider", "unknown"}
LINKS = {"same-process", "process-ancestry", "injection", "logon-session", "file", "persistence", "remote-execution",
         "remote-logon", "network", "shared-hash", "shared-infrastructure", "same-user", "same-host", "seed", "latent"}
OUTCOMES = {"succeeded", "blocked", "failed", "unknown"}
STATES = {"enforced", "present", "weak", "absent", "unknown"}
STATUSES = {"observed", "blocked", "inferred", "not-visible", "not-reached"}
ENTITIES = {"host", "user", "session", "process", "image", "file", "registry", "service", "task", "flow", "ip",
            "domain", "url", "email", "resource"}
OBSERVABLES = {"ipv4-addr", "ipv6-addr", "domain-name", "url", "email-addr", "file"}
REASONS = {"unknown-format", "unreadable", "encrypted", "truncated", "bad-chunk-magic", "bad-chunk-checksum",
           "bad-record", "bad-time", "limit", "path-outside-archive", "not-a-log", "duplicate", "slack",
           "outside-time-range"}
KINDS = {"mail", "proxy", "web", "dns", "flow", "ids", "firewall", "remote-access", "authentication", "process",
         "file", "registry", "cloud-audit", "saas-audit"}


class Shape:
    """A small schema: `check(value, shape, path)` says where the first difference is."""

    def __init__(self, test):
        self.test = test

    def check(self, value, shape, path="$"):
        if isinstance(shape, Maybe):
            if value is not None:
                self.check(value, shape.shape, path)
        elif isinstance(shape, dict):
            self.test.assertIsInstance(value, dict, path)
            missing = set(shape) - set(value)
            self.test.assertFalse(missing, f"{path}: left out")
            for key, inner in shape.items():
                self.check(value[key], inner, f"{path}.{key}")
        elif isinstance(shape, list):
            self.test.assertIsInstance(value, list, path)
            for n, item in enumerate(value):
                self.check(item, shape[0], f"{path}[{n}]")
        elif isinstance(shape, (set, frozenset)):
            self.test.assertIn(value, shape, path)
        elif isinstance(shape, re.Pattern):
            self.test.assertIsInstance(value, str, path)
            self.test.assertRegex(value, shape, path)
        elif shape is float:
            self.test.assertIsInstance(value, (int, float), path)
            self.test.assertNotIsInstance(value, bool, path)
        elif shape is int:
            self.test.assertIsInstance(value, int, path)
            self.test.assertNotIsInstance(value, bool, path)
        elif isinstance(shape, type):
            self.test.assertIsInstance(value, shape, path)
        else:
            self.test.assertEqual(value, shape, path)


class Maybe:
    def __init__(self, shape):
        self.shape = shape


TIME = re.compile(r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,9})?Z$")
TEXT = re.compile(r"\S")
STAGE = frozenset(STAGES)
LEVEL = frozenset(LEVELS)
TECHNIQUE = re.compile(r"^T\d{4}(\.\d{3})?$")
STEP_ID = re.compile(r"^s-[1-9]\d*$")
DETECTION_ID = re.compile(r"^d-[0-9a-f]{16}$")
INTRUSION_ID = re.compile(r"^i-[0-9a-f]{16}$")
STRENGTH = frozenset({"strong", "likely", "possible"})
LOG_SOURCE = re.compile(r"^[a-z0-9_-]+(/[a-z0-9_.:-]+){0,2}$", re.I)

STAGE_OF_INTRUSION = {"status": frozenset(STATUSES), "first_seen": Maybe(TIME), "steps": [STEP_ID], "reason": TEXT}
STEP = {"id": STEP_ID, "time": TIME, "last": TIME, "count": int, "stage": STAGE, "techniques": [TECHNIQUE],
        "host": Maybe(TEXT), "user": Maybe(TEXT), "title": TEXT, "outcome": frozenset(OUTCOMES),
        "detections": [DETECTION_ID], "parent": Maybe(STEP_ID),
        "link": Maybe({"kind": frozenset(LINKS), "reason": TEXT, "e_value": float})}
CHOICE = {"control": TEXT, "name": TEXT, "stage": STAGE, "course_of_action": frozenset({"deny", "disrupt", "contain",
          "degrade", "deceive", "detect"}), "steps": [STEP_ID], "state": frozenset(STATES), "evidence": Maybe(TEXT),
          "why": TEXT, "cost": float, "depends": {"steps": int, "hosts": int, "users": int, "hours": float},
          "would_not_have_stopped": [STEP_ID]}
INTRUSION = {
    "id": INTRUSION_ID, "rank": int, "score": float, "false_expected": float, "strength": STRENGTH,
    "severity": LEVEL, "title": TEXT, "summary": TEXT, "first_seen": TIME, "last_seen": TIME,
    "furthest_stage": Maybe(STAGE), "objective": frozenset({"none", "hands-on", "achieved"}), "left_censored": bool,
    "stages": {name: STAGE_OF_INTRUSION for name in STAGES}, "hosts": [TEXT], "users": [TEXT],
    "indicators": [{"type": frozenset(OBSERVABLES), "value": TEXT, "stage": STAGE}],
    "patient_zero": Maybe({"host": Maybe(TEXT), "user": Maybe(TEXT), "step": STEP_ID, "entry": frozenset(ENTRIES),
                           "confidence": float, "reason": TEXT}),
    "steps": [STEP],
    "stop": {"growth_per_stage": float, "cost_reached": float, "cost_if_stopped": Maybe(float), "choices": [CHOICE]},
    "campaign": Maybe(re.compile(r"^c-[0-9a-f]{16}$"))}
REPORT = {
    "schema": "interdict.intrusions/1", "tool": {"name": "interdict", "version": re.compile(r"^\d+\.\d+\.\d+$")},
    "time_range": {"first": Maybe(TIME), "last": Maybe(TIME)}, "exposure": {"hosts": int, "host_hours": float},
    "report_at": float, "intrusions": [INTRUSION],
    "campaigns": [{"id": re.compile(r"^c-[0-9a-f]{16}$"), "intrusions": [INTRUSION_ID], "key_indicators": list,
                   "reason": TEXT}],
    "leads": [{"id": INTRUSION_ID, "rank": int, "score": float, "false_expected": float, "strength": STRENGTH,
               "title": TEXT, "first_seen": TIME, "last_seen": TIME, "furthest_stage": Maybe(STAGE), "hosts": [TEXT],
               "users": [TEXT], "detections": [DETECTION_ID], "why_not": TEXT}],
    "scope": [{"host": TEXT, "given": bool, "sources": [{"log_source": LOG_SOURCE, "first": TIME, "last": TIME,
                                                         "events": int, "gaps": [[TIME]]}]}],
    "collect_next": [{"host": TEXT, "log_source": LOG_SOURCE, "reason": TEXT, "steps": [STEP_ID]}],
    "unlinked": {"detections": int, "by_level": dict}}
DETECTION = {
    "id": DETECTION_ID, "time": TIME,
    "rule": {"id": TEXT, "title": TEXT, "level": LEVEL, "source": frozenset({"sigma", "analytic", "alert"}),
             "path": Maybe(TEXT)},
    "stages": dict, "techniques": [TECHNIQUE], "host": Maybe(TEXT), "user": Maybe(TEXT),
    "outcome": frozenset(OUTCOMES), "count": int, "entities": [{"type": frozenset(ENTITIES), "key": TEXT}],
    "event": {"file": TEXT, "record": int, "offset": int, "log_source": LOG_SOURCE}, "fields": dict,
    "intrusion": Maybe(INTRUSION_ID)}
LEDGER = {
    "schema": "interdict.ledger/1",
    "inputs": [{"path": TEXT, "sha256": Maybe(re.compile(r"^[0-9a-f]{64}$")), "format": Maybe(TEXT), "bytes": int,
                "events": int, "event_bytes": int, "structure_bytes": int, "detections": int,
                "skipped": [{"reason": frozenset(REASONS), "records": int, "bytes": int, "first_offset": int,
                             "why": Maybe(TEXT)}]}],
    "rules": {"loaded": int, "refused": [{"path": TEXT, "line": int, "code": re.compile(r"^S\d{3}$"),
                                          "message": TEXT}], "without_input": int},
    "log_sources": [{"log_source": LOG_SOURCE, "events": int, "hosts": int, "rules": int}],
    "blind_stages": [{"stage": STAGE, "missing": [frozenset(KINDS)]}],
    "state": {"evicted": int, "budget_bytes": int},
    "timing": {"wall_s": float, "events_per_s": float, "peak_rss_bytes": int}}
EVENT = {"time": TIME, "host": Maybe(TEXT), "user": Maybe(TEXT), "log_source": LOG_SOURCE,
         "event": {"file": TEXT, "record": int, "offset": int}, "fields": dict}


def numbers(step_ids):
    return [int(step.removeprefix("s-")) for step in step_ids]


class Contract(BinaryTest):
    """On the intrusion that the demonstration makes: every list has entries there."""

    @classmethod
    def demo(cls, test):
        done = test.run_it("demo", "--out", test.root / "demo")
        test.assertEqual(done.returncode, 0, done.stderr)
        return test.root / "demo/result"

    def check_intrusion(self, intrusion, known):
        steps = intrusion["steps"]
        self.assertEqual(numbers(s["id"] for s in steps), list(range(1, len(steps) + 1)))
        order = [(s["time"], min(s["detections"])) for s in steps]
        self.assertEqual([t for t, _ in order], sorted(t for t, _ in order))
        roots = [s for s in steps if s["parent"] is None]
        self.assertEqual(len(roots), 1)
        self.assertIsNone(roots[0]["link"])
        ids = {s["id"] for s in steps}
        for step in steps:
            self.assertTrue(step["detections"])
            self.assertLessEqual(set(step["detections"]), known)
            self.assertGreaterEqual(step["count"], 1)
            if step["parent"] is None:
                continue
            self.assertIsNotNone(step["link"])
            self.assertLess(numbers([step["parent"]]), numbers([step["id"]]))
        for name, stage in intrusion["stages"].items():
            self.assertLessEqual(set(stage["steps"]), ids)
            shown = stage["status"] in ("observed", "blocked")
            self.assertEqual(shown, bool(stage["steps"]), name)
            self.assertEqual(shown, stage["first_seen"] is not None, name)
        seen = [name for name in STAGES if intrusion["stages"][name]["status"] == "observed"]
        self.assertEqual(intrusion["furthest_stage"], seen[-1] if seen else None)
        if intrusion["left_censored"]:
            self.assertEqual(intrusion["patient_zero"]["entry"], "unknown")
        stop = intrusion["stop"]
        shown = [n for n, name in enumerate(STAGES) if intrusion["stages"][name]["status"] in ("observed", "blocked")]
        self.assertEqual(stop["cost_reached"], stop["growth_per_stage"] ** shown[-1])
        for choice in stop["choices"]:
            self.assertIn(choice["course_of_action"], ("deny", "disrupt", "contain"))
            self.assertEqual(choice["cost"], stop["growth_per_stage"] ** STAGES.index(choice["stage"]))
            self.assertLessEqual(set(choice["steps"] + choice["would_not_have_stopped"]), ids)
        first = stop["choices"][0]["cost"] if stop["choices"] else None
        self.assertEqual(stop["cost_if_stopped"], first)

    def test_all_fields_of_all_files(self):
        result = self.demo(self)
        shape = Shape(self)
        report = json.loads((result / "intrusions.json").read_text())
        shape.check(report, REPORT)
        self.assertTrue(report["intrusions"])
        self.assertTrue(report["intrusions"][0]["stop"]["choices"])
        detections = [json.loads(line) for line in (result / "detections.jsonl").read_text().splitlines()]
        for n, detection in enumerate(detections):
            shape.check(detection, DETECTION, f"detections.jsonl:{n + 1}")
            self.assertLessEqual(set(detection["stages"]), STAGE)
            if detection["stages"]:
                self.assertAlmostEqual(sum(detection["stages"].values()), 1, 2)
        self.assertEqual([(d["time"], d["id"]) for d in detections], sorted((d["time"], d["id"]) for d in detections))
        ids = [d["id"] for d in detections]
        self.assertEqual(len(set(ids)), len(ids))
        ledger = json.loads((result / "ledger.json").read_text())
        shape.check(ledger, LEDGER)
        for intrusion in report["intrusions"]:
            self.check_intrusion(intrusion, set(ids))
            mine = {d["id"] for d in detections if d["intrusion"] == intrusion["id"]}
            self.assertEqual(mine, {d for s in intrusion["steps"] for d in s["detections"]})
        self.assertEqual([i["rank"] for i in report["intrusions"]], list(range(1, len(report["intrusions"]) + 1)))
        scores = [i["score"] for i in report["intrusions"]]
        self.assertEqual(scores, sorted(scores, reverse=True))
        for intrusion in report["intrusions"]:
            expected = intrusion["false_expected"]
            self.assertLessEqual(expected, report["report_at"])
            self.assertEqual(intrusion["strength"], "strong" if expected <= 0.01 else "likely")
        for lead in report["leads"]:
            self.assertGreater(lead["false_expected"], report["report_at"])
        self.assertEqual(sum(report["unlinked"]["by_level"].values()), report["unlinked"]["detections"])
        self.assertLessEqual(set(report["unlinked"]["by_level"]), LEVELS)
        self.check_ledger(ledger, detections)

    def check_ledger(self, ledger, detections):
        events = sum(row["events"] for row in ledger["inputs"])
        self.assertEqual(sum(row["events"] for row in ledger["log_sources"]), events)
        named = [row["log_source"] for row in ledger["log_sources"]]
        self.assertEqual(named, sorted(set(named)))
        self.assertLessEqual({d["event"]["log_source"] for d in detections}, set(named))
        self.assertLess(ledger["rules"]["without_input"], ledger["rules"]["loaded"])
        self.assertNotIn("weaponization", [b["stage"] for b in ledger["blind_stages"]])

    def test_a_blind_stage_is_told_with_what_is_missing(self):
        line = json.dumps({"@timestamp": "2026-01-05T10:00:00.000Z", "Hostname": "dc.example.test", "EventID": 4624,
                           "Channel": "Security", "SourceName": "Microsoft-Windows-Security-Auditing",
                           "TargetUserName": "alice", "LogonType": "3", "IpAddress": "192.0.2.7"})
        self.write("a.json", line + "\n")
        done = self.hunt("a.json")
        self.assertEqual(done.returncode, 0, done.stderr)
        ledger = self.ledger()
        blind = {b["stage"]: b["missing"] for b in ledger["blind_stages"]}
        self.assertNotIn("actions-on-objectives", blind)  # logons show it
        self.assertIn("process", blind["exploitation"])
        self.assertIn("mail", blind["delivery"])
        self.assertEqual([r["log_source"] for r in ledger["log_sources"]], ["windows/security/4624"])
        self.assertGreater(ledger["rules"]["without_input"], 0)

    def test_without_input_counts_rules_of_other_log_sources(self):
        self.write("a.json", "\n".join(log_lines()) + "\n")
        for n, source in enumerate(("product: windows", "product: linux", "category: process_creation",
                                    "service: sshd\n  product: linux")):
            self.write(f"rules/{n}.yml", f"title: r{n}\nlogsource:\n  {source}\ndetection:\n  s:\n"
                       f"    Image|endswith: none{n}.exe\n  condition: s\n")
        done = self.hunt("a.json", "--rules", "rules", "--no-builtin-rules")
        self.assertEqual(done.returncode, 0, done.stderr)
        rules = self.ledger()["rules"]
        self.assertEqual((rules["loaded"], rules["without_input"]), (4, 2))
        by_source = {r["log_source"]: r["rules"] for r in self.ledger()["log_sources"]}
        self.assertEqual(by_source, {"windows/sysmon/1": 2, "windows/sysmon/10": 1})

    def test_decode_and_detect_lines(self):
        self.write("a.json", "\n".join(log_lines()) + "\n")
        shape = Shape(self)
        done = self.run_it("decode", "a.json")
        lines = done.stdout.splitlines()
        self.assertEqual(len(lines), 3)
        for n, line in enumerate(lines):
            shape.check(json.loads(line), EVENT, f"decode:{n + 1}")
        detected = self.run_it("detect", "a.json")
        self.assertTrue(detected.stdout)
        for n, line in enumerate(detected.stdout.splitlines()):
            shape.check(json.loads(line), DETECTION, f"detect:{n + 1}")
            self.assertIsNone(json.loads(line)["intrusion"])

    def test_decode_names_fields_as_ecs_does(self):
        self.write("a.json", "\n".join(log_lines()) + "\n")
        rows = [json.loads(x)["fields"] for x in self.run_it("decode", "a.json", "--schema", "ecs").stdout.splitlines()]
        plain = [json.loads(x)["fields"] for x in self.run_it("decode", "a.json").stdout.splitlines()]
        self.assertEqual(len(rows), 3)
        self.assertEqual(rows[1]["process.executable"], plain[1]["Image"])
        self.assertEqual(rows[1]["process.parent.entity_id"], plain[1]["ParentProcessGuid"])
        self.assertEqual(rows[2]["winlog.event_data.GrantedAccess"], plain[2]["GrantedAccess"])
        self.assertEqual(self.run_it("decode", "a.json", "--schema", "own").returncode, 2)

    def test_names_are_relative_and_equal_names_are_led_by_their_input(self):
        self.write("one/a.json", log_lines()[0] + "\n")
        self.write("two/a.json", log_lines()[1] + "\n")
        self.write("two/below/b.json", log_lines()[2] + "\n")
        done = self.hunt("one", "two")
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertEqual([row["path"] for row in self.ledger()["inputs"]], ["below/b.json", "one/a.json", "two/a.json"])

    def test_ids_depend_on_content_and_not_on_path_or_run(self):
        text = "\n".join(log_lines()) + "\n"
        self.write("one/a.json", text)
        self.write("elsewhere/with/another.log", text)
        ids = []
        for n, folder in enumerate(("one", "elsewhere")):
            self.assertEqual(self.hunt(folder, out=f"o{n}").returncode, 0)
            report = self.intrusions(f"o{n}")
            ids.append(([i["id"] for i in report["intrusions"]], [lead["id"] for lead in report["leads"]],
                        [json.loads(x)["id"] for x in (self.root / f"o{n}/detections.jsonl").read_text().splitlines()]))
        self.assertEqual(ids[0], ids[1])
        self.assertTrue(ids[0][2])

    def test_the_page_is_one_file_without_requests(self):
        page = (self.demo(self) / "report.html").read_text()
        for outside in ("src=\"http", "href=\"http", "url(http", "<link", "@import"):
            self.assertNotIn(outside, page)
        for stage in STAGES:
            self.assertIn(stage.replace("-", " ").split()[0], page.lower())


if __name__ == "__main__":
    main()
