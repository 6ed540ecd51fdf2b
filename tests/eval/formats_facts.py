"""Facts that the parser assertions of crowdsec-hub find in a log line, against the fields that we read of it.

A fact is an address, user, path, status, verb or time that an assertion names and that stands in the line word for word.
It agrees if the event that holds the line has a field of its own with that value (a time: if its instant is the same).
The whole line or message as a field does not count.
"""
import collections
import datetime
import re

ASSERTION = re.compile(
    r'^results\["s\d\d-[a-z-]+"\]\["([^"]+)"\]\[(\d+)\]\.Evt\.(?:Parsed|Meta|Unmarshaled|Enriched)\["([^"]+)"\] == "(.*)"$')
KINDS = {
    "address": {"source_ip", "remote_addr", "remote_ip", "client_ip", "src_ip", "dst_ip", "dest_ip", "ip", "clientip"},
    "user": {"username", "user", "target_user", "remote_user", "source_user", "userName"},
    "path": {"http_path", "request", "file", "exe"},
    "status": {"http_status", "status", "response"},
    "verb": {"http_verb", "verb"},
    "time": {"timestamp", "time_local", "time", "date", "timestamp8601"},
}


# Why a test's facts may disagree; one that disagrees and does not stand here is ours to mend.
MIXED = "the file mixes two formats; lines of the rarer one are bad-record"
REASONS = {
    "apache2-logs": MIXED + " (error log in an access log)",
    "nginx_http-logs": MIXED + " (error log in an access log)",
    "grafana-logs": MIXED + " (JSON lines in key=value lines)",
    "cef-logs": MIXED + " (CEF with and without syslog before it)",
    "exchange-imap-logs": "Exchange writes a header line, which the sample lacks: its columns have no names",
    "exchange-pop-logs": "Exchange writes a header line, which the sample lacks: its columns have no names",
    "exchange-smtp-logs": "Exchange writes a header line, which the sample lacks: its columns have no names",
    "immich-logs": "the line's time stands behind the text of a colour code: it continues the record before",
    "thehive-bf": "the lines have no time: no event, ledger unknown-format",
    "thehive-logs": "the lines have no time: no event, ledger unknown-format",
    "supavisor-logs": "the lines have a time of day without a date: no event, ledger unknown-format",
}


def unescape(text):
    return text.replace('\\"', '"').replace("\\\\", "\\").replace("\\t", "\t")


def read_assertions(path):
    """(parser, index) → its facts by name."""
    groups = collections.defaultdict(dict)
    for line in path.read_text(errors="replace").splitlines():
        found = ASSERTION.match(line)
        if found:
            groups[(found[1], int(found[2]))][found[3]] = unescape(found[4])
    return groups


def line_of(lines, index, message):
    """The number of the line that an assertion's event came from; None if it cannot be told."""
    if message is None:
        return index + 1 if index < len(lines) else None
    if index < len(lines) and message and message in lines[index]:
        return index + 1
    places = [i for i, line in enumerate(lines) if message and message in line]
    return places[0] + 1 if places else None


def values_of(event):
    for value in event["fields"].values():
        for one in value if isinstance(value, list) else [value]:
            yield one if isinstance(one, str) else str(one)


def same_address(a, b):
    return a.lower().removeprefix("::ffff:") == b.lower().removeprefix("::ffff:")


def with_zone(fact, line):
    """The time with the zone that follows it in the line, where the assertion left it out."""
    zone = re.match(r" ?([+-]\d\d:?\d\d|Z)\b", line[line.find(fact) + len(fact):])
    return fact + (" " + zone[1].replace("Z", "+0000") if zone else "")


def agrees(kind, fact, event, line):
    """A value of the event is the fact: whole, or (a path) before its query."""
    whole = line.strip()
    if kind == "time":
        return event["time"] is not None and same_instant(with_zone(fact, line), event["time"])
    values = [v for v in [event["user"] or "", event["host"] or "", *values_of(event)] if v != whole]
    if kind == "address":
        return any(same_address(v, fact) for v in values)
    if kind == "path":
        return any(v == fact or v.split("?")[0] == fact for v in values)
    if kind == "user":
        fact = fact.strip("'\"")
        return any(v == fact or v.split("\\")[-1] == fact for v in values)
    return fact in values


SHAPES = ["%d/%b/%Y:%H:%M:%S %z", "%Y-%m-%dT%H:%M:%S.%f%z", "%Y-%m-%dT%H:%M:%S%z", "%Y-%m-%d %H:%M:%S.%f",
          "%Y-%m-%d %H:%M:%S.%f %z", "%Y-%m-%d %H:%M:%S,%f", "%Y-%m-%d %H:%M:%S", "%Y/%m/%d %H:%M:%S", "%b %d %H:%M:%S", "%Y-%m-%dT%H:%M:%S.%f",
          "%a %b %d %H:%M:%S %Y", "%d-%b-%Y %H:%M:%S.%f", "%a %b %d %H:%M:%S.%f %Y"]


def same_instant(fact, told):
    """Whether the two spell one instant; a fact without a zone or a year agrees with any of them."""
    told = datetime.datetime.fromisoformat(re.sub(r"(\.\d{6})\d*", r"\1", told).replace("Z", "+00:00"))
    text = re.sub(r"(\.\d{6})\d+", r"\1", " ".join(fact.split()))
    text = re.sub(r"Z$", "+0000", text)
    for shape in [*SHAPES, *(shape + " %z" for shape in SHAPES if "z" not in shape)]:
        try:
            read = datetime.datetime.strptime(text, shape)
        except ValueError:
            continue
        if read.tzinfo:
            return abs((read - told).total_seconds()) < 1
        if "%Y" not in shape:
            return (read.month, read.day, read.hour, read.minute, read.second) == (
                told.month, told.day, told.hour, told.minute, told.second)
        return abs((read.replace(tzinfo=datetime.timezone.utc) - told).total_seconds()) < 1
    try:
        return abs(float(fact) - told.timestamp()) < 1
    except ValueError:
        return None


def run(context, listing):
    decoded = context.get("crowdsec-hub/.tests")
    events = collections.defaultdict(list)
    for event in decoded.events():
        events[event["event"]["file"]].append(event)
    total, right = collections.Counter(), collections.Counter()
    missed = []
    for path in sorted((context.data / "crowdsec-hub/.tests").glob("*/parser.assert")):
        for log in sorted(path.parent.glob("*.log")):
            given = log.read_bytes()
            lines = given.decode(errors="replace").splitlines()
            name = f"{path.parent.name}/{log.name}"
            for event in events[name]:  # the record's own number may be another
                event["line"] = given.count(b"\n", 0, event["event"]["offset"]) + 1
            of_file = sorted(events[name], key=lambda e: e["line"])
            seen = set()
            for (parser, index), facts in read_assertions(path).items():
                number = line_of(lines, index, facts.get("message"))
                if number is None:
                    continue
                line = lines[number - 1]
                holds = [e for e in of_file if e["line"] <= number]
                for kind, names in KINDS.items():
                    for key in names & facts.keys():
                        fact = facts[key]
                        once = (number, kind, fact)
                        if len(fact) < 2 or fact not in line or once in seen:
                            continue
                        good = bool(holds) and agrees(kind, fact, holds[-1], line)
                        if good is None:
                            continue
                        seen.add(once)
                        total[kind] += 1
                        right[kind] += good
                        if not good:
                            missed.append((path.parent.name, kind, fact, number))
    rows = [[kind, total[kind], right[kind], context.percent(right[kind], total[kind])] for kind in KINDS]
    rows.append(["all", sum(total.values()), sum(right.values()), context.percent(sum(right.values()), sum(total.values()))])
    context.table("Facts: what crowdsec-hub's parser assertions find in the line", ["fact", "asserted", "agree", "share"], rows)
    tests = collections.Counter((test, kind) for test, kind, _, _ in missed)
    print("disagree, by test: " + (", ".join(f"{t} {k} {n}" for (t, k), n in tests.most_common(None if listing else 40)) or "none"))
    by_reason = collections.Counter(REASONS.get(entry[0], "no reason is known") for entry in missed)
    context.table("Facts that disagree, by reason", ["facts", "reason"], [[n, why] for why, n in by_reason.most_common()])
    if listing:
        for entry in missed:
            print(f"  {entry[0]}:{entry[3]}: {entry[1]} {entry[2]!r}")
