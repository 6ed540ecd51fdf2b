#!/usr/bin/env python3
"""One simulated intrusion through the real binary, its logs spoilt in the ways that real ones are: what stays the same.

usage: story_input_test.py INTERDICT_BINARY SOURCE_DIR [unittest arguments]
"""
import datetime
import json
import pathlib
import random
import re
import sys

from support import BinaryTest, main

SOURCE = None
DESK, SERVER = "WS03.example.test", "FS01.example.test"


def seconds(text):
    return datetime.datetime.fromisoformat(text.replace("Z", "+00:00")).timestamp()


class StoryInput(BinaryTest):
    maxDiff = 2000

    def play(self, *knobs, scenario="drive-by-ransomware", out="site"):
        sets = [w for k in ("network=10.20.30", "records=60", *knobs) for w in ("--set", k)]
        done = self.run_it("simulate", SOURCE / f"tests/scenarios/{scenario}.yml", "--out", out, *sets)
        self.assertEqual(done.returncode, 0, done.stderr)
        self.logs = self.root / out / "logs"
        return json.loads((self.root / out / "truth.json").read_text())

    def found(self, *options, out="out", status=(0,)):
        done = self.hunt(self.logs, *options, out=out)
        self.assertIn(done.returncode, status, done.stderr)
        return self.intrusions(out)

    def change(self, name, each):
        """`each(number, record) → record or None` over the JSON lines of a host."""
        path = self.logs / f"{name}.jsonl"
        records = [each(n, json.loads(line)) for n, line in enumerate(path.read_text().splitlines())]
        path.write_text("".join(json.dumps(r, separators=(",", ":")) + "\n" for r in records if r is not None))

    @staticmethod
    def told(found):
        """The story without what names a place in a file: the ids of detections are of their records' bytes."""
        return [(i["furthest_stage"], sorted(h.lower() for h in i["hosts"]), i["score"],
                 sorted((s["time"], s["stage"], s["techniques"], s["count"]) for s in i["steps"]))
                for i in found["intrusions"]]

    def assert_reported(self, found, *hosts):
        """One intrusion, on the desk where it began, to its end; steps go forward in time."""
        self.assertEqual(len(found["intrusions"]), 1, self.told(found))
        one = found["intrusions"][0]
        for host in hosts:
            self.assertIn(host.lower(), [h.lower() for h in one["hosts"]])
        self.assertEqual(one["furthest_stage"], "actions-on-objectives")
        times = [seconds(s["time"]) for s in one["steps"]]
        self.assertEqual(times, sorted(times))
        return one

    def hours_before(self):
        """A record an hour on the desk until the story begins, so that its beginning is known to be in the logs."""
        path = self.logs / f"{DESK}.jsonl"
        lines = path.read_text().splitlines()
        first = lines[0]
        day, hour = first[first.index("2026-03-"):][:13].replace("T", " ").split(" ")
        told = [re.sub(rf"{day}([T ]){hour}", rf"{day}\g<1>{h:02d}", first) for h in range(9)]
        path.write_text("\n".join([x for x in told if x != first] + lines) + "\n")

    def test_the_story_itself_is_reported(self):
        self.play()
        self.assert_reported(self.found(), DESK, SERVER)

    def test_a_clock_that_jumps_back_an_hour_keeps_the_story_first(self):
        truth = self.play()
        jump = seconds(truth["intrusions"][0]["steps"][3]["time"])

        def back(_, record):
            for key in ("@timestamp", "UtcTime", "TimeCreated"):
                text = record.get(key)
                if text and seconds(text.replace(" ", "T").rstrip("Z") + "Z") > jump:
                    moved = datetime.datetime.fromtimestamp(seconds(text.replace(" ", "T").rstrip("Z") + "Z") - 3600,
                                                            datetime.timezone.utc)
                    shown = moved.isoformat(timespec="milliseconds").replace("+00:00", "")
                    record[key] = shown.replace("T", " ") if " " in text else shown + ("Z" if text.endswith("Z") else "")
            return record
        self.change(DESK, back)
        found = self.found()  # causes that come after their effects cost evidence, not the story
        told = [*found["intrusions"], *found["leads"]][0]
        self.assertEqual((sorted(told["hosts"]), told["furthest_stage"]), ([SERVER, DESK], "actions-on-objectives"))
        for one in found["intrusions"]:
            times = [seconds(s["time"]) for s in one["steps"]]
            self.assertEqual(times, sorted(times))

    def test_process_ids_that_come_again_and_again_change_nothing(self):
        self.play()
        plain = self.told(self.found())

        def few(_, record):
            for key in ("ProcessId", "ParentProcessId", "SourceProcessId", "TargetProcessId"):
                if key in record:
                    record[key] = str(int(str(record[key]), 0) % 7 + 4)
            return record
        self.change(DESK, few)
        self.assertEqual(self.told(self.found(out="few")), plain)

    def test_records_out_of_order_by_a_day_change_nothing(self):
        self.play()
        plain = self.told(self.found())
        for path in sorted(self.logs.glob("*.jsonl")):
            lines = path.read_text().splitlines(keepends=True)
            random.Random(path.name).shuffle(lines)
            path.write_text("".join(lines))
        self.assertEqual(self.told(self.found(out="mixed")), plain)

    def test_an_attack_that_runs_when_the_logs_begin_has_no_entry(self):
        truth = self.play()
        self.hours_before()
        steps = truth["intrusions"][0]["steps"]
        begins = max(e["time"] for e in steps[1]["events"])
        one = self.assert_reported(self.found("--from", begins), DESK)
        self.assertTrue(one["left_censored"])
        self.assertEqual(one["patient_zero"]["entry"], "unknown")

    def test_a_missing_parent_does_not_end_the_story(self):
        self.play()

        def without(_, record):  # what the browser and the shell were started by is not in the logs
            started = record.get("EventID") == 1 and str(record.get("Image", "")).lower().endswith(("explorer.exe", "cmd.exe"))
            return None if started else record
        self.change(DESK, without)
        self.assert_reported(self.found(), DESK)

    def test_a_host_in_five_spellings_is_one(self):
        self.play()
        plain = self.found()["intrusions"][0]
        spellings = ("WS03", "ws03", "WS03.example.test", "ws03.EXAMPLE.test", "WS03.EXAMPLE.TEST")

        def other(n, record):
            for key in ("Hostname", "Computer"):
                if key in record:
                    record[key] = spellings[n % 5]
            return record
        self.change(DESK, other)
        one = self.assert_reported(self.found(out="five"), DESK, SERVER)
        self.assertEqual(sorted(h.lower() for h in one["hosts"]), sorted(h.lower() for h in plain["hosts"]))
        self.assertGreaterEqual(one["score"], plain["score"])

    def test_twenty_thousand_detections_on_one_host_change_no_score(self):
        self.play()
        plain = self.found()
        self.play("storm=20000", out="storm")
        storm = self.found(out="stormy")
        self.assertEqual(len(storm["intrusions"]), len(plain["intrusions"]))
        was, now = plain["intrusions"][0], storm["intrusions"][0]
        self.assertLessEqual(abs(now["score"] - was["score"]), .05 * was["score"])
        self.assertLessEqual(set(was["hosts"]), set(now["hosts"]))
        self.assertLess(self.ledger("stormy")["timing"]["peak_rss_bytes"], 1 << 30)

    def test_detections_without_a_host_join_nothing_and_are_kept(self):
        self.play()
        plain = self.told(self.found())
        rows = "".join(f"2026-03-03T{hour:02d}:10:00Z,Something odd was seen,high\n" for hour in range(24))
        (self.logs / "elsewhere.csv").write_text("time,name,severity\n" + rows)
        found = self.found(out="more")
        self.assertEqual(self.told(found), plain)
        lines = [json.loads(x) for x in (self.root / "more/detections.jsonl").read_text().splitlines()]
        odd = [d for d in lines if d["rule"]["title"] == "Something odd was seen"]
        self.assertEqual((sum(d["count"] for d in odd), {d["host"] for d in odd}, {d["intrusion"] for d in odd}),
                         (24, {None}, {None}))

    def test_an_account_that_all_share_does_not_widen_the_story(self):
        self.play()
        plain = self.found()["intrusions"][0]
        for path in sorted(self.logs.glob("*.jsonl")):
            def shared(_, record):
                if str(record.get("User", "")).startswith("EXAMPLE\\"):
                    record["User"] = "EXAMPLE\\svc-all"
                return record
            self.change(path.stem, shared)
        one = self.assert_reported(self.found(out="shared"), DESK)
        self.assertLessEqual({h.lower() for h in one["hosts"]}, {h.lower() for h in plain["hosts"]})

    def test_forwarded_duplicates_count_once_and_are_told(self):
        self.play()
        plain = self.told(self.found())
        copy = self.logs / "collector/forwarded.jsonl"
        copy.parent.mkdir()
        copy.write_text((self.logs / f"{DESK}.jsonl").read_text())
        self.assertEqual(self.told(self.found(out="twice")), plain)
        self.assertIn("duplicate", {reason for _, reason in self.skipped("twice")})

    def test_administration_tools_are_no_intrusion(self):
        self.play(scenario="benign-admins")
        self.assertEqual(self.found()["intrusions"], [])

    def test_one_clock_nineteen_hours_off_leaves_the_rest_of_the_story(self):
        self.play()
        plain = self.found()["intrusions"][0]
        desk = [s["time"] for s in plain["steps"] if s["host"] == DESK]
        self.play("skew=fs=-19h", out="off")
        found = self.found(out="o")
        now = next(i for i in found["intrusions"] if DESK in i["hosts"])
        self.assertLessEqual(set(desk), {s["time"] for s in now["steps"]})


if __name__ == "__main__":
    SOURCE = pathlib.Path(sys.argv.pop(2)).resolve()
    main()
