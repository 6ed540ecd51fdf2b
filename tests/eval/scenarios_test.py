#!/usr/bin/env python3
"""The measures of the scenario suite: the truth itself is perfect, useless products are not."""
import pathlib
import sys
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
import altered  # noqa: E402
import goals  # noqa: E402
import judging  # noqa: E402
import replay  # noqa: E402
import run  # noqa: E402
import scenarios  # noqa: E402

STAGES = ("reconnaissance", "weaponization", "delivery", "exploitation", "installation", "command-and-control",
          "actions-on-objectives")


def attack(number, host):
    """Three steps, two records each, in one log of the host."""
    stages = ("delivery", "exploitation", "actions-on-objectives")
    steps = [{"step": n + 1, "stage": stage, "outcome": "succeeded", "technique": f"T100{n}.001", "caused_by": n or None,
              "rests_on": [], "events": [{"file": host, "offset": 100 * n + k, "time": f"2026-03-03T10:0{n}:00.000Z"}
                                         for k in range(2)]} for n, stage in enumerate(stages)]
    return {"name": f"a{number}", "patient_zero": {"host": host}, "stages": dict.fromkeys(stages, "t"), "steps": steps,
            "indicators": [{"type": "ipv4-addr", "value": "203.0.113.9"}], "users": [r"EXAMPLE\b.ortiz"]}


def detection(file, offset, intrusion=None):
    return {"id": f"d-{file}-{offset}", "event": {"file": file, "offset": offset}, "intrusion": intrusion, "host": file,
            "time": f"2026-03-03T10:{offset // 100:02d}:00Z", "stages": {"exploitation": 1.0}, "techniques": [],
            "rule": {"level": "high" if offset else "low"}}


def report(name, host, steps, observed):
    return {"id": name, "rank": 1, "score": 2.0, "furthest_stage": "actions-on-objectives", "patient_zero": {"host": host},
            "indicators": [{"value": "203.0.113.9"}, {"value": "192.0.2.1"}],
            "steps": [{"id": f"s-{n}", "detections": s, "techniques": [f"T100{n}"], "parent": f"s-{n - 1}" if n else None}
                      for n, s in enumerate(steps)],
            "stages": {s: {"status": "observed" if s in observed else "not-visible"} for s in STAGES}}


TRUTH = {"intrusions": [attack(0, "ws1"), attack(1, "ws2")]}


def result_of(intrusions, leads=()):
    inside = {d: i["id"] for i in intrusions for s in i["steps"] for d in s["detections"]}
    detections = [detection(host, 100 * n) for host in ("ws1", "ws2") for n in range(3)]
    detections += [detection("other", n) for n in range(10)]
    for d in detections:
        d["intrusion"] = inside.get(d["id"])
    return {"found": {"intrusions": intrusions, "leads": list(leads), "exposure": {"host_hours": 1}},
            "detections": detections, "wall": 0}


def judge(intrusions, leads=()):
    return judging.judge(TRUTH, result_of(intrusions, leads))


def right(host, order=(0, 1, 2)):
    return report("i-" + host, host, [[f"d-{host}-{100 * n}"] for n in order], TRUTH["intrusions"][0]["stages"])


class Judge(unittest.TestCase):
    def test_the_truth_is_perfect(self):
        row = judge([right("ws1"), right("ws2")])
        self.assertEqual(row["cubed"], (1.0, 1.0, 1.0))
        self.assertEqual((row["false"], row["merged"], row["pieces"]), (0, 0, 2))
        for one in row["attacks"]:
            self.assertEqual((one["found"], one["patient_zero"], one["tau"], one["stage_recall"], one["stage_precision"]),
                             (True, True, 1.0, 1.0, 1.0))
            self.assertEqual(one["arcs"], {"right": 2, "drawn": 2, "recalled": 2, "wanted": 2})
            self.assertEqual((one["technique_precision"], one["furthest_right"]), (1.0, True))
            self.assertEqual(one["indicator_precision"], 0.5)  # one of the two is nobody's

    def test_silence_is_wrong_everywhere(self):
        for one in judge([])["attacks"]:
            self.assertEqual((one["found"], one["patient_zero"], one["tau"], one["stage_recall"]), (False, False, None, 0))

    def test_an_attack_among_the_leads_is_not_found_but_counted(self):
        one = judge([], [{"detections": ["d-ws1-0", "d-ws1-100", "d-other-1"]}])["attacks"]
        self.assertEqual([(a["found"], a["lead"]) for a in one], [(False, True), (False, False)])

    def test_reversed_order_is_minus_one(self):
        self.assertEqual(judge([right("ws1", (2, 1, 0))])["attacks"][0]["tau"], -1.0)

    def test_one_lump_finds_one_at_most_and_counts_as_merged(self):
        both = right("ws1")["steps"] + right("ws2")["steps"]
        row = judge([right("ws1") | {"steps": both}])
        self.assertLessEqual(sum(a["found"] for a in row["attacks"]), 1)
        self.assertEqual(row["merged"], 1)

    def test_a_report_of_benign_detections_is_false(self):
        row = judge([report("i-x", "other", [["d-other-1"], ["d-other-2"]], STAGES)])
        self.assertEqual(row["false"], 1)
        self.assertFalse(any(a["found"] for a in row["attacks"]))

    def test_one_report_is_matched_once(self):
        row = judge([right("ws1"), right("ws1") | {"id": "i-again"}])
        self.assertEqual([a["found"] for a in row["attacks"]], [True, False])
        self.assertEqual(row["pieces"], 2)

    def test_invented_stages_cost_precision(self):
        row = judge([right("ws1") | {"stages": {s: {"status": "observed"} for s in STAGES}}])
        self.assertAlmostEqual(row["attacks"][0]["stage_precision"], 3 / 7)


class Arcs(unittest.TestCase):
    """A star on the foothold is as right as the chain of the story, if the records show it so; a guess is neither."""

    def arcs(self, parents, rests_on=(), seen=(1, 2, 3)):
        one = attack(0, "ws1")
        one["steps"][2]["rests_on"] = list(rests_on)
        steps = [{"id": str(n), "parent": parents.get(n) and str(parents[n])} for n in sorted(seen)]
        found = judging.arcs_of({"steps": steps}, one, {str(n): n for n in seen} | {"9": None}, set(seen))
        return found["right"], found["drawn"], found["recalled"], found["wanted"]

    def test_chain_and_star(self):
        self.assertEqual(self.arcs({2: 1, 3: 2}), (2, 2, 2, 2))
        self.assertEqual(self.arcs({2: 1, 3: 1}), (1, 2, 1, 2))
        self.assertEqual(self.arcs({2: 1, 3: 1}, rests_on=[1]), (2, 2, 2, 2))

    def test_a_benign_cause_is_wrong_and_a_missing_one_is_not_recalled(self):
        self.assertEqual(self.arcs({2: 9, 3: 2}), (1, 2, 1, 2))
        self.assertEqual(self.arcs({3: 2}), (1, 1, 1, 2))

    def test_what_no_detection_tells_of_is_bridged(self):
        self.assertEqual(self.arcs({3: 1}, seen=(1, 3)), (1, 1, 1, 1))

    def test_backwards_is_wrong(self):
        self.assertEqual(self.arcs({1: 2, 2: 3}), (0, 2, 0, 2))


class Useless(unittest.TestCase):
    def test_none_reaches_a_measure_that_asks_for_the_right_reports(self):
        products = judging.useless(result_of([]))
        self.assertEqual(len(products), 4)
        for name, result in products.items():
            is_now = scenarios.measures([judging.judge(TRUTH, result)])
            # One lump a host is right where a host sees nothing but one attack, as here.
            if name != "one lump a host":
                self.assertLess(is_now["F1"], .9, name)
                self.assertLess(is_now["B3 F1"], .85, name)


class Replay(unittest.TestCase):
    def test_a_cut_lies_before_each_further_step(self):
        self.assertEqual(replay.cuts(attack(0, "ws1")),
                         [("2026-03-03T10:00:59.999Z", "delivery"), ("2026-03-03T10:01:59.999Z", "exploitation"),
                          (None, "actions-on-objectives")])

    def test_names_are_replaced_whole_and_in_any_case(self):
        self.assertEqual(replay.renamed("WS02.example.test ws02 AWS021 example\\b.ortiz", {"WS02": "Oak7", "b.ortiz": "li.9"}),
                         "Oak7.example.test oak7 AWS021 example\\li.9")

    def test_a_story_that_changed_is_told(self):
        self.assertEqual(replay.differences(([(1, 2)], []), ([(1, 2)], [])), "")
        self.assertIn("part 1: 2 against 3", replay.differences(([(1, 2)], []), ([(1, 3)], [])))


class Altered(unittest.TestCase):
    def test_lines_of_a_host_and_the_head_of_a_table_are_kept(self):
        keep = altered.lines_with(["ws1"])
        self.assertEqual(keep("a.csv", b"time,host\n1,ws2\n2,WS1.x\n"), b"time,host\n2,WS1.x\n")
        self.assertEqual(keep("a.log", b"#fields x\n1 ws2\n2 ws1\n"), b"#fields x\n2 ws1\n")

    def test_private_addresses_move_within_their_range_and_others_stay(self):
        change = altered.rename({})
        moved = change("", b"10.0.5.13 192.168.1.4 172.16.9.1 203.0.113.9 1.10.0.5.13 172.40.1.1")
        self.assertEqual(moved, b"10.0.16.13 192.168.20.4 172.16.28.1 203.0.113.9 1.10.0.5.13 172.40.1.1")
        self.assertEqual(len(set(change("", b"10.%d.0.1" % n) for n in range(256))), 256)  # no two become one

    def test_names_that_mean_something_everywhere_stay(self):
        one = {"hosts": ["WS1.corp.example", "10.0.0.9"], "users": ["CORP\\ann.b", "root", "NT AUTHORITY\\SYSTEM"]}
        self.assertEqual(set(altered.names_in({"intrusions": [one], "leads": []})), {"WS1", "ann.b"})


class Expected(unittest.TestCase):
    def test_the_interval_of_a_count(self):
        self.assertEqual(run.interval(0), (0, 0))
        self.assertEqual(run.interval(.5), (0, 2))
        self.assertEqual(run.interval(10), (5, 15))


class Goals(unittest.TestCase):
    def test_what_was_not_measured_is_never_reached(self):
        shown = [row[2:4] for row in goals.lines([goals.Goal("a", .9, None), goals.Goal("b", .9, .9),
                                                  goals.Goal("c", .1, .2, at_most=True)])[1:]]
        self.assertEqual(shown, [("not measured", "-"), ("0.9", "yes"), ("0.2", "NO")])


if __name__ == "__main__":
    unittest.main()
