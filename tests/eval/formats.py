#!/usr/bin/env python3
"""What is read of the logs in the data pack, as tables.

usage: formats.py BINARY SOURCE_DIR [--list] [TABLE...]     (./dev eval formats [TABLE...])
TABLE is one of recognition, lossless, records, typed, facts, panther; all by default. --list names what disagrees.
Status 77 where the data pack is absent (INTERDICT_DATA names it, else ../shared/data beside the source).
"""
import argparse
import collections
import ipaddress
import json
import os
import pathlib
import subprocess
import sys
import tempfile

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
import formats_facts  # noqa: E402
import formats_truth  # noqa: E402
import panther  # noqa: E402


class Decoded:
    """One run of `decode` over a folder: its events by file and the ledger's rows."""

    def __init__(self, binary, folder, scratch, options=()):
        out = pathlib.Path(scratch) / "events.jsonl"
        ledger = pathlib.Path(scratch) / "ledger.json"
        done = subprocess.run(
            [str(binary), "decode", str(folder), "--out", str(out), "--ledger", str(ledger), *options],
            capture_output=True, text=True, errors="replace", timeout=3600)
        if done.returncode not in (0, 3):
            raise SystemExit(f"decode {folder}: status {done.returncode}: {done.stderr[-2000:]}")
        self.rows = json.loads(ledger.read_text())["inputs"]
        self.path = out

    def events(self):
        with open(self.path, encoding="utf-8", errors="replace") as lines:
            for line in lines:
                yield json.loads(line)


def percent(part, whole):
    return f"{100 * part / whole:.1f} %" if whole else "-"


def table(title, head, rows):
    widths = [max(len(str(row[i])) for row in [head, *rows]) for i in range(len(head))]
    print(f"\n{title}\n")
    for row in [head, ["-" * w for w in widths], *rows]:
        print("  ".join(str(cell).ljust(w) for cell, w in zip(row, widths)).rstrip())


class Folders:
    """The folders of the pack, each decoded once."""

    def __init__(self, binary, data, scratch):
        self.binary, self.data, self.scratch = binary, data, scratch
        self.cache = {}

    def get(self, folder):
        if folder not in self.cache:
            where = pathlib.Path(self.scratch) / folder.replace("/", "_")
            where.mkdir()
            self.cache[folder] = Decoded(self.binary, self.data / folder, where)
        return self.cache[folder]


def recognition(folders, listing):
    """Which format each log file or member is taken for, against the truth by folder."""
    confusion = collections.Counter()
    wrong, foreign = [], []
    checked_no_logs = 0
    for folder in formats_truth.FOLDERS:
        for row in folders.get(folder).rows:
            accepted = formats_truth.expected(folders.data, folder, row)
            if accepted is None:
                continue
            if accepted == formats_truth.NO_LOG:
                checked_no_logs += 1
                if row["events"]:
                    foreign.append((folder, row["path"], row["format"], row["events"]))
                continue
            told = row["format"] or "unknown"
            confusion[(accepted[0], told)] += 1
            if told not in accepted:
                wrong.append((folder, row["path"], "/".join(accepted), told))
    truths = sorted({truth for truth, _ in confusion})
    tolds = sorted({told for _, told in confusion})
    rows = []
    wrong_by_truth = collections.Counter(w[2].split("/")[0] for w in wrong)
    for truth in truths:
        total = sum(confusion[(truth, told)] for told in tolds)
        others = ", ".join(f"{told} {confusion[(truth, told)]}" for told in tolds if confusion[(truth, told)])
        rows.append([truth, total, others, percent(total - wrong_by_truth[truth], total)])
    total = sum(row[1] for row in rows)
    table("Recognition: log files and archive members, by the folder's truth", ["is", "files", "taken for", "right"],
          rows)
    print(f"all: {total - len(wrong)} of {total} right ({percent(total - len(wrong), total)}); "
          f"{checked_no_logs} files that are no logs, {len(foreign)} of them read as one")
    if listing or len(wrong) + len(foreign) <= 25:
        for entry in wrong:
            print(f"  {entry[0]}/{entry[1]}: is {entry[2]}, taken for {entry[3]}")
        for entry in foreign:
            print(f"  {entry[0]}/{entry[1]}: is no log, {entry[3]} events as {entry[2]}")


def lossless(folders, listing):
    """Every byte is an event, structure, or stands under a reason."""
    rows, broken = [], []
    for folder in formats_truth.FOLDERS:
        files = given = events = structure = 0
        reasons = collections.Counter()
        for row in folders.get(folder).rows:
            files += 1
            given += row["bytes"]
            events += row["event_bytes"]
            structure += row["structure_bytes"]
            lost = 0
            for entry in row["skipped"]:
                reasons[entry["reason"]] += entry["bytes"]
                lost += entry["bytes"]
            if row["bytes"] != row["event_bytes"] + row["structure_bytes"] + lost:
                broken.append((folder, row["path"]))
        why = ", ".join(f"{reason} {count}" for reason, count in sorted(reasons.items()))
        rows.append([folder, files, given, events, structure, why or "-"])
    table("Ledger: bytes", ["folder", "files", "given", "in events", "structure", "skipped"], rows)
    print(f"files whose bytes do not add up: {len(broken)}")
    for entry in broken[:20]:
        print("  " + "/".join(entry))


def records(folders, listing):
    """Records of the sets whose index counts them."""
    rows = []
    for folder, told in formats_truth.RECORDS:
        got = folders.get(folder).rows
        events = sum(row["events"] for row in got)
        lost = collections.Counter()
        for row in got:
            for entry in row["skipped"]:
                lost[entry["reason"]] += entry["records"]
        rows.append([folder, told, events, ", ".join(f"{k} {v}" for k, v in sorted(lost.items()) if v) or "-"])
    table("Records", ["folder", "the index says", "events", "skipped records"], rows)


def is_address(text):
    if not isinstance(text, str) or len(text) < 2 or ("." not in text and ":" not in text):
        return False
    try:
        ipaddress.ip_address(text)
        return True
    except ValueError:
        return False


def has_actor(event):
    """A user, a process or an address that the record names in a field of its own."""
    if event["user"]:
        return True
    for name, value in event["fields"].items():
        if name in formats_truth.ACTOR_FIELDS and value not in (None, "", "-"):
            return True
        for one in value if isinstance(value, list) else [value]:
            if is_address(one):
                return True
    return False


def typed(folders, listing):
    """Shares of records with a time, a host and an actor; each log's kind is a row."""
    count = collections.defaultdict(collections.Counter)
    for folder in formats_truth.FOLDERS:
        formats = {row["path"]: row["format"] for row in folders.get(folder).rows}
        for event in folders.get(folder).events():
            kind = "/".join(event["log_source"].split("/")[:2])
            of = count[(formats.get(event["event"]["file"], "?"), kind)]
            of["events"] += 1
            of["timed"] += event["time"] is not None
            of["host"] += bool(event["host"])
            acts = has_actor(event)
            of["actor"] += acts
            of["without"] += not acts and formats_truth.has_no_actor_field(formats.get(event["event"]["file"], "?"), event)
    events, timed = collections.Counter(), collections.Counter()
    for (name, _), of in count.items():
        events[name] += of["events"]
        timed[name] += of["timed"]
    table("Times: records of a format with a typed time", ["format", "records", "with a time"],
          [[name, events[name], percent(timed[name], events[name])] for name in sorted(events)])
    rows = []
    below = 0
    for (name, kind), of in sorted(count.items()):
        lacks = formats_truth.lacks(kind)
        cells = []
        for what in ("host", "actor"):
            having = of["events"] - (of["without"] if what == "actor" else 0)
            cells.append("has none" if what in lacks or not having else percent(of[what], having))
            below += what not in lacks and having > 0 and of[what] / having < 0.98
        rows.append([name, kind, of["events"], of["without"] or "", *cells])
    table("Fields: events with a host and an actor (user, process or address)",
          ["format", "log source", "events", "without such a field", "host", "actor of the others"], rows)
    print(f"cells below 98 %: {below}")


TABLES = {"recognition": recognition, "lossless": lossless, "records": records, "typed": typed,
          "facts": formats_facts.run, "panther": panther.table}


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("binary", type=pathlib.Path)
    parser.add_argument("source", type=pathlib.Path)
    parser.add_argument("--list", action="store_true")
    parser.add_argument("tables", nargs="*", choices=[[], *TABLES])
    given = parser.parse_args()
    data = pathlib.Path(os.environ.get("INTERDICT_DATA") or given.source / ".." / "shared" / "data").resolve()
    if not data.is_dir():
        print(f"no data pack at {data}: nothing is measured", file=sys.stderr)
        return 77
    with tempfile.TemporaryDirectory() as scratch:
        folders = Folders(given.binary.resolve(), data, scratch)
        folders.source = given.source.resolve()
        folders.table = table
        folders.percent = percent
        for name in given.tables or TABLES:
            TABLES[name](folders, given.list)
    return 0


if __name__ == "__main__":
    sys.exit(main())
