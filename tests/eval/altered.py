"""The labelled sets with their input altered: one host without a past, quiet, among other hosts, two at once, renamed.

What is altered is lines of the raw logs, before the binary sees them; the truth stays that of the set.
"""
import pathlib
import re
import zipfile

import goals
import judging
import replay
import truth

# Two labelled sets in one folder: what each pair shares is nothing but the folder.
PAIRS = (("lsass01", "lsass04"), ("lab-day", "lsass01"), ("insect", "apt29-zeek"), ("aws-s3", "lsass04"))
# What a quiet attacker leaves out. Rows of the alert sites by their label, archives of the lab day by their name.
LOUD_ROWS = {"network_scans", "service_scans", "dns_scan", "wpscan", "dirb", "cracking", "crack_passwords"}
LOUD_ARCHIVES = ("dcsync", "powerview")
KNOWN_USERS = {"administrator", "system", "root", "guest", "admin", "www-data", "network service", "local service",
               "anonymous logon", "daemon", "nobody"}


def members(paths):
    """(name, bytes) of every log, archives unpacked."""
    for base in map(pathlib.Path, paths):
        for path in sorted(p for p in base.rglob("*") if p.is_file()) if base.is_dir() else [base]:
            if path.suffix != ".zip":
                yield path.name, path.read_bytes()
                continue
            with zipfile.ZipFile(path) as archive:
                for info in archive.infolist():
                    if not info.is_dir() and "__MACOSX" not in info.filename:
                        yield f"{path.stem}-{info.filename.split('/')[-1]}", archive.read(info)


def write(paths, folder, change):
    """`change(name, bytes) → bytes` over every log; what becomes empty is not written. Returns the folder."""
    folder.mkdir(parents=True)
    for n, (name, data) in enumerate(members(paths)):
        data = change(name, data)
        if data.strip():
            (folder / f"{n:02d}-{name}").write_bytes(data)
    return [folder]


def lines_with(words):
    """Keeps the lines that hold one of the words in any case, and the head of a table."""
    pattern = re.compile(b"|".join(re.escape(w.encode()) for w in words), re.I)

    def change(name, data):
        lines = data.splitlines(keepends=True)
        return b"".join(x for n, x in enumerate(lines)
                        if pattern.search(x) or x.startswith(b"#") or (n == 0 and name.endswith(".csv")))
    return change


def without_a_past(one, attack, data, folder):
    """The records of the attack's first host, from its first moment on: (inputs, options)."""
    (folder / "whole").mkdir(parents=True)
    inputs = one.inputs(data, folder / "whole")
    if attack.hosts:
        inputs = write(inputs, folder / "host", lines_with(attack.hosts[0].split("|")))
    since = min(attack.stages.values(), default=None)
    return inputs, ["--from", since] if since else []


def quiet(one, data, folder):
    """(inputs, options) without the loud steps; None where the set has none that can be taken out."""
    folder.mkdir(parents=True)
    if one.name.startswith("ait-"):
        site = truth.AitSite(one.name[4:], lambda row: not {row["time_label"], row["event_label"]} & LOUD_ROWS)
        return site.inputs(data, folder), []
    if one.name == "insect":
        return one.inputs(data, folder), ["--from", "2020-03-04T14:14:00Z"]  # after the scans
    if one.name == "lab-day":
        return [p for p in one.inputs(data, folder) if not any(word in p.name for word in LOUD_ARCHIVES)], []
    return None


def other_address(match):
    """Another address of the same private range: one number is moved, the same way everywhere."""
    head, moved, last = match.group(1), int(match.group(2)), match.group(3)
    return head + str(moved ^ 21).encode() + last if moved < 256 else match.group(0)


PRIVATE = re.compile(rb"(?<![\d.])(10\.\d{1,3}\.|192\.168\.|172\.(?:1[6-9]|2\d|3[01])\.)(\d{1,3})(\.\d{1,3})(?![\d.])")


def rename(names):
    """Names as replay.renamed takes them, and private addresses."""
    return lambda _, data: PRIVATE.sub(other_address, replay.renamed(data.decode("latin-1"), names).encode("latin-1"))


def names_in(found):
    """Hosts and users that the result names → others; names that mean something everywhere stay."""
    hosts, users = set(), set()
    for i in found["intrusions"] + found["leads"]:
        hosts |= {h.split(".")[0] for h in i["hosts"] if not re.fullmatch(r"[\d.]+", h)}
        users |= {u.split("\\")[-1].split("@")[0] for u in i["users"]}
    plain = re.compile(r"[A-Za-z][A-Za-z0-9._-]{2,}")
    users = {u for u in users if plain.fullmatch(u) and u.lower() not in KNOWN_USERS}
    hosts = {h for h in hosts if plain.fullmatch(h) and h.lower() not in KNOWN_USERS}
    words = replay.WORDS
    out = {h: f"{words[n % len(words)]}{n}" for n, h in enumerate(sorted(hosts, key=str.lower))}
    return out | {u: f"{words[n % len(words)].lower()}.{n}" for n, u in enumerate(sorted(users - hosts, key=str.lower))}


class Altered:
    """Hunts the sets of `variants` (variants.Variants) altered; prints a line each, gathers what the goals ask."""

    def __init__(self, variants):
        self.v, self.sets, self.counts, self.counter = variants, variants.sets, {}, 0

    def folder(self):
        self.counter += 1
        return self.v.scratch / f"altered-{self.counter}"

    def hunt(self, inputs, options, site=""):
        return self.v.hunt(inputs, options + self.v.priors(f"altered{self.counter}", site), self.v.rules)

    def place(self, one, result, number):
        """(rank or None, furthest, steps, is the first lead) of an attack in a result."""
        labels = {d["id"]: one.label(d) for d in result["detections"]}
        labels = {k: v for k, v in labels.items() if v is not truth.UNKNOWN}
        found = result["found"]
        own = [i for i in found["intrusions"] if any(labels.get(d) == number for d in judging.members(i))]
        lead = any(labels.get(d) == number for x in found["leads"][:1] for d in x["detections"])
        return (own[0]["rank"], own[0]["furthest_stage"], len(own[0]["steps"]), lead) if own else (None, None, 0, lead)

    def count(self, what, good, words):
        right, of = self.counts.get(what, (0, 0))
        self.counts[what] = (right + bool(good), of + 1)
        print(f"  {what:22} {words}", flush=True)

    def one_set(self, one):
        data, scratch = self.v.data, self.folder()
        scratch.mkdir()
        inputs = one.inputs(data, scratch)
        plain = self.hunt(inputs, one.options, one.site)
        for number, attack in enumerate(one.attacks):
            was = self.place(one, plain, number)
            if attack.stages:
                rank, end, steps, lead = self.place(one, self.hunt(*without_a_past(one, attack, data, self.folder()),
                                                                   one.site), number)
                self.count("one host, no past", rank == 1 or (rank == was[0] and rank is not None),
                           f"{one.name} {number + 1}: rank {rank}{' (first lead)' if not rank and lead else ''}, {end}, "
                           f"{steps} steps; with a past rank {was[0]}, {was[1]}, {was[2]} steps")
        calm = quiet(one, data, self.folder())
        if calm:
            rank, end, steps, lead = self.place(one, self.hunt(*calm, one.site), 0)
            self.count("quiet", rank == 1 or (not rank and lead),
                       f"{one.name}: rank {rank}{', first lead' if not rank and lead else ''}, {end}, {steps} steps")
        result = self.hunt([*inputs, data / "evtx-rs/samples"], one.options, one.site)
        rank, _, _, lead = self.place(one, result, 0)
        self.count("among other hosts", rank == 1, f"{one.name} in {result['found']['exposure']['hosts']} hosts: rank {rank}"
                   f"{', first lead' if not rank and lead else ''}; reports {len(result['found']['intrusions'])}")
        self.same(one, inputs, plain)

    def same(self, one, inputs, plain):
        names = names_in(plain["found"])
        other = self.hunt(write(inputs, self.folder(), rename(names)), one.options, one.site)
        again = self.hunt(write(inputs, self.folder(), lambda _, data: data), one.options, one.site)
        epoch = replay.instant("2020-01-01T00:00:00Z")
        words = replay.differences(replay.story(again["found"], epoch), replay.story(other["found"], epoch))
        self.count("renamed", not words, f"{one.name}: {len(names)} names: {words or 'the same'}")

    def pairs(self):
        by_name = {s.name: s for s in self.sets}
        for names in PAIRS:
            if not set(names) <= set(by_name):
                continue
            both, inputs = [by_name[name] for name in names], []
            for one in both:
                scratch = self.folder()
                scratch.mkdir()
                inputs += one.inputs(self.v.data, scratch)
            found = self.hunt(inputs, [])["found"]["intrusions"]
            hosts = [{h.lower() if h.replace(".", "").isdigit() else h.lower().split(".")[0] for h in i["hosts"]}
                     for i in found]
            wanted = [{h.lower() for name in one.attacks[0].hosts for h in name.split("|")} for one in both]
            apart = len(found) >= 2 and not any(all(h & w for w in wanted) for h in hosts)
            self.count("two in one folder", apart, f"{' and '.join(names)}: {len(found)} intrusions on "
                       f"{[sorted(h) for h in hosts]}")

    def run(self):
        """The goals, as goals.Goal."""
        print("\ninput altered")
        for one in self.sets:
            self.one_set(one)
        self.pairs()
        return [goals.Goal(f"{what}: share right", 1, right / of, of=f"{of} hunts")
                for what, (right, of) in self.counts.items()]
