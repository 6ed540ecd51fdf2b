#!/usr/bin/env python3
"""Plays the scenarios of tests/scenarios under knobs, hunts them, and prints one table of measures.

usage: scenarios.py BINARY SOURCE_DIR [--rules PATH] [--knobs NAME,...] [--seed N] [--flows] [--replay] [--json FILE]
                    [--workers N] [SCENARIO...]                         (./dev eval scenarios [SCENARIO...])
It measures, it never calibrates: nothing is set from what it prints. An intrusion that was not reported counts as
wrong in every column. --flows plays the Attack Flows of the data pack as well (INTERDICT_DATA names it); --replay
hunts each scenario once more after every step (prefix) and under other names (isomorphic).
"""
import argparse
import concurrent.futures
import json
import os
import pathlib
import statistics
import subprocess
import sys
import tempfile

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
import baselines  # noqa: E402
import goals  # noqa: E402
import judging  # noqa: E402
import replay  # noqa: E402
import run  # noqa: E402

# Rules take documentation addresses for the outside, so that every sign-in within the site would look like one from
# there. A site is measured with private addresses (RFC 1918), as real ones have; one knob shows what the others do.
PRIVATE = "network=10.20.30"
# What each knob sets. `as written` is the scenario alone.
KNOBS = {
    "as written": [],
    "dwell 1 h": ["dwell=1h"],
    "dwell 1 d": ["dwell=1d", "records=15"],
    "dwell 180 d": ["dwell=180d", "records=15"],
    "two at once": ["intrusions=2", "workstations=9"],
    "three at once": ["intrusions=3", "workstations=9"],
    "storm 1e5": ["storm=100000"],
    "skew 5 min": ["skew=ws1=5m,ws2=-5m,fs=5m"],
    "fs 19 h off": ["skew=fs=-19h"],
    "loss 10 %": ["loss=10%"],
    "no sysmon": ["remove=sysmon"],
    "no security": ["remove=security"],
    "no zeek": ["remove=zeek"],
    "no auditd": ["remove=auditd"],
    "quiet": ["quiet=true"],
    "20 more hosts": ["workstations=26"],
    "twin": ["twin=true"],
    "documentation net": ["network=192.0.2"],
}
# Only when named: they take long, or stand between two of the others.
MORE = {
    "dwell 30 d": ["dwell=30d", "records=15"],
    "dwell 90 d": ["dwell=90d", "records=15"],
    "four at once": ["intrusions=4", "workstations=16"],
    "five at once": ["intrusions=5", "workstations=20"],
    "storm 1e6": ["storm=1000000"],
    "no system": ["remove=system"],
    "no web": ["remove=web"],
    "no syslog": ["remove=syslog"],
    "no cloudtrail": ["remove=cloudtrail"],
    "no alerts": ["remove=alerts"],
}
AT_ONCE = ("two at once", "three at once", "four at once", "five at once")
BENIGN_TOO = ("as written", "twin", "storm 1e5")  # what a scenario without an attack is played under
HEAD = ("scenario", "knob", "attacks", "found", "lead", "reports", "false", "P", "R", "F1", "B3 F1", "patient 0", "tau",
        "stages", "+inferred", "stage P", "arc P", "arc R", "tech P", "ind P", "merged", "pieces", "detections", "host-h")


def play(binary, path, knobs, seed, out):
    sets = [word for knob in [PRIVATE, *knobs] for word in ("--set", knob)]
    done = subprocess.run([str(binary), "simulate", str(path), "--seed", str(seed), "--out", str(out), *sets],
                          capture_output=True, text=True, timeout=600)
    if done.returncode != 0:
        raise ValueError(done.stderr.strip().splitlines()[-1])
    return json.loads((out / "truth.json").read_text())


def mean(values):
    values = [float(v) for v in values if v is not None]
    return statistics.fmean(values) if values else None


def ratio(part, whole):
    return part / whole if whole else None


def measures(rows):
    """The columns over one or several runs: sums of counts, means over attacks."""
    attacks = [a for r in rows for a in r["attacks"]]
    found, reports = sum(a["found"] for a in attacks), sum(r["reports"] for r in rows)
    arcs = {key: sum(a["arcs"][key] for a in attacks) for key in ("right", "drawn", "recalled", "wanted")}
    return {"attacks": len(attacks), "found": found, "lead": sum(a["lead"] for a in attacks), "reports": reports,
            "first": sum(a["rank"] == 1 or a["first_lead"] for a in attacks), "rank 1": sum(a["rank"] == 1 for a in attacks),
            "false": sum(r["false"] for r in rows), "P": ratio(found, reports), "R": ratio(found, len(attacks)),
            "F1": ratio(2 * found, reports + len(attacks)) if attacks else None,
            "B3 F1": mean(r["cubed"][2] if r["cubed"] else None for r in rows),
            "patient 0": mean(a["patient_zero"] for a in attacks), "tau": mean(a["tau"] for a in attacks),
            "stages": mean(a["stage_recall"] for a in attacks), "+inferred": mean(a["with_inferred"] for a in attacks),
            "stage P": mean(a["stage_precision"] for a in attacks),
            "arc P": ratio(arcs["right"], arcs["drawn"]), "arc R": ratio(arcs["recalled"], arcs["wanted"]),
            "tech P": mean(a["technique_precision"] for a in attacks),
            "ind P": mean(a["indicator_precision"] for a in attacks), "merged": sum(r["merged"] for r in rows),
            "pieces": ratio(sum(r["pieces"] for r in rows), found), "detections": sum(r["detections"] for r in rows),
            "host-h": round(sum(r["host_hours"] for r in rows))}


def line(name, knob, rows):
    is_now = measures(rows)
    cells = [is_now[key] for key in HEAD[2:]]
    return (name, knob, *(str(c) if isinstance(c, int) else run.number(c) for c in cells))


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


def useless(kept):
    """Four products that know nothing, by the same measures over the scenarios as written."""
    rows = {}
    for _, truth, result, _ in kept:
        if truth["intrusions"]:
            for name, other in judging.useless(result).items():
                rows.setdefault(name, []).append(judging.judge(truth, other))
    return rows


# What a useless product must miss, each of them: the measures that ask for the right reports.
TELLING = {"F1": .9, "B3 F1": .85, "patient 0": .9, "arc R": .85}


def storm_changes(by_knob):
    """(largest share by which a score changed, reports more) of the attacks that were found both times."""
    calm = {name: row for name, row in by_knob.get("as written", [])}
    shares, more = [], 0
    for knob in ("storm 1e5", "storm 1e6"):
        for name, row in by_knob.get(knob, []):
            if name not in calm:
                continue
            more += max(0, row["reports"] - calm[name]["reports"])
            for a, b in zip(calm[name]["attacks"], row["attacks"]):
                if a["score"] or b["score"]:
                    shares.append(abs((b["score"] or 0) - (a["score"] or 0)) / max(a["score"] or 0, b["score"] or 0))
    return (max(shares, default=None), more) if any(k.startswith("storm") for k in by_knob) else (None, None)


def reach(results, products, replays):
    """The goals of the suite: a list of goals.Goal."""
    by_knob = {}
    for name, knob, row in results:
        by_knob.setdefault(knob, []).append((name, row))

    def at(*knobs):
        rows = [row for knob in knobs for _, row in by_knob.get(knob, []) if row["attacks"]]
        return measures(rows) if rows else {}
    plain, quiet, graft, many = at("as written"), at("quiet"), at("20 more hosts"), at(*AT_ONCE)
    over = f"{plain.get('attacks', 0)} attacks as written"
    short, long = at("dwell 1 d"), at("dwell 180 d")
    lost = 100 * (short["R"] - long["R"]) if short and long else None
    change, more = storm_changes(by_knob)
    twins = [row for _, row in by_knob.get("twin", [])]
    month = [row for name, row in by_knob.get("as written", []) if name == "benign-month"]
    Goal = goals.Goal
    out = [Goal("intrusion F1", .9, plain.get("F1"), of=over), Goal("B-cubed F1", .9, plain.get("B3 F1"), of=over),
           Goal("patient zero", .9, plain.get("patient 0"), of=over), Goal("order tau", .85, plain.get("tau"), of=over),
           Goal("stage recall, observed", .9, plain.get("stages"), of=over),
           Goal("stage recall, with inferred", .95, plain.get("+inferred"), of=over),
           Goal("stage precision", .9, plain.get("stage P"), of=over),
           Goal("technique precision (family)", .85, plain.get("tech P"), of=over),
           Goal("indicator precision", .85, plain.get("ind P"), of=over),
           Goal("causal arcs, precision", .85, plain.get("arc P"), of=over),
           Goal("causal arcs, recall", .85, plain.get("arc R"), of=over),
           Goal("quiet: rank 1 or first lead, share", 1, ratio(quiet.get("first", 0), quiet.get("attacks")),
                of=f"{quiet.get('attacks', 0)} attacks"),
           Goal("in 20 more hosts: rank 1, share", 1, ratio(graft.get("rank 1", 0), graft.get("attacks")),
                of=f"{graft.get('attacks', 0)} attacks"),
           Goal("at once: merged, share of reports", .02, ratio(many.get("merged", 0), many.get("reports")), True,
                f"{many.get('attacks', 0)} attacks, {many.get('found', 0)} found"),
           Goal("at once: pieces an attack", 1.2, many.get("pieces"), True, f"{many.get('found', 0)} found"),
           Goal("180 d against 1 d: points of recall lost", 5, lost, True, f"{long.get('attacks', 0)} attacks"),
           Goal("storm: share of score changed, at most", .05, change, True), Goal("storm: reports more", 0, more, True),
           Goal("benign twin: reports", 0, sum(r["reports"] for r in twins) if twins else None, True, f"{len(twins)} runs"),
           Goal("benign month of 50 hosts: reports", 4, sum(r["reports"] for r in month) if month else None, True,
                f"{sum(r['host_hours'] for r in month):.0f} host-hours")]
    cut = [row for one in replays for row in one["cuts"]]
    same = [not one["differences"] for one in replays]
    out += [Goal("prefix: furthest stage right", .85, mean(got == wanted for wanted, got, _ in cut), of=f"{len(cut)} cuts"),
            Goal("renamed: isomorphic, share", 1, mean(same), of=f"{len(same)} scenarios")]
    for name, rows in products.items():
        best = measures(rows)
        reached = sum((best[key] or 0) >= must for key, must in TELLING.items())
        shown = ", ".join(f"{key} {run.number(best[key])}" for key in TELLING)
        out.append(Goal(f"useless `{name}`: of {len(TELLING)} measures reached", 0, reached, True, shown))
    return out


def compare(kept, rates):
    """The baselines at the hunt's own recall over the scenarios as written."""
    rows = []
    for _, _, result, row in kept:
        attacks = [{"rank": 1 if a["found"] else None} for a in row["attacks"]]
        rows.append({"status": "ok", "attacks": attacks, "false": row["false"], "purity": row["cubed"],
                     "useless": baselines.useless(result["detections"], row["labels"])})
    run.compare(rows, [(name, result["detections"], row["labels"]) for name, _, result, row in kept], rates)


def hunt_scenario(args, rules, path, knob):
    """(truth, result, row) of a scenario under a knob; None where the knob does not fit it."""
    with tempfile.TemporaryDirectory() as scratch:
        scratch = pathlib.Path(scratch)
        try:
            truth = play(args.binary, path, (KNOBS | MORE)[knob], args.seed, scratch)
        except ValueError as why:  # no such host there, too few desks
            print(f"{path.stem}, {knob}: left out: {why}", file=sys.stderr)
            return None
        if knob not in BENIGN_TOO and not truth["intrusions"]:
            return None
        result = run.hunt(args.binary, [scratch / "logs"], [], rules, scratch / "result")
        return truth, result, judging.judge(truth, result)


def replay_scenario(args, rules, path):
    """Cuts (of a scenario of one attack) and the differences under other names."""
    with tempfile.TemporaryDirectory() as scratch:
        scratch = pathlib.Path(scratch)
        truth = play(args.binary, path, [], args.seed, scratch)
        places = judging.steps_by_place(truth)

        def hunt_to(end):
            options = ["--to", end] if end else []
            return run.hunt(args.binary, [scratch / "logs"], options, rules, scratch / "result")

        def labels_of(result):
            told = {d["id"]: places.get((d["event"]["file"], d["event"]["offset"])) for d in result["detections"]}
            return {i: place[0] if place else None for i, place in told.items()}
        found = hunt_to(None)["found"]
        rows = replay.prefixes(hunt_to, truth, labels_of) if len(truth["intrusions"]) == 1 else []
        other = replay.isomorphic(args.binary, lambda knobs, out: play(args.binary, path, knobs, args.seed, out), truth,
                                  found, rules, scratch)
        return {"scenario": path.stem, "cuts": rows, "differences": other}


def show_replays(replays):
    cut = [row for one in replays for row in one["cuts"]]
    if cut:
        constant = max(sum(wanted == stage for wanted, _, _ in cut) for stage in judging.STAGES)
        print(f"\ncut after each step: furthest stage right at {sum(got == wanted for wanted, got, _ in cut)} of {len(cut)} "
              f"cuts; with first leads {sum(lead == wanted for wanted, _, lead in cut)}; best constant answer {constant}")
    for one in replays:
        if one["differences"]:
            print(f"under other names {one['scenario']} differs: {one['differences']}")


def rules_of(args, data):
    """The rules to hunt with; says so where only the project's own are there."""
    if args.rules:
        return args.rules
    if (data / "sigma/rules").is_dir():
        return data / "sigma/rules"
    print("no data pack (INTERDICT_DATA names one): only the project's starter rules are used; their results are no "
          "measure of the suite's goals")
    return args.source / "content/rules"


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("binary", type=pathlib.Path)
    parser.add_argument("source", type=pathlib.Path)
    parser.add_argument("--rules", type=pathlib.Path, help="Sigma rules; default: those of the data pack, else our own")
    parser.add_argument("--knobs", help="names separated by commas; default: " + ", ".join(KNOBS) + "; also there: " +
                        ", ".join(MORE).replace("%", "%%"))
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--flows", action="store_true", help="the data pack's Attack Flows too")
    parser.add_argument("--replay", action="store_true", help="also cut after each step, and under other names")
    parser.add_argument("--workers", type=int, default=os.cpu_count() or 1, help="hunts side by side")
    parser.add_argument("--json", type=pathlib.Path, help="also write all measures here")
    parser.add_argument("scenario", nargs="*")
    args = parser.parse_intermixed_args()
    data = pathlib.Path(os.environ.get("INTERDICT_DATA") or args.source / "../shared/data").resolve()
    rules = rules_of(args, data)
    knobs = args.knobs.split(",") if args.knobs else list(KNOBS)
    if set(knobs) - set(KNOBS | MORE):
        print("no such knob; there are:", ", ".join(KNOBS | MORE))
        return 2
    files = sorted((args.source / "tests/scenarios").glob("*.yml"))
    if args.flows:
        files += sorted((data / "attack-flow/corpus").glob("*.afb"))
    files = [f for f in files if not args.scenario or f.stem in args.scenario]
    if not files:
        print("no such scenario")
        return 2
    results, kept, replays = [], [], []
    with concurrent.futures.ThreadPoolExecutor(args.workers) as pool:
        tasks = [(path.stem, knob, pool.submit(hunt_scenario, args, rules, path, knob)) for path in files for knob in knobs]
        again = [pool.submit(replay_scenario, args, rules, path) for path in files] if args.replay else []
        for name, knob, task in tasks:
            done = task.result()
            if done is None:
                continue
            truth, result, row = done
            results.append((name, knob, row))
            if knob == "as written":
                kept.append((name, truth, result, row))
            else:
                del row["labels"]
            print(f"{name}, {knob}: done", file=sys.stderr)
        replays = [task.result() for task in again]
    show(results)
    if kept:
        compare(kept, baselines.load_rates((args.source / "content/priors/rules.tsv").read_text()))
    show_replays(replays)
    goals.show(reach(results, useless(kept), replays))
    if args.json:
        rows = [{"scenario": s, "knob": k, **{key: v for key, v in row.items() if key != "labels"}} for s, k, row in results]
        args.json.write_text(json.dumps({"runs": rows, "replays": replays}, indent=1) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
