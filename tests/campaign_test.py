#!/usr/bin/env python3
"""Two recorded campaigns, as they are and under other names, hunted with every rule of the data pack.

usage: campaign_test.py INTERDICT_BINARY SOURCE_DIR [unittest arguments]
"""
import pathlib
import re
import unittest
import zipfile

from support import BinaryTest, data_main

DATA = None
NO_LOSS = {"not-a-log", "duplicate", "slack", "outside-time-range"}

# The truth that comes with the recordings (the data pack's index, in UTC: 19 hours past the records' @timestamp): the
# domain controller's address is the other half of every logon, the recorder's collection is its own noise.
CAMPAIGNS = {
    "LSASS_campaign_01": {
        "host": "mkt01.pandalab.com", "attacker": "10.0.5.13", "controller": "192.168.1.4",
        "window": ("2023-08-16T04:54:08", "2023-08-16T04:59:00"), "delivered": "2023-08-16T04:54:13",
        "names": {"mkt01": "Front-Desk7", "pandalab": "oakridge", "stevie": "ingrid", "marie": "olafsdottir",
                  "pedro": "tom", "gustavo": "li", "winx64_payload": "Timesheet-w31", "rtcpef": "mmqvzr",
                  "dc01": "hub-a"}},
    "LSASS_campaign_04": {
        "host": "it01.pandalab.com", "attacker": "10.0.5.13", "controller": "192.168.1.4",
        "window": ("2023-08-27T22:04:40", "2023-08-27T22:09:00"), "delivered": "2023-08-27T22:04:51",
        "names": {"it01": "Zulu-Laptop", "pandalab": "riverbend", "pedro": "anneliese", "gustavo": "vd.berg",
                  "winx64_payload": "upd8", "dc01": "ns-2"}},
}


def renamer(names):
    """Replaces whole names in any case, also after a JSON escape (`\\tNAME`); an upper-case name stays so."""
    one = "|".join(re.escape(name) for name in names)
    pattern = re.compile(rf"(?:(?<![A-Za-z0-9])|(?<=\\[tnrbf]))({one})(?![A-Za-z0-9])".encode(), re.I)
    other = {old.encode(): new for old, new in names.items()}

    def replace(match):
        old = match.group(1)
        new = other[old.lower()]
        shown = new.upper() if old.isupper() else new.lower() if old.islower() else new
        return shown.encode()

    return lambda text: pattern.sub(replace, text)


def rename_folder(folder, target, names):
    """The archives of `folder` under other names, records and archive names alike."""
    rename = renamer(names)
    target.mkdir()
    left = []
    for n, path in enumerate(sorted(folder.glob("*.zip"))):
        with zipfile.ZipFile(path) as source, zipfile.ZipFile(target / f"export-{n}.zip", "w",
                                                             zipfile.ZIP_DEFLATED, compresslevel=1) as out:
            for info in source.infolist():
                text = rename(source.read(info))
                left += re.findall(rb"(?<![A-Za-z0-9])(?:" + "|".join(names).encode() + rb")\b", text, re.I)
                out.writestr(info.filename.replace("lsass", "case"), text)
    return left


class Campaign(BinaryTest):
    maxDiff = None

    def hunt_folder(self, folder, out):
        done = self.hunt(folder, "--rules", DATA / "sigma/rules", out=out, timeout=1200)
        self.assertIn(done.returncode, (0, 3), done.stderr[-2000:])
        found = self.intrusions(out)
        self.assertTrue(found["intrusions"], "no intrusion was found")
        return done, found["intrusions"][0]

    def check_ledger(self, out, status):
        """Every Zeek log is read, or counted with a reason; the status follows from the reasons."""
        self.assert_balanced(out)
        rows = {row["path"]: row for row in self.ledger(out)["inputs"]}
        zeek = [row for path, row in rows.items() if path.endswith(".log")]
        self.assertGreaterEqual(len(zeek), 9)
        for row in zeek:
            self.assertTrue(row["events"] or row["skipped"] or row["structure_bytes"] == row["bytes"], row)
        reasons = {entry["reason"] for row in rows.values() for entry in row["skipped"]}
        self.assertEqual(status, 3 if reasons - NO_LOSS else 0, reasons)

    def check_story(self, first, truth, host):
        self.assertEqual([h.lower() for h in first["hosts"]], [host])
        delivery = first["stages"]["delivery"]
        self.assertEqual(delivery["status"], "observed")
        self.assertLessEqual(delivery["first_seen"], truth["delivered"])
        self.assertEqual(first["furthest_stage"], "actions-on-objectives")
        indicators = [i["value"] for i in first["indicators"]]
        self.assertIn(truth["attacker"], indicators)
        self.assertNotIn(truth["controller"], indicators)
        start, end = truth["window"]
        inside = [s for s in first["steps"] if start <= s["time"] <= end]
        self.assertGreaterEqual(5 * len(inside), 4 * len(first["steps"]), "rank 1 is a lump of everything")

    def campaign(self, name):
        truth = CAMPAIGNS[name]
        done, plain = self.hunt_folder(DATA / "otrf/datasets/compound" / name, "plain")
        self.check_ledger("plain", done.returncode)
        self.check_story(plain, truth, truth["host"])

        folder = self.root / "renamed"
        left = rename_folder(DATA / "otrf/datasets/compound" / name, folder, truth["names"])
        self.assertEqual(left, [], "a name was not replaced")
        again, renamed = self.hunt_folder(folder, "other")
        self.check_ledger("other", again.returncode)
        rename = renamer(truth["names"])
        self.check_story(renamed, truth, rename(truth["host"].encode()).decode().lower())
        self.assertEqual(again.returncode, done.returncode)
        for key in ("furthest_stage", "objective", "first_seen", "last_seen", "severity", "strength",
                    "score", "false_expected", "left_censored"):
            self.assertEqual(renamed[key], plain[key], key)

        def steps(intrusion):
            return sorted((s["time"], s["last"], s["stage"], s["count"], s["techniques"], s["outcome"])
                          for s in intrusion["steps"])

        def links(intrusion):
            """Of steps of one time the first by id hangs on what came before, and ids hold the host's name."""
            return sorted((s["time"], s["link"]["kind"], s["link"]["e_value"]) for s in intrusion["steps"] if s["link"])

        self.assertEqual(steps(renamed), steps(plain))
        self.assertEqual(links(renamed), links(plain))
        for stage, was in plain["stages"].items():
            now = renamed["stages"][stage]
            self.assertEqual((now["status"], now["first_seen"], len(now["steps"])),
                             (was["status"], was["first_seen"], len(was["steps"])), stage)
        users = [u.lower() for u in renamed["users"]]
        self.assertEqual(sorted(users), sorted(rename(u.encode()).decode().lower() for u in plain["users"]))
        print(f"{name}: {len(plain['steps'])} steps, the same under other names")

    def test_LSASS_campaign_01(self):
        self.campaign("LSASS_campaign_01")

    def test_LSASS_campaign_04(self):
        self.campaign("LSASS_campaign_04")


class Renamer(unittest.TestCase):
    """The test's own tool: a test that renames nothing would prove nothing."""

    def test_names_are_replaced_in_any_case_and_place(self):
        rename = renamer({"it01": "Zulu", "pedro": "Anne"})
        self.assertEqual(rename(rb"IT01 it01.x \tIT01$ C:\\Users\\pedro.x Pedro PEDRO~1 quit01 0it01f"),
                         rb"ZULU zulu.x \tZULU$ C:\\Users\\anne.x Anne ANNE~1 quit01 0it01f")


if __name__ == "__main__":
    data_main(globals())
