#!/usr/bin/env python3
"""Sources described by data, alerts of other tools, local times: the real binary on records of our own.

usage: sources_test.py INTERDICT_BINARY
"""
import datetime
import gzip
import json

from support import GUID, BinaryTest, main

DOOR = """map: doorkeeper
formats: [ndjson]
sources:
  - source: doorkeeper
    when: {app: doorkeeper}
    kind: "doorkeeper/{event}"
    product: doorkeeper
    service: "{event}"
    time: [at]
    host: [node]
    user: [who]
    derive:
      src_ip: {from: [peer], before: ":"}
      src_port: {from: [peer], after: ":"}
    messages:
      - field: text
        templates:
          - {text: "badge %{badge:number} refused at %{door}", set: {outcome: failure}}
    variants:
      - when: {outcome: failure}
        categories: [authentication]
"""
RECORD = {"at": "2024-03-01T10:11:12Z", "app": "doorkeeper", "node": "pc1.example.org", "event": "unlock", "who": "ann",
          "peer": "192.0.2.7:5123", "text": "badge 17 refused at north"}


class Sources(BinaryTest):
    def decode(self, name, text, *options):
        path = self.root / name
        path.write_text(text)
        done = self.run_it("decode", path, *options)
        self.assertIn(done.returncode, (0, 3), done.stderr)
        return [json.loads(line) for line in done.stdout.splitlines()], done.stderr

    def detect(self, name, text, *options):
        path = self.root / name
        path.write_text(text)
        done = self.run_it("detect", path, "--no-builtin-rules", *options)
        self.assertEqual(done.returncode, 0, done.stderr)
        return [json.loads(line) for line in done.stdout.splitlines()]

    def test_what_has_no_time_is_told_and_placed_nowhere(self):
        alert = {"rule": {"level": 13, "description": "root shell", "id": "1"}, "agent": {"name": "web1"}, "decoder": {"name": "x"}}
        text = "".join(json.dumps(alert | extra) + "\n" for extra in ({}, {"timestamp": "soon"}, {"timestamp": "2024-03-01T10:11:12.000Z"}))
        events, words = self.decode("alerts.json", text)
        self.assertEqual([event["time"] for event in events], [None, None, "2024-03-01T10:11:12.000Z"])
        self.assertIn("1 event", words)
        told = self.run_it("detect", self.root / "alerts.json", "--no-builtin-rules").stdout
        self.assertEqual([json.loads(line)["time"] for line in told.splitlines()], [None, None, "2024-03-01T10:11:12.000Z"])
        done = self.hunt(self.root / "alerts.json", "--no-builtin-rules")
        self.assertEqual(done.returncode, 3, done.stderr)  # one time cannot be read
        self.assert_balanced()
        entry = self.skipped()[("alerts.json", "bad-time")]
        self.assertEqual((entry["records"], entry["bytes"]), (1, 0))
        lines = [json.loads(line) for line in (self.root / "out" / "detections.jsonl").read_text().splitlines()]
        self.assertEqual([one["time"] is None for one in lines], [True, True, False])
        for one in lines[:2]:
            self.assertIsNone(one["intrusion"])
        steps = json.dumps(self.intrusions()["intrusions"]) + json.dumps(self.intrusions()["leads"])
        for one in lines[:2]:
            self.assertNotIn(one["id"], steps)
        self.assertEqual(self.run_it("report", self.root / "out", "--format", "timesketch").stdout.count("\n"), 1)
        self.assertIn("bad-time: 0 bytes, 1 record", self.run_it("report", self.root / "out", "--format", "html").stdout)
        events, _ = self.decode("alerts.json", text, "--from", "2024-01-01")
        self.assertEqual(len(events), 1)

    def test_a_map_of_the_users_own_describes_a_source(self):
        (self.root / "doorkeeper.yml").write_text(DOOR)
        events, _ = self.decode("door.json", json.dumps(RECORD) + "\n", "--map", self.root / "doorkeeper.yml")
        event = events[0]
        self.assertEqual(event["log_source"], "doorkeeper/unlock")
        self.assertEqual((event["host"], event["user"]), ("pc1.example.org", "ann"))
        self.assertEqual(event["log_source_attributes"]["category"], ["authentication"])
        for name, value in {"src_ip": "192.0.2.7", "src_port": "5123", "badge": "17", "door": "north",
                            "outcome": "failure"}.items():
            self.assertEqual(event["fields"][name], value)
        self.assertEqual(self.decode("door.json", json.dumps(RECORD) + "\n")[0], [], "without the map it has no time")

    def test_the_example_of_the_documentation_is_this_one(self):
        import pathlib
        page = (pathlib.Path(__file__).resolve().parent.parent / "docs/taxonomy.md").read_text()
        self.assertIn(DOOR, page)

    def test_a_clock_that_connections_show_to_be_off_is_mended_and_told(self):
        def folder(name, ahead_s):
            """Four connections of one workstation, by itself (`ahead_s` ahead) and by a sensor on the wire."""
            wire, own = [], []
            for i in range(4):
                at = 1704103200 + 60 * i
                ends = {"id.orig_h": "10.1.0.9", "id.orig_p": 50000 + i, "id.resp_h": "203.0.113.7", "id.resp_p": 443}
                wire.append({"ts": at, "uid": f"C{i}", **ends, "proto": "tcp", "conn_state": "SF", "history": "ShAD"})
                stamp = datetime.datetime.fromtimestamp(at + ahead_s, datetime.timezone.utc).strftime("%Y-%m-%dT%H:%M:%S.000Z")
                own.append({"@timestamp": stamp, "Hostname": "ws01.example.test", "EventID": 3,
                          "Channel": "Microsoft-Windows-Sysmon/Operational", "SourceName": "Microsoft-Windows-Sysmon",
                          "ProcessGuid": GUID % 7, "ProcessId": "700", "Image": "C:\\Users\\alice\\tool.exe",
                          "Protocol": "tcp", "Initiated": "true", "SourceIp": "10.1.0.9", "SourcePort": str(50000 + i),
                          "DestinationIp": "203.0.113.7", "DestinationPort": "443"})
            for file, records in (("conn.log", wire), ("ws01.json", own)):
                self.write(f"{name}/{file}", "".join(json.dumps(record) + "\n" for record in records))
            done = self.hunt(self.root / name, out=name + "-out")
            self.assertEqual(done.returncode, 0, done.stderr)
            return self.ledger(name + "-out")["clocks"], done.stderr

        clocks, told = folder("ahead", 300)
        self.assertEqual(clocks, [{"host": "ws01.example.test", "ahead_s": 300.0, "against": None, "flows": 4}])
        self.assertIn("the clock of ws01.example.test is 300.0 s ahead of that of a sensor", told)
        self.assertEqual(folder("right", 1)[0], [])

    def test_a_fault_in_a_map_stops_the_work_with_its_place(self):
        bad = self.root / "bad.yml"
        bad.write_text("map: m\nsources:\n  - {source: a, kindd: k}\n")
        done = self.run_it("decode", bad, "--map", bad)
        self.assertEqual(done.returncode, 1)
        self.assertIn("bad.yml:3:17: unknown key `kindd`", done.stderr)

    def test_alerts_of_other_tools_are_detections(self):
        wazuh = {"timestamp": "2024-03-01T10:00:00.000+0000", "agent": {"id": "001", "name": "web1"}, "manager": {"name": "m"},
                 "rule": {"level": 10, "description": "sshd: brute force", "id": "5712", "groups": ["sshd"],
                          "mitre": {"id": ["T1110.001"]}}, "data": {"srcip": "192.0.2.9"}, "location": "auth.log"}
        eve = {"timestamp": "2024-03-01T10:00:01.5+0000", "flow_id": 7, "event_type": "alert", "src_ip": "192.0.2.9",
               "src_port": 40000, "dest_ip": "198.51.100.7", "dest_port": 80, "proto": "TCP",
               "alert": {"action": "blocked", "signature_id": 1000001, "signature": "EXAMPLE sql injection", "severity": 1,
                         "category": "Web Application Attack"}}
        copy = {"timestamp": "2024-03-01T10:00:01.9+0000", "agent": {"id": "001", "name": "fw"}, "manager": {"name": "m"},
                "rule": {"level": 3, "description": "Suricata: Alert", "id": "86601", "groups": ["ids"]},
                "data": {"src_ip": "192.0.2.9", "src_port": "40000", "dest_ip": "198.51.100.7", "dest_port": "80",
                         "alert": {"signature_id": "1000001", "signature": "EXAMPLE sql injection"}}, "location": "eve.json"}
        falco = {"time": "2024-03-01T10:00:03Z", "rule": "Terminal shell in container", "priority": "Notice", "output": "x",
                 "hostname": "node1", "output_fields": {"proc.cmdline": "sh -i", "user.name": "root"}}
        duty = {"schemaVersion": "2.0", "accountId": "1", "type": "Recon:EC2/PortProbeUnprotectedPort", "severity": 2, "id": "x",
                "updatedAt": "2024-03-01T10:00:04Z", "service": {"serviceName": "guardduty"}}
        table = {"time": 1709287205, "name": "Odd thing", "host": "h", "severity": "critical", "technique": "T1486"}
        lines = "".join(json.dumps(x) + "\n" for x in (wazuh, eve, copy, falco, duty, table))
        found = self.detect("alerts.json", lines)
        self.assertTrue(all(d["rule"]["source"] == "alert" for d in found))
        seen = [(d["rule"]["id"], d["rule"]["level"], d["techniques"], d["host"], d["outcome"]) for d in found]
        self.assertEqual(seen[0], ("wazuh:5712", "high", ["T1110.001"], "web1", "unknown"))
        self.assertEqual(seen[1][:3], ("suricata:1000001", "high", ["T1190"]))
        self.assertEqual(seen[1][4], "blocked")
        self.assertEqual(seen[2][:2], ("wazuh:86601/1000001", "low"))
        self.assertEqual(seen[3][:3], ("falco:Terminal shell in container", "low", ["T1059.004"]))
        self.assertEqual(seen[4][:3], ("guardduty:Recon:EC2/PortProbeUnprotectedPort", "low", ["T1595.001"]))
        self.assertEqual(seen[5][:4], ("table:Odd thing", "critical", ["T1486"], "h"))
        flows = [[e["key"] for e in d["entities"] if e["key"].startswith("alert|")] for d in found]
        self.assertEqual(flows[1], flows[2], "both tools' alerts on one flow are one witness")
        self.assertEqual(len(flows[1]), 1)

    def test_alerts_are_the_same_for_any_number_of_threads_and_order(self):
        for i in range(6):
            rows = [f"2024-03-01T10:00:{j:02d}Z,alert {(i * 7 + j) % 11},host{i},{'high' if j % 2 else 'low'}" for j in range(20)]
            (self.root / f"t{i}.csv").write_text("time,name,host,severity\n" + "\n".join(rows) + "\n")
        paths = [self.root / f"t{i}.csv" for i in range(6)]
        one = self.run_it("detect", *paths, "--no-builtin-rules", "--jobs", "1").stdout
        many = self.run_it("detect", *reversed(paths), "--no-builtin-rules", "--jobs", "4").stdout
        self.assertEqual(len(one.splitlines()), 120)
        self.assertEqual(one, many)

    def test_local_times_take_the_zone_that_is_given(self):
        line = '{"time": "2024-07-01 12:00:00", "name": "a", "severity": "low"}\n'
        events, words = self.decode("a.json", line)
        self.assertEqual(events[0]["time"], "2024-07-01T12:00:00Z")
        self.assertIn("a.json: 1 times without a zone taken as UTC", words)
        events, words = self.decode("a.json", line, "--timezone", "+02:00")
        self.assertEqual(events[0]["time"], "2024-07-01T10:00:00Z")
        self.assertIn("read in the zone of --timezone", words)
        events, _ = self.decode("a.json", line, "--timezone", "+02:00", "--timezone", "a.json=-01:00")
        self.assertEqual(events[0]["time"], "2024-07-01T13:00:00Z")
        self.assertEqual(self.run_it("decode", self.root / "a.json", "--timezone", "Nowhere/City").returncode, 1)

    def test_syslog_without_a_year_takes_it_from_what_tells_it(self):
        text = ("Dec 31 23:59:58 h1 sshd[7]: Accepted password for ann from 192.0.2.9 port 50000 ssh2\n"
                "Jan  1 00:00:03 h1 sshd[7]: Failed password for invalid user bob from 192.0.2.9 port 50001 ssh2\n")
        events, words = self.decode("auth.log-20230101", text)
        self.assertEqual([e["time"] for e in events], ["2022-12-31T23:59:58Z", "2023-01-01T00:00:03Z"])
        self.assertIn("2 times without a year taken from the other dates given", words)
        self.assertEqual([e["log_source"] for e in events], ["linux/sshd"] * 2)
        self.assertEqual([e["user"] for e in events], ["ann", "bob"])
        self.assertEqual([e["fields"]["src_ip"] for e in events], ["192.0.2.9"] * 2)
        _, words = self.decode("auth.log", text)
        self.assertIn("1970 on, for nothing tells it", words)

    def test_a_clock_that_sysmon_contradicts_is_moved_and_told(self):
        lines = []
        for second in range(40):
            stamp, own = f"2024-03-01T09:00:{second:02d}.123Z", f"2024-03-02 04:00:{second:02d}.100"
            drifting = f"2024-02-27 01:07:{second:02d}.100"
            lines.append({"@timestamp": stamp, "Hostname": "pc1.example.org", "EventID": 1 if second % 2 else 3,
                          "Channel": "Microsoft-Windows-Sysmon/Operational", "UtcTime": own if second % 2 else drifting})
            lines.append({"@timestamp": stamp, "Hostname": "pc1.example.org", "EventID": 11,
                          "Channel": "Microsoft-Windows-Sysmon/Operational", "UtcTime": own})
            lines.append({"@timestamp": stamp, "Hostname": "pc1.example.org", "EventID": 4688, "Channel": "Security",
                          "filler": "x" * 120_000})
        text = "".join(json.dumps(line) + "\n" for line in lines)  # 4.8 MB: more than is looked at first
        ledger = self.root / "ledger.json"
        events, words = self.decode("export.json", text, "--ledger", ledger)
        self.assertEqual(len(events), 120)
        self.assertEqual({event["time"][:14] for event in events}, {"2024-03-02T04:"})
        self.assertTrue(all(event["fields"]["@timestamp"].startswith("2024-03-01T09:00:") for event in events))
        self.assertIn("moved by +19:00", words)
        row = json.loads(ledger.read_text())["inputs"][0]
        self.assertEqual(row["bytes"], row["event_bytes"] + row["structure_bytes"])
        self.assertIn("52 of 70 records compared", row["notes"][0])  # those of the first 4 MiB

    def ledger_of(self, *options):
        out = self.root / "hunted"
        done = self.run_it("hunt", *options, "--no-builtin-rules", "--out", out)
        self.assertEqual(done.returncode, 0, done.stderr)
        rows = {row["path"]: row for row in json.loads((out / "ledger.json").read_text())["inputs"]}
        for row in rows.values():
            skipped = sum(entry["bytes"] for entry in row["skipped"])
            self.assertEqual(row["bytes"], row["event_bytes"] + row["structure_bytes"] + skipped, row["path"])
        return rows

    def test_a_record_in_two_files_counts_once(self):
        folder = self.root / "twice"
        folder.mkdir()
        lines = [f"Jan  2 03:04:05 h1 sshd[7]: Invalid user u{i // 2} from 192.0.2.9 port 50000" for i in range(8)]
        text = "2024-01-02T00:00:00+00:00 h1 sshd[1]: Server listening on 192.0.2.1 port 22.\n" + "\n".join(lines) + "\n"
        (folder / "auth.log").write_text(text)  # equal lines with whole seconds: each an event
        (folder / "auth.log.1.gz").write_bytes(gzip.compress(text.encode(), mtime=0))  # the same file, packed
        (folder / "other.log").write_text(text[:-1] + "9\n")  # another file, though it begins alike
        fine = [json.dumps({"time": f"2024-01-02T03:04:05.{i:03d}Z", "name": "a", "severity": "low"}) for i in range(6)]
        (folder / "a.json").write_text("\n".join(fine[:4]) + "\n")
        (folder / "b.json").write_text("\n".join(fine[2:] + fine[5:]) + "\n")  # times finer than a second
        event = {"EventID": 4624, "Channel": "Security", "Computer": "pc1.example.org", "EventRecordID": 77,
                 "@timestamp": "2024-01-02T03:04:05Z"}
        (folder / "c.json").write_text(json.dumps(event) + "\n")
        (folder / "d.json").write_text(json.dumps({**event, "Keywords": "x"}) + "\n")  # its own number
        rows = self.ledger_of(folder)
        counted = {path: row["events"] for path, row in rows.items() if row["format"] != "gzip"}
        self.assertEqual(counted, {"auth.log": 9, "auth.log.1.gz!auth.log.1": 0, "other.log": 9, "a.json": 4,
                                   "b.json": 2, "c.json": 1, "d.json": 0})
        self.assertEqual(len(self.run_it("decode", folder).stdout.splitlines()), 38)  # each where it stands
        self.assertEqual({entry["reason"] for row in rows.values() for entry in row["skipped"]}, {"duplicate"})
        again = [self.run_it("hunt", *paths, "--no-builtin-rules", "--jobs", jobs, "--out", self.root / f"o{jobs}")
                 for jobs, paths in (("1", [folder]), ("4", [folder]))]
        self.assertEqual([done.returncode for done in again], [0, 0])
        ledgers = [json.loads((self.root / f"o{jobs}" / "ledger.json").read_text()) for jobs in "14"]
        self.assertEqual(ledgers[0]["inputs"], ledgers[1]["inputs"])
        self.assertEqual(ledgers[0]["log_sources"], ledgers[1]["log_sources"])


if __name__ == "__main__":
    main()
