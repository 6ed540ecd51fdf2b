#!/usr/bin/env python3
"""Runs the labelled sets of the data pack through the binary and prints one table of measures.

usage: run.py BINARY SOURCE_DIR [--rules PATH] [--json FILE] [--variants | --altered] [SET...]     (./dev eval [SET...])
Status 77 where the data pack is absent (INTERDICT_DATA names it, else ../shared/data beside the source).
A set whose format cannot be read yet is shown as `unread`, never as a failure or a success.
"""
import argparse
import json
import math
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
import altered  # noqa: E402
import baselines  # noqa: E402
import goals  # noqa: E402
import metrics  # noqa: E402
import truth  # noqa: E402
import variants  # noqa: E402


def priors_without(source, site, scratch):
    """Options that judge a site by the other sites' benign counts of the source tree (not of the binary)."""
    text = (source / "content/priors/rules.tsv").read_text()
    rows = [line for line in text.splitlines() if not (site and "benign-" + site in line.split("\t"))]
    table = pathlib.Path(scratch) / "priors.tsv"
    table.write_text("\n".join(rows) + "\n")
    return ["--priors", str(table)]


def hunt(binary, inputs, options, rules, out):
    command = [str(binary), "hunt", *map(str, inputs), "--rules", str(rules), "--out", str(out), *options]
    start = time.time()
    done = subprocess.run(command, capture_output=True, text=True, errors="replace", timeout=3600)
    if done.returncode not in (0, 3, 4, 10) or not (out / "intrusions.json").exists():
        raise RuntimeError(done.stderr[-500:])
    found = json.loads((out / "intrusions.json").read_text())
    ledger = json.loads((out / "ledger.json").read_text())
    with open(out / "detections.jsonl") as file:
        detections = [json.loads(line) for line in file]
    return {"found": found, "ledger": ledger, "detections": detections, "wall": time.time() - start}


def number(value, digits=2):
    return "-" if value is None else f"{value:.{digits}f}"


def best_match(intrusions, labels, attack):
    """The reported intrusion with most detections of this attack; None if none has any."""
    def overlap(intrusion):
        return sum(labels.get(d) == attack for s in intrusion["steps"] for d in s["detections"])
    best = max(intrusions, key=lambda i: (overlap(i), -i["rank"]), default=None)
    return best if best is not None and overlap(best) > 0 else None


def label_all(one, detections):
    labels = {}
    for d in detections:
        label = one.label(d)
        if label is not truth.UNKNOWN:
            labels[d["id"]] = label
    return labels


def judge(one, result):
    found, detections = result["found"], result["detections"]
    if sum(row["events"] for row in result["ledger"]["inputs"]) == 0:
        return {"set": one.name, "status": "unread"}
    if not detections:
        return {"set": one.name, "status": "no detection"}
    labels = label_all(one, detections)
    weights = [(labels[d["id"]], d["intrusion"]) for d in detections if d["id"] in labels]
    cubed = metrics.b_cubed(weights)
    intrusions = found["intrusions"]
    row = {"set": one.name, "status": "ok", "detections": sum(d["count"] for d in detections),
           "reported": len(intrusions), "leads": len(found["leads"]),
           "false": sum(metrics.is_false(i, labels) for i in intrusions),
           "purity": cubed, "wall_s": result["wall"], "rss_mb": result["ledger"]["timing"]["peak_rss_bytes"] / 2**20,
           "host_hours": found["exposure"]["host_hours"], "useless": baselines.useless(detections, labels)}
    attacks = []
    for number_of, attack in enumerate(one.attacks):
        hit = best_match(intrusions, labels, number_of)
        if hit is None and number_of < len(intrusions) and not any(v == number_of for v in labels.values()):
            hit = intrusions[number_of]
        if hit is None:
            lead = next((lead["rank"] for lead in found["leads"]
                         if any(labels.get(d) == number_of for d in lead["detections"])), None)
            attacks.append({"rank": None, "lead": lead})
            continue
        first = {s: v["first_seen"] for s, v in hit["stages"].items() if v["first_seen"]}
        tau = metrics.kendall_tau_b([(t, first[s]) for s, t in attack.stages.items() if s in first])
        attacks.append({
            "rank": hit["rank"], "score": hit["score"], "hosts_right": metrics.same_hosts(attack.hosts, hit["hosts"])
            if attack.hosts else None, "hosts": hit["hosts"], "furthest": hit["furthest_stage"],
            "furthest_right": hit["furthest_stage"] in attack.furthest, "tau": tau, "false_expected": hit["false_expected"],
            "indicators": sorted(i["value"] for i in hit["indicators"]),
            "indicators_missing": sorted(attack.indicators - {i["value"] for i in hit["indicators"]}),
            "stage_precision": metrics.stage_precision(hit, set(attack.stages))})
    row["attacks"] = attacks
    return row


def judge_benign(one, result):
    found = result["found"]
    events = sum(row["events"] for row in result["ledger"]["inputs"])
    if not events:
        return {"set": one.name, "status": "unread"}
    if not any(row["rules"] for row in result["ledger"]["log_sources"]) and not result["detections"]:
        return {"set": one.name, "status": "no detection"}  # hours that nothing looks at are no exposure
    return {"set": one.name, "status": "ok", "reported": len(found["intrusions"]),
            "detections": sum(d["count"] for d in result["detections"]), "leads": len(found["leads"]),
            "false": len(found["intrusions"]), "host_hours": found["exposure"]["host_hours"],
            "false_expected": sum(i["false_expected"] for i in found["intrusions"]),
            "best": max([i["score"] for i in found["intrusions"] + found["leads"]], default=0),
            "wall_s": result["wall"], "rss_mb": result["ledger"]["timing"]["peak_rss_bytes"] / 2**20}


def yes(value):
    return "-" if value is None else "yes" if value else "NO"


HEAD = ("set", "attack", "rank", "hosts", "furthest", "tau", "purity", "reports", "false", "E_false", "score", "s", "MB")


def lines(row):
    if row["status"] != "ok":
        return [(row["set"], row["status"]) + ("-",) * (len(HEAD) - 2)]
    tail = (number(row["wall_s"], 1), number(row["rss_mb"], 0))
    if "attacks" not in row:
        return [(row["set"], f"benign, {row['host_hours']:.0f} host-h", "-", "-", "-", "-", "-", str(row["reported"]),
                 str(row["false"]), number(row["false_expected"], 3), number(row["best"]), *tail)]
    out = []
    for i, a in enumerate(row["attacks"]):
        common = (number(row["purity"][2] if row["purity"] else None), str(row["reported"]), str(row["false"]))
        if a["rank"] is None:
            out.append((row["set"], str(i + 1), f"lead {a['lead']}" if a["lead"] else "none", "-", "-", "-", *common, "-", "-", *tail))
            continue
        furthest = yes(a["furthest_right"]) if a["furthest_right"] else f"NO: {a['furthest']}"
        out.append((row["set"], str(i + 1), str(a["rank"]), yes(a["hosts_right"]), furthest, number(a["tau"]),
                    *common, f"{a['false_expected']:.1e}", number(a["score"], 1), *tail))
    return out


def show(rows):
    table = [HEAD] + [line for row in rows for line in lines(row)]
    widths = [max(len(line[i]) for line in table) for i in range(len(HEAD))]
    for line in table:
        print("  ".join(cell.ljust(width) for cell, width in zip(line, widths)).rstrip())
    attacked = [r for r in rows if "attacks" in r]
    right = sum(1 for r in attacked if r["attacks"][0].get("rank") == 1 and r["attacks"][0]["furthest_right"]
                and r["attacks"][0]["hosts_right"] is not False)
    print(f"rank 1 with right hosts and furthest stage: {right} of {len(rows) - sum(r['set'].startswith('benign') for r in rows)} sets")
    quiet = [r for r in rows if "best" in r]
    if quiet:
        hours = sum(r["host_hours"] for r in quiet)
        false = sum(r["false"] for r in quiet)
        bound = f"; 0 bounds the rate by {3 / hours:.5f} a host-hour" if false == 0 and hours else ""
        print(f"benign: {false} reported in {hours:.0f} host-hours{bound}")


def compare(rows, kept, rates):
    """Baselines at the hunt's own recall, and useless products. Returns baseline → its false reports (None: never)."""
    found = sum(a.get("rank") is not None for r in rows for a in r.get("attacks", []))
    false = sum(r.get("false", 0) for r in rows if r["status"] == "ok")
    print(f"\nfalse reports where {found} attacks are found: the hunt {false}", end="")
    out = {}
    for name, curve in baselines.sweep(kept, rates).items():
        least = out[name] = baselines.false_at(curve, found)
        most = max((f for _, f, _ in curve), default=0)
        print(f"; {name} {least if least is not None else f'never (at most {most})'}", end="")
    print()
    for name in ("one lump", "one lump a host", "constant answers", "silence"):
        got = [r["useless"][name] for r in rows if r.get("useless") and r["useless"][name] is not None]
        ours = [r["purity"][2] for r in rows if r.get("useless") and r["purity"]]
        if got:
            print(f"purity of `{name}`: mean {sum(got) / len(got):.2f} (the hunt {sum(ours) / len(ours):.2f})")
    return out


def interval(expected):
    """The 90 % interval of a Poisson count of this mean: (least, most), each tail at most 5 %."""
    term, below, least, n = math.exp(-expected), 0.0, None, 0
    while True:
        below += term
        if least is None and below > .05:
            least = n
        if below >= .95:
            return least, n
        n += 1
        term *= expected / n


def reach(rows, least):
    """The goals of the labelled sets: a list of goals.Goal. `least`: each baseline's false reports at equal recall."""
    def mean(values):
        values = [v for v in values if v is not None]
        return sum(values) / len(values) if values else None
    attacked = [r for r in rows if "attacks" in r]
    first = [r["attacks"][0] for r in attacked]
    found = [a for r in attacked for a in r["attacks"] if a["rank"] is not None]
    right = [a["rank"] == 1 and a["furthest_right"] and a["hosts_right"] is not False for a in first]
    quiet = [r for r in rows if "best" in r]
    false = sum(r.get("false", 0) for r in rows if r["status"] == "ok")
    Goal = goals.Goal
    out = [Goal("rank 1, right hosts and furthest stage, share of sets", 1, mean(right), of=f"{len(first)} sets"),
           Goal("further attacks of a set (Log4Shell, exfiltration) reported, share", 1,
                mean(a["rank"] is not None for r in attacked for a in r["attacks"][1:])),
           Goal("order tau of what is reported", .9, mean(a["tau"] for a in found), of=f"{len(found)} reports"),
           Goal("purity, B-cubed F1", .85, mean(r["purity"][2] if r["purity"] else None for r in attacked)),
           Goal("precision of observed stages", .85, mean(a["stage_precision"] for a in found)),
           Goal("false reports in the attacked sets", 0, sum(r["false"] for r in attacked) if attacked else None, True)]
    for name, count in least.items():
        out.append(Goal(f"false reports fewer than `{name}` at equal recall, by", 1,
                        None if count is None else count - false, of="never reaches that recall" if count is None else ""))
    if quiet:
        hours, reported = sum(r["host_hours"] for r in quiet), sum(r["false"] for r in quiet)
        low, most = interval(sum(r["false_expected"] for r in quiet))
        out += [Goal("benign data: reports", 0, reported, True, f"{hours:.0f} host-hours"),
                Goal("benign data: reports above the 90 % interval of the expected", 0, max(0, reported - most, low - reported),
                     True, f"{low} to {most} expected, {reported} came")]
    return out


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("binary", type=pathlib.Path)
    parser.add_argument("source", type=pathlib.Path)
    parser.add_argument("--rules", type=pathlib.Path, help="Sigma rules; default: those of the data pack")
    parser.add_argument("--json", type=pathlib.Path, help="also write all measures here")
    parser.add_argument("--no-baselines", action="store_true")
    parser.add_argument("--variants", action="store_true",
                        help="also ablations, fewer rules, cut and altered inputs (many hunts)")
    parser.add_argument("--altered", action="store_true", help="of these only the altered inputs: one host without a past, "
                        "quiet, among other hosts, two in one folder, renamed")
    parser.add_argument("--keep", type=pathlib.Path, help="keep the hunts' results here")
    parser.add_argument("set", nargs="*")
    args = parser.parse_intermixed_args()
    data = pathlib.Path(os.environ.get("INTERDICT_DATA") or args.source / "../shared/data").resolve()
    if not data.is_dir():
        print("skipped: no data pack (set INTERDICT_DATA)")
        return 77
    rules = args.rules or data / "sigma/rules"
    known = truth.SETS + truth.BENIGN
    unknown = set(args.set) - {s.name for s in known}
    if unknown:
        print("no such set:", ", ".join(sorted(unknown)), "- there are:", ", ".join(s.name for s in known))
        return 2
    rows, kept = [], []
    for one in known:
        if args.set and one.name not in args.set:
            continue
        with tempfile.TemporaryDirectory() as scratch:
            out = (args.keep or pathlib.Path(scratch)) / one.name
            try:
                result = hunt(args.binary, one.inputs(data, scratch),
                              one.options + priors_without(args.source, one.site, scratch), rules, out)
                attacked = isinstance(one, truth.Set)
                rows.append(judge(one, result) if attacked else judge_benign(one, result))
                labels = label_all(one, result["detections"]) if attacked else {
                    d["id"]: None for d in result["detections"]}
                kept.append((one.name, result["detections"], labels))
            except (RuntimeError, subprocess.TimeoutExpired) as error:
                print(f"{one.name}: {error}", file=sys.stderr)
                rows.append({"set": one.name, "status": "unread"})
        print(f"{one.name}: done", file=sys.stderr)
    if args.json:
        args.json.write_text(json.dumps(rows, indent=1) + "\n")
    show(rows)
    least = {}
    if not args.no_baselines:
        least = compare(rows, kept, baselines.load_rates((args.source / "content/priors/rules.tsv").read_text()))
    changed = []
    if args.variants or args.altered:
        with tempfile.TemporaryDirectory() as scratch:
            numbered = iter(range(10**6))
            def run_one(inputs, options, with_rules):
                out = pathlib.Path(scratch) / f"out-{next(numbered)}"
                result = hunt(args.binary, inputs, options, with_rules, out)
                shutil.rmtree(out)
                return result
            more = variants.Variants(run_one, args.source, data, rules, scratch, args.set)
            if args.variants:
                more.run()
            changed = altered.Altered(more).run()
            if more.cuts[1]:
                changed.append(goals.Goal("prefix: furthest stage right", .85, more.cuts[0] / more.cuts[1],
                                          of=f"{more.cuts[1]} cuts"))
    goals.show(reach(rows, least) + changed)
    return 0


if __name__ == "__main__":
    sys.exit(main())
