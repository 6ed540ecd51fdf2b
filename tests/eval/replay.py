"""A scenario hunted again: cut after each of its steps, and under other names, addresses and dates."""
import datetime
import re

import judging
import run

OTHER_NET, OTHER_BEGIN = "network=10.77.8", "begin=2026-06-09"  # the same day of the week
WORDS = ("Harbor", "Quince", "Delta", "Marble", "Tundra", "Fennel", "Orchid", "Basalt", "Cobalt", "Willow", "Saffron",
         "Juniper")


def instant(text):
    return datetime.datetime.fromisoformat(text.replace("Z", "+00:00"))


def before(text):
    """A millisecond earlier, as `--to` takes it."""
    return (instant(text) - datetime.timedelta(milliseconds=1)).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def cuts(one):
    """[(end or None, furthest stage so far)]: before each further step that the logs show, and at the end.

    A cut that would fall behind records of the next step (two steps within a moment) is left out.
    """
    shown = [s for s in one["steps"] if s["events"] and s["outcome"] == "succeeded"]
    out, last = [], None
    for n, step in enumerate(shown):
        stages = {s["stage"] for s in shown[:n + 1]}
        begins = [min(e["time"] for e in s["events"]) for s in shown[n + 1:]]
        end = before(min(begins)) if begins else None
        if end is None or ((last is None or end > last) and end > max(min(e["time"] for e in s["events"])
                                                                      for s in shown[:n + 1])):
            out.append((end, judging.furthest(stages)))
            last = end
    return out


def prefixes(hunt_to, truth, labels_of):
    """[(expected, reported, reported or first lead)] of a scenario of one attack; `hunt_to(end)` hunts until then."""
    rows = []
    for end, expected in cuts(truth["intrusions"][0]):
        result = hunt_to(end)
        labels, found = labels_of(result), result["found"]
        own = [i for i in found["intrusions"] if judging.mostly(judging.members(i), 0, labels)]
        leads = [x for x in found["leads"][:1] if judging.mostly(x["detections"], 0, labels)]
        got = own[0]["furthest_stage"] if own else None
        rows.append((expected, got, got if own else leads[0]["furthest_stage"] if leads else None))
    return rows


def names_of(truth):
    """Every name of the site and of the attack's files → another one, of another length."""
    short = [h["name"].split(".")[0] for h in truth["hosts"] if h["role"] != "cloud"]
    users = {u.split("\\")[-1] for one in truth["intrusions"] for u in one["users"]} - {"SYSTEM", "root"}
    users = {u for u in users if re.fullmatch(r"[a-z]+[.\-][a-z0-9]+", u)}
    out = {name: f"{WORDS[n % len(WORDS)]}{n}" for n, name in enumerate(sorted(short))}
    out |= {name: f"{WORDS[n % len(WORDS)].lower()}.{n}" for n, name in enumerate(sorted(users))}
    return out | {"example.test": "harbor.test"}


def renamed(text, names):
    """Whole names only; a name in lower case stays so."""
    if not names:
        return text
    lower = {k.lower(): v for k, v in names.items()}
    # Longest first: one name may begin another.
    pattern = re.compile(r"(?<![A-Za-z0-9])(" + "|".join(re.escape(n) for n in sorted(names, key=len, reverse=True)) +
                         r")(?![A-Za-z0-9])", re.I)

    def other(match):
        new = lower[match.group(1).lower()]
        return new.lower() if match.group(1).islower() else new
    return pattern.sub(other, text)


def rename_logs(folder, names):
    for path in sorted(p for p in folder.rglob("*") if p.is_file()):
        path.write_text(renamed(path.read_text(), names))
        path.rename(path.with_name(renamed(path.name, names)))


def story(found, begin):
    """What must stay under other names: everything but names, ids and absolute times."""
    def since(text):
        return round((instant(text) - begin).total_seconds(), 3)
    out = []
    for i in found["intrusions"]:
        steps = sorted((since(s["time"]), since(s["last"]), s["stage"], s["count"], s["techniques"], s["outcome"])
                       for s in i["steps"])
        links = sorted((since(s["time"]), s["link"]["kind"], s["link"]["e_value"]) for s in i["steps"] if s["link"])
        out.append((i["score"], i["false_expected"], i["furthest_stage"], i["objective"], i["severity"], len(i["hosts"]),
                    len(i["users"]), len(i["indicators"]), {k: v["status"] for k, v in i["stages"].items()}, steps, links))
    leads = [(x["score"], x["furthest_stage"], since(x["first_seen"]), since(x["last_seen"])) for x in found["leads"]]
    return out, leads


def differences(one, other):
    """In words, where two stories differ first; empty if they are the same."""
    words = []
    for what, a, b in zip(("intrusions", "leads"), one, other):
        if a == b:
            continue
        if len(a) != len(b):
            words.append(f"{len(a)} against {len(b)} {what}")
            continue
        n = next(k for k in range(len(a)) if a[k] != b[k])
        part = next(k for k in range(len(a[n])) if a[n][k] != b[n][k])
        words.append(f"{what} {n + 1}, part {part}: {str(a[n][part])[:60]} against {str(b[n][part])[:60]}")
    return "; ".join(words)


def isomorphic(binary, play, truth, found, rules, scratch):
    """Hunts the scenario under other names; returns the differences in words."""
    other = play([OTHER_NET, OTHER_BEGIN], scratch / "other")
    rename_logs(scratch / "other/logs", names_of(truth))
    result = run.hunt(binary, [scratch / "other/logs"], [], rules, scratch / "other-result")
    return differences(story(found, instant(truth["begin"])), story(result["found"], instant(other["begin"])))
