#!/usr/bin/env python3
"""The measures of the scenario suite: the truth itself is perfect, useless products are not."""
import pathlib
import sys
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
import scenarios  # noqa: E402

STAGES = ("reconnaissance", "weaponization", "delivery", "exploitation", "installation", "command-and-control",
          "actions-on-objectives")


def attack(number, host):
    """Three steps, two records each, in one log of the host."""
    stages = ("delivery", "exploitation", "actions-on-objectives")
    steps = [{"step": n + 1, "stage": stage, "outcome": "succeeded",
              "events": [{"file": host, "offset": 100 * n + k} for k in range(2)]} for n, stage in enumerate(stages)]
    return {"name": f"a{number}", "patient_zero": {"host": host}, "stages": dict.fromkeys(stages, "t"), "steps": steps}


def detection(file, offset, intrusion=None):
    return {"id": f"d-{file}-{offset}", "event": {"file": file, "offset": offset}, "intrusion": intrusion}


def report(name, host, steps, observed):
    return {"id": name, "steps": [{"detections": s} for s in steps], "patient_zero": {"host": host},
            "stages": {s: {"status": "observed" if s in observed else "not-visible"} for s in STAGES}}


TRUTH = {"intrusions": [attack(0, "ws1"), attack(1, "ws2")]}


def judge(intrusions, leads=()):
    inside = {d: i["id"] for i in intrusions for s in i["steps"] for d in s["detections"]}
    detections = [detection(host, 100 * n) for host in ("ws1", "ws2") for n in range(3)]
    detections += [detection("other", n) for n in range(10)]
    for d in detections:
        d["intrusion"] = inside.get(d["id"])
    return scenarios.judge(TRUTH, {"found": {"intrusions": intrusions, "leads": list(leads), "exposure": {"host_hours": 1}},
                                   "detections": detections, "wall": 0})


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


if __name__ == "__main__":
    unittest.main()
