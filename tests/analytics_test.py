#!/usr/bin/env python3
"""Analytics through the real binary: synthetic records in, detections with the contract's fields out.

usage: analytics_test.py INTERDICT_BINARY [unittest arguments]
"""
import json

from support import BinaryTest, main


def failed(second, user):
    return json.dumps({"@timestamp": f"2026-01-05T10:{second // 60:02d}:{second % 60:02d}.000Z",
                       "Hostname": "dc01.example.test", "Channel": "Security", "EventID": 4625,
                       "SourceName": "Microsoft-Windows-Security-Auditing", "TargetUserName": user,
                       "IpAddress": "203.0.113.9", "LogonType": "3"})


class Analytics(BinaryTest):
    def detections(self, *inputs):
        result = self.run_it("detect", *inputs, "--no-builtin-rules")
        self.assertEqual(result.returncode, 0, result.stderr)
        return [json.loads(line) for line in result.stdout.splitlines()]

    def test_a_spray_over_two_files_is_one_detection_in_any_order(self):
        lines = [failed(i, f"user{i % 15}") for i in range(45)]
        one = self.write("one.json", "\n".join(lines[::2]) + "\n")
        two = self.write("two.json", "\n".join(lines[1::2]) + "\n")
        found = self.detections(one, two)
        self.assertEqual(found, self.detections(two, one))
        self.assertEqual(len(found), 1)
        spray = found[0]
        self.assertEqual(spray["rule"]["id"], "password-spraying")
        self.assertEqual(spray["rule"]["source"], "analytic")
        self.assertEqual(spray["techniques"], ["T1110.003"])
        self.assertEqual((spray["count"], spray["outcome"], spray["host"]), (45, "failed", "dc01.example.test"))
        self.assertEqual(spray["fields"]["analytic.distinct"], "15")
        self.assertEqual(spray["time"], "2026-01-05T10:00:00.000Z")
        # A copy of an input adds nothing to what is counted.
        copy = self.write("copy.json", one.read_text())
        self.assertEqual([d["count"] for d in self.detections(one, two, copy)], [45])

    def test_a_spray_on_a_linux_server_is_one_detection(self):
        lines = [f"2026-01-05T10:00:{i:02d}+00:00 web01 sshd[{100 + i}]: Failed password for invalid user u{i} "
                 f"from 203.0.113.9 port {5000 + i} ssh2" for i in range(20)]
        found = self.detections(self.write("auth.log", "\n".join(lines) + "\n"))
        self.assertEqual([(d["rule"]["id"], d["host"], d["count"]) for d in found],
                         [("password-spraying", "web01", 20)])

    def test_one_person_who_mistypes_is_none(self):
        path = self.write("one.json", "\n".join(failed(i, f"user{i % 3}") for i in range(200)) + "\n")
        self.assertEqual(self.detections(path), [])

    def test_a_hunt_places_a_spray_and_keeps_the_same_bytes(self):
        path = self.write("in/one.json", "\n".join(failed(i, f"user{i}") for i in range(30)) + "\n")
        for out in ("a", "b"):
            self.assertEqual(self.hunt(path.parent, "--no-builtin-rules", out=out).returncode, 0)
        first = (self.root / "a/detections.jsonl").read_text()
        self.assertEqual(first, (self.root / "b/detections.jsonl").read_text())
        self.assertIn("password-spraying", first)
        self.assertAlmostEqual(sum(json.loads(first)["stages"].values()), 1)


if __name__ == "__main__":
    main()
