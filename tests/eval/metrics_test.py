#!/usr/bin/env python3
"""The measures themselves: useless products must score badly, the truth itself perfectly."""
import pathlib
import sys
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
import metrics  # noqa: E402

ATTACK, OTHER = [0] * 10 + [1] * 5, [None] * 185


class BCubed(unittest.TestCase):
    def score(self, predicted):
        return metrics.b_cubed(list(zip(ATTACK + OTHER, predicted)))[2]

    def test_truth_is_perfect(self):
        self.assertEqual(self.score(["a"] * 10 + ["b"] * 5 + [None] * 185), 1.0)

    def test_one_lump_of_everything_fails(self):
        self.assertLess(self.score(["a"] * 200), 0.2)

    def test_silence_fails(self):
        self.assertLess(self.score([None] * 200), 0.3)

    def test_two_attacks_in_one_intrusion_cost(self):
        self.assertLess(self.score(["a"] * 15 + [None] * 185), 0.8)

    def test_no_attack_has_no_score(self):
        self.assertIsNone(metrics.b_cubed([(None, "a")]))


class Order(unittest.TestCase):
    def test_same_reverse_and_tie(self):
        self.assertEqual(metrics.kendall_tau_b([(1, 10), (2, 20), (3, 30)]), 1.0)
        self.assertEqual(metrics.kendall_tau_b([(1, 30), (2, 20), (3, 10)]), -1.0)
        self.assertLess(metrics.kendall_tau_b([(1, 10), (2, 10), (3, 30)]), 1.0)
        self.assertIsNone(metrics.kendall_tau_b([(1, 10)]))


class Names(unittest.TestCase):
    def test_short_and_full_names_are_one_host(self):
        self.assertTrue(metrics.same_hosts(["WS1"], ["ws1.corp.example"]))
        self.assertFalse(metrics.same_hosts(["WS1"], ["ws1.corp.example", "ws2.corp.example"]))
        self.assertFalse(metrics.same_hosts(["10.0.1.4"], ["10.0.1.6"]))


class False_(unittest.TestCase):
    def test_needs_half_of_what_can_be_judged(self):
        intrusion = {"steps": [{"detections": ["a", "b", "c"]}]}
        self.assertFalse(metrics.is_false(intrusion, {"a": 0, "b": None}))
        self.assertTrue(metrics.is_false(intrusion, {"a": 0, "b": None, "c": None}))
        self.assertFalse(metrics.is_false(intrusion, {}))


if __name__ == "__main__":
    unittest.main()
