#!/usr/bin/env python3
"""The rules of the pack's `panther` folder against their pairs in Sigma or in our own content.

usage: panther.py BINARY SOURCE_DIR [--list] [--update]     (./dev eval formats panther)

Each of its rules brings sample records that must or must not fire. tests/eval/panther_pairs.tsv names for a rule
its pair: the rule, or the rules, one a log source, that say the same of the same records. The pair must fire on
every sample that must fire and on none that must not. A rule without a pair has a reason there instead.
--list prints the rules without a pair; --update writes the counts of samples into the table anew.
Status 1 where the table and the run disagree, 77 where the data pack or python3-yaml is absent.
"""
import argparse
import collections
import dataclasses
import json
import os
import pathlib
import subprocess
import sys
import tempfile

try:
    import yaml
except ImportError:
    yaml = None

TABLE = pathlib.Path(__file__).resolve().with_name("panther_pairs.tsv")
COLUMNS = ["rule", "pair", "must fire", "must not", "remark"]
WANTED = 100  # pairs, of the 448 rules
# A sample is often cut down to what its rule reads. One that has no time is given one, in the column that the
# pack's own tool adds to every record, so that it is a record again.
TIME = ("p_event_time", "2024-01-01T00:00:00Z")


@dataclasses.dataclass
class Sample:
    log: object
    fires: bool
    file: str = ""


def load_rules(folder):
    """Rule id → its samples. Dates stay the text that they are; samples that are no records are left out."""
    class Loader(getattr(yaml, "CSafeLoader", yaml.SafeLoader)):
        pass
    Loader.yaml_implicit_resolvers = {
        letter: [(tag, shape) for tag, shape in pairs if tag != "tag:yaml.org,2002:timestamp"]
        for letter, pairs in yaml.SafeLoader.yaml_implicit_resolvers.items()}
    rules = {}
    for path in sorted(folder.rglob("*.yml")):
        document = yaml.load(path.read_text(encoding="utf-8"), Loader=Loader)
        rules[document["RuleID"]] = [Sample(test["Log"], bool(test["ExpectedResult"]))
                                     for test in document.get("Tests") or [] if isinstance(test.get("Log"), dict)]
    return rules


def write_samples(rules, folder):
    """One file a record. The same record in two tests is one file: the program counts it once."""
    files = {}
    for samples in rules.values():
        for sample in samples:
            text = json.dumps(sample.log, sort_keys=True)
            if text not in files:
                files[text] = f"{len(files):05d}.json"
                (folder / files[text]).write_text(json.dumps(sample.log) + "\n", encoding="utf-8")
            sample.file = files[text]
    return len(files)


def run(binary, *arguments):
    done = subprocess.run([str(binary), *map(str, arguments)], capture_output=True, text=True, errors="replace",
                          timeout=1800)
    if done.returncode not in (0, 3, 4):
        raise SystemExit(f"{arguments[0]}: status {done.returncode}: {done.stderr[-2000:]}")


def add_times(binary, folder, scratch):
    """Gives a time to each record that the program makes no event of, for want of one; their number."""
    ledger = scratch / "ledger.json"
    run(binary, "decode", folder, "--out", scratch / "events.jsonl", "--ledger", ledger)
    without = [row["path"] for row in json.loads(ledger.read_text())["inputs"] if not row["events"]]
    for name in without:
        path = folder / name
        path.write_text(json.dumps(json.loads(path.read_text()) | {TIME[0]: TIME[1]}) + "\n", encoding="utf-8")
    return len(without)


def fired_rules(binary, data, folder, scratch):
    """File → the ids of the rules that fired on it."""
    out = scratch / "detections.jsonl"
    run(binary, "detect", folder, "--rules", data / "sigma" / "rules", "--out", out)
    fired = collections.defaultdict(set)
    for line in out.read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        fired[row["event"]["file"]].add(row["rule"]["id"])
    return fired


def read_table():
    lines = TABLE.read_text(encoding="utf-8").splitlines()
    assert lines[0].split("\t") == COLUMNS, f"the columns of {TABLE.name}"
    return [dict(zip(COLUMNS, line.split("\t"))) for line in lines[1:]]


def faults(rules, table, fired):
    """What the table says and the run does not, a line each."""
    named = collections.Counter(row["rule"] for row in table)
    for rule in rules:
        if named[rule] != 1:
            yield f"{rule}: {named[rule]} lines"
    for row in table:
        if row["rule"] not in rules:
            yield f"{row['rule']}: not in the pack"
            continue
        samples = rules[row["rule"]]
        counts = [str(sum(s.fires for s in samples)), str(sum(not s.fires for s in samples))]
        if counts != [row["must fire"], row["must not"]]:
            yield f"{row['rule']}: {counts[0]} samples must fire and {counts[1]} must not"
        pair = set(row["pair"].split())
        if not pair:
            if not row["remark"]:
                yield f"{row['rule']}: neither a pair nor a reason"
            continue
        if not any(s.fires for s in samples):
            yield f"{row['rule']}: a pair, but no sample that must fire"
        for number, sample in enumerate(samples):
            if bool(fired[sample.file] & pair) != sample.fires:
                yield f"{row['rule']}: sample {number} must{'' if sample.fires else ' not'} fire"
        for one in pair:
            if not any(one in fired[s.file] for s in samples):
                yield f"{row['rule']}: {one} fires on none of its samples"


def update(rules, table):
    rows = ["\t".join(COLUMNS)]
    for row in sorted(table, key=lambda row: row["rule"]):
        samples = rules.get(row["rule"], [])
        rows.append("\t".join([row["rule"], row["pair"], str(sum(s.fires for s in samples)),
                               str(sum(not s.fires for s in samples)), row["remark"]]))
    TABLE.write_text("\n".join(rows) + "\n", encoding="utf-8")


def report(binary, data, listing=False, rewrite=False):
    """Prints what was found; the number of faults."""
    rules = load_rules(data / "panther")
    if rewrite:
        update(rules, read_table())
    table = read_table()
    with tempfile.TemporaryDirectory() as scratch:
        scratch = pathlib.Path(scratch)
        folder = scratch / "samples"
        folder.mkdir()
        records = write_samples(rules, folder)
        timed = add_times(binary, folder, scratch)
        fired = fired_rules(binary, data, folder, scratch)
    found = list(faults(rules, table, fired))
    pairs = [row for row in table if row["pair"]]
    alone = collections.Counter(row["remark"].split(":")[0] for row in table if not row["pair"])
    if len(pairs) < WANTED:
        found.append(f"{len(pairs)} pairs, fewer than {WANTED}")
    print(f"\npanther: {len(rules)} rules (10 of them correlations), {sum(map(len, rules.values()))} samples, {records} "
          f"different records, {timed} of them without any time")
    fire, spare = (sum(int(row[name]) for row in pairs) for name in ("must fire", "must not"))
    print(f"pairs: {len(pairs)}; of their samples {fire} must fire and {spare} must not; {len(found)} faults")
    print(f"without a pair: {len(table) - len(pairs)}")
    for reason, count in sorted(alone.items(), key=lambda entry: (-entry[1], entry[0])):
        print(f"  {count:3d}  {reason}")
    if listing:
        for row in table:
            if not row["pair"]:
                print(f"  {row['rule']}: {row['remark']}")
    for fault in found:
        print(f"  WRONG {fault}")
    return len(found)


def table(folders, listing):
    """The same as one of the tables of formats.py."""
    if yaml is None:
        print("\npanther: not measured, python3-yaml is absent")
        return
    report(folders.binary, folders.data, listing)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("binary", type=pathlib.Path)
    parser.add_argument("source", type=pathlib.Path)
    parser.add_argument("--list", action="store_true")
    parser.add_argument("--update", action="store_true")
    given = parser.parse_args()
    data = pathlib.Path(os.environ.get("INTERDICT_DATA") or given.source / ".." / "shared" / "data").resolve()
    if yaml is None or not (data / "panther").is_dir():
        print(f"no data pack at {data}, or no python3-yaml: nothing is measured", file=sys.stderr)
        return 77
    return 1 if report(given.binary.resolve(), data, given.list, given.update) else 0


if __name__ == "__main__":
    sys.exit(main())
