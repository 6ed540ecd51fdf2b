"""Measures of a hunt against a known truth: pure functions over the result files."""
import itertools


def b_cubed(items):
    """B-cubed of (truth, predicted) pairs over the items whose truth is not None.

    An item that belongs to no attack (truth None) only spoils the precision of the cluster that holds it; one
    that is in no predicted cluster (None) stands alone. One lump of everything has the precision of the share
    of attack in the input. Returns (precision, recall, F1), or None where there is no attack item.
    """
    attack = [(t, p) for t, p in items if t is not None]
    if not attack:
        return None
    size, both, whole = {}, {}, {}
    for t, p in items:
        if p is not None:
            size[p] = size.get(p, 0) + 1
        if t is not None:
            whole[t] = whole.get(t, 0) + 1
            both[t, p] = both.get((t, p), 0) + 1
    precision = recall = 0.0
    for t, p in attack:
        precision += both[t, p] / size[p] if p is not None else 1.0
        recall += both[t, p] / whole[t] if p is not None else 1 / whole[t]
    precision, recall = precision / len(attack), recall / len(attack)
    return precision, recall, 2 * precision * recall / (precision + recall)


def kendall_tau_b(pairs):
    """Kendall's tau-b of (x, y) pairs; None where one side has no order."""
    same = other = tie_x = tie_y = 0
    for (x1, y1), (x2, y2) in itertools.combinations(pairs, 2):
        dx, dy = (x1 > x2) - (x1 < x2), (y1 > y2) - (y1 < y2)
        if dx == 0 and dy == 0:
            continue
        if dx == 0:
            tie_x += 1
        elif dy == 0:
            tie_y += 1
        elif dx == dy:
            same += 1
        else:
            other += 1
    scale = ((same + other + tie_x) * (same + other + tie_y)) ** 0.5
    return (same - other) / scale if scale else None


def same_hosts(wanted, got):
    """Every host of the truth is named and no other; a short name stands for its full name, one name of `a|b` for both."""
    def short(name):
        name = name.lower()
        return name if name.replace(".", "").isdigit() else name.split(".")[0]
    names = {short(name): short(h.split("|")[0]) for h in wanted for name in h.split("|")}
    return set(names.values()) == {names.get(short(h), h) for h in got}


def is_false(intrusion, labels):
    """True if fewer than half of the intrusion's judged detections belong to an attack.

    `labels` maps a detection id to the attack's name, to None (benign), or lacks it (cannot be told).
    """
    judged = [labels[d] for s in intrusion["steps"] for d in s["detections"] if d in labels]
    if not judged:
        return False
    return 2 * sum(x is not None for x in judged) < len(judged)


def stage_precision(intrusion, wanted):
    """Share of the intrusion's observed stages that the truth has."""
    seen = [s for s, v in intrusion["stages"].items() if v["status"] == "observed"]
    return sum(s in wanted for s in seen) / len(seen) if seen else None
