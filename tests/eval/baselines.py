"""Four baselines and four useless products over the same detections as the hunt.

A baseline turns detections into scored reports; it is judged over the whole sweep of its threshold: how many false
reports it makes where it finds as many attacks as the hunt does. The useless products must fail the measures.
"""
import datetime
import math
import re

import metrics

LEVEL = {"informational": .02, "low": .06, "medium": .15, "high": .35, "critical": .60}
BITS = {"informational": 3, "low": 5, "medium": 7, "high": 9, "critical": 11}
DAY, EIGHT_HOURS = 86400, 8 * 3600


def load_rates(text):
    """rule id → (benign hours fired, hours) of content/priors/rules.tsv."""
    out = {}
    for line in text.splitlines():
        cells = line.split("\t")
        if cells[0] == "rule":
            old = out.get(cells[1], (0, 0))
            out[cells[1]] = (old[0] + int(cells[2]), old[1] + int(cells[3]))
    return out


def risk(d, rates):
    """Severity × rarity, as the hunt reckons evidence from the shipped counts."""
    fired, cells = rates.get(d["rule"]["id"], (0, 0))
    bits = math.log2((cells + 500) / (fired + 500 * 2.0 ** -BITS[d["rule"]["level"]]))
    return LEVEL[d["rule"]["level"]] * min(1, max(.1, bits / 12))


def seconds(text):
    text = re.sub(r"(\.\d{6})\d*", r"\1", text.replace("Z", "+00:00"))
    return datetime.datetime.fromisoformat(text).timestamp()


def host_of(d):
    return (d["host"] or "").lower().split(".")[0] or d["host"] or ""


def by_host_day(detections):
    groups = {}
    for d in detections:
        groups.setdefault((host_of(d), int(seconds(d["time"]) // DAY)), []).append(d)
    return groups.values()


def rba_sum(detections, rates):
    return [(sum(100 * risk(d, rates) * d["count"] for d in g), g) for g in by_host_day(detections)]


def rba_distinct(detections, rates):
    out = []
    for group in by_host_day(detections):
        best = {}
        for d in group:
            best[d["rule"]["id"]] = max(best.get(d["rule"]["id"], 0), risk(d, rates))
        out.append((sum(100 * x for x in best.values()), group))
    return out


def tactics_per_host(detections, rates):
    out = []
    hosts = {}
    for d in detections:
        hosts.setdefault(host_of(d), []).append(d)
    for group in hosts.values():
        group.sort(key=lambda d: d["time"])
        start = 0
        while start < len(group):
            begin = seconds(group[start]["time"])
            window = [d for d in group[start:] if seconds(d["time"]) - begin <= EIGHT_HOURS]
            stages = {max(d["stages"], key=d["stages"].get) for d in window if d["stages"]}
            rules = {d["rule"]["id"] for d in window}
            out.append((len(stages) + len(rules) / 1000, window))
            start += len(window)
    return out


def components(detections, rates):
    """Connected by a shared host, user or address with gaps of at most 24 h; score: distinct-rule risk."""
    up = list(range(len(detections)))

    def root(i):
        while up[i] != i:
            up[i] = up[up[i]]
            i = up[i]
        return i
    last = {}
    for i in sorted(range(len(detections)), key=lambda i: detections[i]["time"]):
        d, at = detections[i], seconds(detections[i]["time"])
        keys = [("host", host_of(d)), ("user", (d["user"] or "").lower())]
        keys += [("ip", e["key"]) for e in d["entities"] if e["type"] == "ip"]
        for key in keys:
            if not key[1]:
                continue
            if key in last and at - last[key][1] <= DAY:
                up[root(i)] = root(last[key][0])
            last[key] = (i, at)
    groups = {}
    for i, d in enumerate(detections):
        groups.setdefault(root(i), []).append(d)
    out = []
    for group in groups.values():
        best = {}
        for d in group:
            best[d["rule"]["id"]] = max(best.get(d["rule"]["id"], 0), risk(d, rates))
        out.append((sum(best.values()), group))
    return out


BASELINES = {"RBA sum": rba_sum, "RBA distinct rules": rba_distinct, "tactics per host, 8 h": tactics_per_host,
             "connected components": components}


def sweep(results, rates):
    """results: [(set name, detections, labels)] → {baseline: [(threshold, attacks found, false reports)]}."""
    out = {}
    for name, make in BASELINES.items():
        reports = []
        for where, detections, labels in results:
            for score, group in make(detections, rates):
                judged = [labels[d["id"]] for d in group if d["id"] in labels]
                attacks = [x for x in judged if x is not None]
                if judged and 2 * len(attacks) >= len(judged) and attacks:
                    reports.append((score, (where, max(set(attacks), key=attacks.count))))
                elif judged:
                    reports.append((score, None))
        reports.sort(key=lambda r: -r[0])
        curve, found, false = [], set(), 0
        for score, what in reports:
            false += what is None
            if what is not None:
                found.add(what)
            curve.append((score, len(found), false))
        out[name] = curve
    return out


def false_at(curve, wanted):
    """Fewest false reports at which the baseline finds `wanted` attacks; None if it never does."""
    reached = [false for _, found, false in curve if found >= wanted]
    return min(reached) if reached else None


def useless(detections, labels):
    """Purity of products that know nothing."""
    def purity(predict):
        cubed = metrics.b_cubed([(labels[d["id"]], predict(d)) for d in detections if d["id"] in labels])
        return cubed[2] if cubed else None
    return {"one lump": purity(lambda d: "all"), "one lump a host": purity(host_of),
            "constant answers": purity(lambda d: "x" if d["rule"]["level"] == "high" else None),
            "silence": purity(lambda d: None)}
