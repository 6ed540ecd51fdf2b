#!/usr/bin/env python3
"""Counts how often rules fire in real benign records, and writes content/priors/rules.tsv.

usage: count_priors.py BINARY DATA --rules PATH [--without SITE] > content/priors/rules.tsv

DATA is the data pack. Only counts leave it: rule ids and names, hours, scores; no record, host or address. A cell is
one clock hour of one host in which the rule's log source had a record. The run has two passes: the first counts
rules, the second hunts the same corpora with those counts and notes how good the chains are that benign life alone
makes. `--without SITE` leaves one site of the alert data set out, so that it can be judged by the others.
"""
import argparse
import datetime
import json
import itertools
import math
import pathlib
import re
import subprocess
import sys
import tempfile

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "tests/eval"))
import truth  # noqa: E402

LEVEL_BITS = {"informational": 3, "low": 5, "medium": 7, "high": 9, "critical": 11}  # where nothing was counted
SHIPPED_CELLS, BANDS, GAP_S = 500, 13, 600
JOINT_LEAST = 2  # common host-hours of two rules that are worth a row: one may be chance
WITNESSES = ("records", "alerts")  # whose word a chain is: our rules' on records, or other tools' alerts


def hour_of(text):
    return int(datetime.datetime.fromisoformat(re.sub(r"(\.\d{6})\d*", r"\1", text.replace("Z", "+00:00"))).timestamp())


def source_of(log_source):
    return "/".join(log_source.split("/")[:2])


def cells_of(binary, inputs, options):
    """(log source → number of host-hours with a record, host-hours over all sources)."""
    command = [binary, "decode", *map(str, inputs), *options]
    by_source, every = {}, set()
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as run:
        for line in run.stdout:
            row = json.loads(line)
            if not row["host"] or not row["time"]:
                continue
            cell = (row["host"].lower(), hour_of(row["time"]) // 3600)
            by_source.setdefault(source_of(row["log_source"]), set()).add(cell)
            every.add(cell)
    return {k: len(v) for k, v in by_source.items()}, len(every)


def hunt(binary, inputs, options, rules, priors, out):
    command = [binary, "hunt", *map(str, inputs), *options, "--rules", str(rules), "--priors", str(priors),
               "--out", str(out)]
    done = subprocess.run(command, capture_output=True, text=True)
    if done.returncode not in (0, 3, 4):
        sys.exit(f"{' '.join(command)}: {done.stderr[-400:]}")
    with open(out / "detections.jsonl") as file:
        detections = [json.loads(line) for line in file]
    return json.loads((out / "intrusions.json").read_text()), detections


def looked_at(out):
    """Some rule, analytic or imported alert could have fired: hours that nothing looks at say nothing."""
    ledger = json.loads((out / "ledger.json").read_text())
    return any(row["rules"] for row in ledger["log_sources"])


def rule_bits(row, rules, counts):
    """-log2 of the rule's rate, as src/correlate/rarity.cpp reckons it."""
    bits = LEVEL_BITS[row["rule"]["level"]]
    path = rules.parent / row["rule"]["path"] if row["rule"]["path"] else None
    text = path.read_text(errors="replace") if path and path.is_file() else ""
    if re.search(r"^status:\s*experimental", text, re.M):
        bits -= 2
    bits = max(bits, 0)
    fired, cells = counts.get(row["rule"]["id"], (0, 0))
    return max(0.0, math.log2((cells + SHIPPED_CELLS) / (fired + SHIPPED_CELLS * 2.0 ** -bits)))


def joint_of(fired, name):
    """Rows of the pairs of rules that fired in the same host-hours about as often as not (a quarter at least)."""
    cells = {}
    for (rule, _), at in fired.items():
        cells.setdefault(rule, set()).update(at)
    out = []
    for a, b in itertools.combinations(sorted(cells), 2):
        both = len(cells[a] & cells[b])
        if both >= JOINT_LEAST and 4 * both >= len(cells[a] | cells[b]):
            out.append(f"joint\t{a}\t{both}\t{b}\t{name}")
    return out


def atoms_of(detections, rules, counts):
    """source → [atoms per band]: runs of one rule on one host with gaps of at most ten minutes."""
    last, out = {}, {}
    for d in detections:
        key, at = (d["rule"]["id"], d["host"].lower()), hour_of(d["time"])
        if at - last.get(key, -GAP_S - 1) > GAP_S:
            bands = out.setdefault(d["rule"]["source"], [0] * BANDS)
            bands[min(BANDS - 1, int(rule_bits(d, rules, counts)))] += 1
        last[key] = at
    return out


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("binary")
    parser.add_argument("data", type=pathlib.Path)
    parser.add_argument("--rules", type=pathlib.Path, required=True)
    parser.add_argument("--without", default="")
    args = parser.parse_args()
    lines, counts, kept, firings, hours_by_source = [], {}, [], [], {}
    with tempfile.TemporaryDirectory() as scratch:
        scratch = pathlib.Path(scratch)
        (scratch / "empty.tsv").write_text("exposure\trecords\t1\n")
        for one in truth.BENIGN:
            if one.site and one.site == args.without:
                continue
            folder = scratch / one.name
            folder.mkdir()
            inputs = one.inputs(args.data, folder)
            by_source, hours = cells_of(args.binary, inputs, one.options)
            if hours == 0:
                print(f"{one.name}: nothing could be read", file=sys.stderr)
                continue
            _, detections = hunt(args.binary, inputs, one.options, args.rules, scratch / "empty.tsv", folder / "1")
            if not detections and not looked_at(folder / "1"):
                print(f"{one.name}: no rule could fire", file=sys.stderr)
                continue
            fired, witness = {}, WITNESSES[all(d["rule"]["source"] == "alert" for d in detections) and bool(detections)]
            for d in detections:
                key = (d["rule"]["id"], source_of(d["event"]["log_source"]))
                fired.setdefault(key, set()).add((d["host"].lower(), hour_of(d["time"]) // 3600))
                hours_by_source.setdefault(d["rule"]["source"], {})[one.name] = hours
            firings.append((one.name, fired, by_source))
            kept.append((one, inputs, folder, hours, witness))
            print(f"{one.name}: {hours} host-hours, {len(fired)} rules", file=sys.stderr)
        every = sorted({key for _, fired, _ in firings for key in fired})
        for name, fired, by_source in firings:
            for rule, source in every:  # also where it was silent: that is what makes it rare
                if source not in by_source:
                    continue
                n, cells = len(fired.get((rule, source), ())), by_source[source]
                lines.append(f"rule\t{rule}\t{n}\t{max(n, cells)}\t{name}")
                old = counts.get(rule, (0, 0))
                counts[rule] = (old[0] + n, old[1] + cells)
        for name, fired, _ in firings:
            lines += joint_of(fired, name)
        for source, corpora in sorted(hours_by_source.items()):
            lines += [f"hours\t{source}\t{hours}\t{name}" for name, hours in sorted(corpora.items())]
        second = []
        for one, inputs, folder, hours, witness in kept:
            with open(folder / "1/detections.jsonl") as file:
                for source, found in sorted(atoms_of(map(json.loads, file), args.rules, counts).items()):
                    lines += [f"atoms\t{source}\t{n}\t{band}\t{one.name}" for band, n in enumerate(found) if n]
        (scratch / "counted.tsv").write_text("\n".join(lines) + "\nexposure\trecords\t1\n")
        for one, inputs, folder, hours, witness in kept:
            found, _ = hunt(args.binary, inputs, one.options, args.rules, scratch / "counted.tsv", folder / "2")
            second += [(witness, s, one.name) for s in found["chain_scores"] if s > 0]
    lines += [f"chain\t{witness}\t{round(1000 * score)}\t{name}" for witness, score, name in sorted(second, reverse=True)]
    lines += [f"exposure\t{witness}\t{hours}\t{one.name}" for one, _, _, hours, witness in kept]
    lines.append("floor_hours\tinput\t24")
    print("# Benign firing of rules, and how good the chains are that benign life alone makes. Counts only.")
    print("# Written by tools/count_priors.py from", ", ".join(name for name, *_ in firings) + ".")
    print("# rule: id, benign host-hours in which it fired, host-hours in which its log source existed, corpus")
    print("# hours, atoms: host-hours and runs of detections by rarity band (-log2 of the rule's rate, whole bits)")
    print("# joint: two rules (the second last) and the benign host-hours in which both fired")
    print("# chain: whose word it is, score of a benign chain in 1/1000 bit, corpus. exposure: host-hours behind them")
    print("# floor_hours: least host-hours that an input counts as")
    print("\n".join(lines))


if __name__ == "__main__":
    main()
