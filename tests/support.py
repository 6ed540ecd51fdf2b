"""What the tests of the real binary share: synthetic records, running it, reading what it leaves."""
import json
import os
import pathlib
import subprocess
import sys
import tempfile
import unittest

GUID = "{00000000-0000-0000-0000-%012d}"
SKIPPED = 77  # ctest's status for a test that was left out
RESULT_FILES = ("intrusions.json", "detections.jsonl", "ledger.json", "report.html")


def event(second, event_id, **fields):
    """One synthetic Sysmon record as a JSON line."""
    record = {"@timestamp": f"2026-01-05T10:00:{second:02d}.000Z", "Hostname": "ws01.example.test",
              "Channel": "Microsoft-Windows-Sysmon/Operational", "EventID": event_id,
              "SourceName": "Microsoft-Windows-Sysmon"}
    record.update(fields)
    return json.dumps(record)


def log_lines():
    """A user starts a downloaded program, which opens lsass."""
    image = "C:\\Users\\alice\\Downloads\\invoice.exe"
    return [
        event(1, 1, ProcessGuid=GUID % 1, ProcessId="100", Image="C:\\Windows\\explorer.exe",
              User="EXAMPLE\\alice", CommandLine="explorer.exe"),
        event(5, 1, ProcessGuid=GUID % 2, ProcessId="200", Image=image, CommandLine=image,
              ParentProcessGuid=GUID % 1, ParentImage="C:\\Windows\\explorer.exe", User="EXAMPLE\\alice"),
        event(9, 10, SourceProcessGuid=GUID % 2, SourceImage=image, TargetProcessGuid=GUID % 3,
              TargetImage="C:\\Windows\\System32\\lsass.exe", GrantedAccess="0x1fffff"),
    ]


class BinaryTest(unittest.TestCase):
    """Each test has a folder of its own; nothing of the user's settings reaches the binary."""
    binary = None

    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.root = pathlib.Path(folder.name)

    def environment(self):
        kept = {k: v for k, v in os.environ.items() if not k.startswith("INTERDICT_") and k != "NO_COLOR"}
        return kept | {"XDG_CONFIG_HOME": str(self.root / "no-such-config")}

    def run_it(self, *arguments, env=None, timeout=600, cwd=None, **options):
        return subprocess.run([self.binary, *map(str, arguments)], cwd=cwd or self.root, capture_output=True,
                              text=True, errors="replace", timeout=timeout,
                              env=self.environment() | (env or {}), **options)

    def hunt(self, *arguments, out="out", **options):
        return self.run_it("hunt", *arguments, "--out", self.root / out, **options)

    def write(self, name, text):
        path = self.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return path

    def ledger(self, out="out"):
        return json.loads((self.root / out / "ledger.json").read_text())

    def intrusions(self, out="out"):
        return json.loads((self.root / out / "intrusions.json").read_text())

    def skipped(self, out="out"):
        """(path, reason) → the entry, over all inputs."""
        return {(row["path"], entry["reason"]): entry for row in self.ledger(out)["inputs"]
                for entry in row["skipped"]}

    def assert_balanced(self, out="out"):
        """Every byte that was given is an event, or stands in the ledger."""
        for row in self.ledger(out)["inputs"]:
            skipped = sum(entry["bytes"] for entry in row["skipped"])
            self.assertEqual(row["bytes"], row["event_bytes"] + row["structure_bytes"] + skipped, row["path"])

    def assert_plain_words(self, words):
        for trace in ("terminate called", "Sanitizer", "std::", "Assertion", "runtime error", "\x1b"):
            self.assertNotIn(trace, words)

    def result(self, out):
        """The bytes of everything a hunt left, but for the timing."""
        files = {name: (self.root / out / name).read_text() for name in RESULT_FILES}
        ledger = json.loads(files["ledger.json"])
        del ledger["timing"]
        return files | {"ledger.json": json.dumps(ledger)}


def main():
    """usage: SCRIPT INTERDICT_BINARY [unittest arguments]"""
    BinaryTest.binary = str(pathlib.Path(sys.argv.pop(1)).resolve())
    unittest.main()


def data_pack(source):
    """The data pack's folder; ends the run as skipped, with a word, where there is none."""
    data = pathlib.Path(os.environ.get("INTERDICT_DATA") or pathlib.Path(source) / "../shared/data")
    if not data.is_dir():
        print(f"skipped: no data pack at {data} (INTERDICT_DATA names one)")
        sys.exit(SKIPPED)
    return data


def data_main(module):
    """usage: SCRIPT INTERDICT_BINARY SOURCE_DIR [unittest arguments]"""
    BinaryTest.binary = str(pathlib.Path(sys.argv.pop(1)).resolve())
    module["DATA"] = data_pack(sys.argv.pop(1))
    unittest.main()
