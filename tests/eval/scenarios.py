#!/usr/bin/env python3
"""Plays the scenarios of tests/scenarios under knobs, hunts them, and prints one table of measures.

usage: scenarios.py BINARY SOURCE_DIR [--rules PATH] [--knobs NAME,...] [--seed N] [--flows] [--json FILE] [SCENARIO...]
                                                                        (./dev eval scenarios [SCENARIO...])
It measures, it never calibrates: nothing is set from what it prints. An intrusion that was not reported counts as
wrong in every column. --flows plays the Attack Flows of the data pack as well (INTERDICT_DATA names it).
"""
import argparse
import json
import os
import pathlib
import statistics
import subprocess
import sys
import tempfile

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
import baselines  # noqa: E402
import metrics  # noqa: E402
import run  # noqa: E402

# Rules take documentation addresses for the outside, so that every sign-in within the site would look like one from
# there. A site is measured with private addresses (RFC 1918), as real ones have; one knob shows what the others do.
PRIVATE = "network=10.20.30"
# What each knob sets. `as written` is the scenario alone.
KNOBS = {
    "as written": [],
    "dwell 1 d": ["dwell=1d", "records=15"],
    "dwell 180 d": ["dwell=180d", "records=15"],
    "three at once": ["intrusions=3", "workstations=9"],
    "storm 1e5": ["storm=100000"],
    "skew 5 min": ["skew=ws1=5m,ws2=-5m,fs=5m"],
    "loss 10 %": ["loss=10%"],
    "no sysmon": ["remove=sysmon"],
    "no security": ["remove=security"],
    "no zeek": ["remove=zeek"],
    "no auditd": ["remove=auditd"],
    "quiet": ["quiet=true"],
    "twin": ["twin=true"],
    "documentation net": ["network=192.0.2"],
}
HEAD = ("scenario", "knob", "attacks", "found", "lead", "reports", "false", "P", "R", "F1", "B3 F1", "patient 0", "tau",
        "stages", "+inferred", "stage P", "merged", "pieces", "detections", "host-h")


def play(binary, path, knobs, seed, out):
    sets = [word for knob in [PRIVATE, *knobs] for word in ("--set", knob)]
    done = subprocess.run([str(binary), "simulate", str(path), "--seed", str(seed), "--out", str(out), *sets],
                          capture_output=True, text=True, timeout=600)
    if done.returncode != 0:
        raise ValueError(done.stderr.strip().splitlines()[-1])
    return json.loads((out / "truth.json").read_text())


def steps_by_place(truth):
    """(file, offset) → (intrusion, step), both numbers."""
    return {(e["file"], e["offset"]): (n, step["step"]) for n, one in enumerate(truth["intrusions"])
            for step in one["steps"] for e in step["events"]}


def visible_stages(one):
    """Stages that a record in the logs stands for."""
    return {s["stage"] for s in one["steps"] if s["events"] and s["outcome"] == "succeeded"}


def stages_with(intrusion, *states):
    return {name for name, stage in intrusion["stages"].items() if stage["status"] in states}


def members(intrusion):
    return {d for step in intrusion["steps"] for d in step["detections"]}


def is_valid(intrusion, number, one, labels):
    """A third of the attack's stages, and half of what can be judged is of this attack."""
    own = [labels[d] for d in members(intrusion) if d in labels]
    wanted = visible_stages(one)
    third = 3 * len(stages_with(intrusion, "observed", "blocked") & wanted) >= len(wanted)
    return bool(own) and 2 * own.count(number) >= len(own) and third


def match(intrusions, attacks, labels):
    """Attack → reported intrusion: the assignment of the largest sum of Jaccard over valid pairs."""
    pairs = {}
    for n, one in enumerate(attacks):
        mine = {d for d, label in labels.items() if label == n}
        for i, intrusion in enumerate(intrusions):
            both = members(intrusion) & mine
            if both and is_valid(intrusion, n, one, labels):
                pairs[n, i] = len(both) / len(members(intrusion) | mine)

    def best(n, used):
        if n == len(attacks):
            return 0, {}
        top = best(n + 1, used)
        for i in range(len(intrusions)):
            if (n, i) in pairs and i not in used:
                score, chosen = best(n + 1, used | {i})
                if score + pairs[n, i] > top[0]:
                    top = score + pairs[n, i], chosen | {n: intrusions[i]}
        return top
    return best(0, frozenset())[1]


def order_of(intrusion, number, detections, places):
    """Kendall's tau of the truth's steps against the report's; None where there is no order to judge."""
    pairs = []
    for position, step in enumerate(intrusion["steps"]):
        told = [places.get((d["event"]["file"], d["event"]["offset"])) for d in map(detections.get, step["detections"]) if d]
        told = [t[1] for t in told if t and t[0] == number]
        if told:
            pairs.append((min(told), position))
    return metrics.kendall_tau_b(pairs)


def judge(truth, result):
    """All measures of one run."""
    places = steps_by_place(truth)
    attacks, found = truth["intrusions"], result["found"]
    intrusions = found["intrusions"]
    labels = {}
    for d in result["detections"]:
        place = places.get((d["event"]["file"], d["event"]["offset"]))
        labels[d["id"]] = place[0] if place else None
    by_id = {d["id"]: d for d in result["detections"]}
    cubed = metrics.b_cubed([(labels[d["id"]], d["intrusion"]) for d in result["detections"]])
    matched = match(intrusions, attacks, labels)
    leading = [[labels[d] for d in lead["detections"] if d in labels] for lead in found["leads"]]
    ones = []
    for n, one in enumerate(attacks):
        wanted, hit = visible_stages(one), matched.get(n)
        row = {"found": hit is not None, "patient_zero": False, "tau": None, "stage_recall": 0.0, "with_inferred": 0.0,
               "stage_precision": None, "seen": sum(label == n for label in labels.values()),
               "lead": hit is None and any(own and 2 * own.count(n) >= len(own) for own in leading)}
        if not wanted:
            row["stage_recall"] = row["with_inferred"] = None
        if hit is not None:
            seen, inferred = stages_with(hit, "observed"), stages_with(hit, "inferred")
            true = set(one["stages"])
            row |= {"patient_zero": metrics.same_hosts([one["patient_zero"]["host"]], [hit["patient_zero"]["host"] or ""]),
                    "tau": order_of(hit, n, by_id, places),
                    "stage_precision": len(seen & true) / len(seen) if seen else None}
            if wanted:
                row |= {"stage_recall": len(seen & wanted) / len(wanted),
                        "with_inferred": len((seen | inferred) & true) / len(true)}
        ones.append(row)
    owners = [{labels[d] for d in members(i) if labels.get(d) is not None} for i in intrusions]
    return {"attacks": ones, "reports": len(intrusions), "false": sum(metrics.is_false(i, labels) for i in intrusions),
            "cubed": cubed, "merged": sum(len(o) > 1 for o in owners), "pieces": sum(len(o) for o in owners),
            "detections": len(result["detections"]), "host_hours": found["exposure"]["host_hours"],
            "wall_s": result["wall"], "labels": labels}


def mean(values):
    values = [float(v) for v in values if v is not None]
    return statistics.fmean(values) if values else None


def line(name, knob, rows):
    """One line over one or several runs: sums of counts, means over attacks."""
    attacks = [a for r in rows for a in r["attacks"]]
    found, reports = sum(a["found"] for a in attacks), sum(r["reports"] for r in rows)
    precision = found / reports if reports else None
    recall = found / len(attacks) if attacks else None
    f1 = 2 * found / (reports + len(attacks)) if attacks else None
    cells = [precision, recall, f1, mean(r["cubed"][2] if r["cubed"] else None for r in rows),
             mean(a["patient_zero"] for a in attacks), mean(a["tau"] for a in attacks),
             mean(a["stage_recall"] for a in attacks), mean(a["with_inferred"] for a in attacks),
             mean(a["stage_precision"] for a in attacks)]
    return (name, knob, str(len(attacks)), str(found), str(sum(a["lead"] for a in attacks)), str(reports), str(sum(r["false"] for r in rows)),
            *map(run.number, cells), str(sum(r["merged"] for r in rows)),
            run.number(sum(r["pieces"] for r in rows) / found if found else None),
            str(sum(r["detections"] for r in rows)), f"{sum(r['host_hours'] for r in rows):.0f}")


def show(results):
    """results: [(scenario, knob, measures)]."""
    table = [HEAD] + [line(name, knob, [row]) for name, knob, row in results if knob == "as written"]
    knobs = dict.fromkeys(knob for _, knob, _ in results)
    table += [line("all", knob, [row for _, k, row in results if k == knob]) for knob in knobs]
    widths = [max(len(row[i]) for row in table) for i in range(len(HEAD))]
    for row in table:
        print("  ".join(cell.ljust(width) for cell, width in zip(row, widths)).rstrip())
    benign = [row for _, knob, row in results if not row["attacks"]]
    if benign:
        hours, false = sum(r["host_hours"] for r in benign), sum(r["false"] for r in benign)
        bound = f"; 0 bounds the rate by {3 / hours:.5f} a host-hour" if false == 0 and hours else ""
        print(f"runs without an attack: {false} reported in {hours:.0f} host-hours{bound}")
    unseen = sum(a["seen"] == 0 for _, knob, row in results if knob == "as written" for a in row["attacks"])
    print(f"attacks of which no detection tells, as written: {unseen}")


def compare(kept, rates):
    """The baselines at the hunt's own recall over the scenarios as written, and useless products."""
    rows = []
    for _, detections, row in kept:
        attacks = [{"rank": 1 if a["found"] else None} for a in row["attacks"]]
        rows.append({"status": "ok", "attacks": attacks, "false": row["false"], "purity": row["cubed"],
                     "useless": baselines.useless(detections, row["labels"])})
    run.compare(rows, [(name, detections, row["labels"]) for name, detections, row in kept], rates)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("binary", type=pathlib.Path)
    parser.add_argument("source", type=pathlib.Path)
    parser.add_argument("--rules", type=pathlib.Path, help="Sigma rules; default: those of the data pack, else our own")
    parser.add_argument("--knobs", help="names separated by commas; default: all")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--flows", action="store_true", help="the data pack's Attack Flows too")
    parser.add_argument("--json", type=pathlib.Path, help="also write all measures here")
    parser.add_argument("scenario", nargs="*")
    args = parser.parse_intermixed_args()
    data = pathlib.Path(os.environ.get("INTERDICT_DATA") or args.source / "../shared/data").resolve()
    rules = args.rules or (data / "sigma/rules" if data.is_dir() else args.source / "content/rules")
    knobs = args.knobs.split(",") if args.knobs else list(KNOBS)
    if set(knobs) - set(KNOBS):
        print("no such knob; there are:", ", ".join(KNOBS))
        return 2
    files = sorted((args.source / "tests/scenarios").glob("*.yml"))
    if args.flows:
        files += sorted((data / "attack-flow/corpus").glob("*.afb"))
    files = [f for f in files if not args.scenario or f.stem in args.scenario]
    if not files:
        print("no such scenario")
        return 2
    results, kept = [], []
    for path in files:
        for knob in knobs:
            with tempfile.TemporaryDirectory() as scratch:
                scratch = pathlib.Path(scratch)
                try:
                    truth = play(args.binary, path, KNOBS[knob], args.seed, scratch)
                except ValueError as why:  # the knob does not fit: no such host there, too few desks
                    print(f"{path.stem}, {knob}: left out: {why}", file=sys.stderr)
                    continue
                if knob != "as written" and knob not in ("twin", "storm 1e5") and not truth["intrusions"]:
                    continue
                result = run.hunt(args.binary, [scratch / "logs"], [], rules, scratch / "result")
                row = judge(truth, result)
                results.append((path.stem, knob, row))
                if knob == "as written":
                    kept.append((path.stem, result["detections"], row))
        print(f"{path.stem}: done", file=sys.stderr)
    show(results)
    if kept:
        compare(kept, baselines.load_rates((args.source / "content/priors/rules.tsv").read_text()))
    if args.json:
        rows = [{"scenario": s, "knob": k, **{key: v for key, v in row.items() if key != "labels"}} for s, k, row in results]
        args.json.write_text(json.dumps(rows, indent=1) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
