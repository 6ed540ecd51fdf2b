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
LEAST_TAIL = 1000  # one bit: a few corpora are too few to trust a steeper one
TAIL = 10  # chains of a corpus that its tail is told from
MANY = 1.645  # one-sided 95 % of a normal


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
        (scratch / "empty.tsv").write_text("reference\thours\t1\n")
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
            fired = {}
            for d in detections:
                key = (d["rule"]["id"], source_of(d["event"]["log_source"]))
                fired.setdefault(key, set()).add((d["host"].lower(), hour_of(d["time"]) // 3600))
                hours_by_source.setdefault(d["rule"]["source"], {})[one.name] = hours
            firings.append((one.name, fired, by_source))
            kept.append((one, inputs, folder, hours))
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
        for source, corpora in sorted(hours_by_source.items()):
            lines += [f"hours\t{source}\t{hours}\t{name}" for name, hours in sorted(corpora.items())]
        second = []
        for one, inputs, folder, hours in kept:
            with open(folder / "1/detections.jsonl") as file:
                for source, found in sorted(atoms_of(map(json.loads, file), args.rules, counts).items()):
                    lines += [f"atoms\t{source}\t{n}\t{band}\t{one.name}" for band, n in enumerate(found) if n]
        (scratch / "counted.tsv").write_text("\n".join(lines) + "\nreference\thours\t1\n")
        excess = []
        # Hours of hosts of which only other tools' alerts were given bound no chain of records: pooled, they would call
        # fragments intrusions. They count for the rules alone (docs/decisions/0052).
        kept = [row for row in kept if row[0].name in hours_by_source.get("sigma", {})]
        for one, inputs, folder, hours in kept:
            found, _ = hunt(args.binary, inputs, one.options, args.rules, scratch / "counted.tsv", folder / "2")
            scores = found["chain_scores"]
            second += [(s, one.name) for s in scores if s > 0]
            top = scores[:TAIL]
            excess += [s - top[-1] for s in top[:-1]] if len(top) > 2 else []
    lines += [f"tree\t{name}\t{round(1000 * score)}" for score, name in sorted(second, reverse=True)]
    lines += [f"reference\thours\t{hours}\t{one.name}" for one, _, _, hours in kept]
    lines.append("reference\tfloor_hours\t24")
    if excess:
        mean = sum(excess) / len(excess)
        tail = mean * math.log(2) * (1 + MANY / math.sqrt(len(excess)))
        lines.append(f"reference\ttail_millibits\t{max(LEAST_TAIL, round(1000 * tail))}")
    print("# Benign firing of rules, and how good the chains are that benign life alone makes. Counts only.")
    print("# Written by tools/count_priors.py from", ", ".join(name for name, *_ in firings) + ".")
    print("# rule: id, benign host-hours in which it fired, host-hours in which its log source existed, corpus")
    print("# hours, atoms: host-hours and runs of detections by rarity band (-log2 of the rule's rate, whole bits)")
    print("# tree: score of a benign chain in 1/1000 bit. reference: host-hours behind them; the score that halves")
    print("# their rate (mean excess of the best over the tenth of a corpus, upper 95 % bound, one bit at least); least hours an input counts as")
    print("\n".join(lines))


if __name__ == "__main__":
    main()
