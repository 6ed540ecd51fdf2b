#!/usr/bin/env python3
"""table.py BUILD [ROW...] [--seconds N]: the goals of this project's speed, one row each, measured now.

BUILD is the folder of the preset `bench`. End-to-end rows are the command itself, run up to three times, of which the
median counts; what one file holds many times over is many names of it (hard links). Rows of one thread are judged by
the time of the processor, user and system: on a quiet machine that is the time on the wall, on a busy one the wall says
nothing. In all of them the SHA-256 of the input, which the ledger holds, is in the time. ROWs are words of their first
column. No row takes more than N seconds (600): runs that find no time are left out, and said so; a run that would
take longer is ended, and its row tells so and why. Each row says the load of the machine at its end.
Everything is written below the temporary folder (TMPDIR) and removed at the end. Exit status: 1 if a row failed.
"""
import argparse
import json
import os
import pathlib
import statistics
import subprocess
import sys
import tempfile
import threading
import time

RUNS = 3
MB = 1e6
RULES = ("rules", "rules-emerging-threats", "rules-threat-hunting", "rules-compliance", "rules-placeholder")
ROOT = pathlib.Path(__file__).resolve().parents[1]


class Failed(Exception):
    """A row that has no figure, and why."""


class Deadline:
    """What is left of a row's time."""

    def __init__(self, seconds):
        self.seconds = seconds
        self.end = time.monotonic() + seconds

    def left(self):
        left = self.end - time.monotonic()
        if left <= 0:
            raise Failed(f"took more than {self.seconds} s")
        return left


def rule_flags():
    pack = pathlib.Path(os.environ.get("INTERDICT_DATA", ROOT / ".." / "shared" / "data"))
    return [flag for name in RULES if (pack / "sigma" / name).is_dir() for flag in ("--rules", str(pack / "sigma" / name))]


def run(command, environment, deadline):
    """(seconds, seconds of processor, peak in bytes) of a command, whose output goes nowhere."""
    left = deadline.left()
    started = os.times().elapsed
    with tempfile.TemporaryFile() as words:
        child = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=words, env=environment)
        ended = threading.Event()
        timer = threading.Timer(left, lambda: (ended.set(), child.kill()))
        timer.start()
        _, status, usage = os.wait4(child.pid, 0)
        timer.cancel()
        child.returncode = os.waitstatus_to_exitcode(status)
        if ended.is_set():
            raise Failed(f"a run was ended: the row took more than {deadline.seconds} s")
        if child.returncode not in (0, 3, 4):
            words.seek(0)
            last = words.read().decode(errors="replace").strip().rpartition("\n")[2][:200]
            raise Failed(f"exit status {child.returncode} of {' '.join(command[:3])} …: {last}")
    return os.times().elapsed - started, usage.ru_utime + usage.ru_stime, usage.ru_maxrss * 1024


def median_run(command, environment, deadline, runs=RUNS):
    """The medians of as many runs as there is time for, and how many that were."""
    done = []
    while len(done) < runs and (not done or deadline.left() > 1.5 * done[-1][0]):
        done.append(run(command, environment, deadline))
    return [statistics.median(column) for column in zip(*done)] + [len(done)]


def repeated(folder, target, wanted):
    """`target` with the files of `folder` over and over, up to `wanted` bytes; the factor."""
    files = sorted(folder.iterdir())
    size = sum(file.stat().st_size for file in files)
    times = max(1, -(-wanted // size))
    for time in range(times):
        (target / str(time)).mkdir(parents=True)
        for file in files:
            os.link(file, target / str(time) / file.name)
    return times


def joined(folder, target):
    """All files of a folder as one."""
    with open(target, "wb") as out:
        for file in sorted(folder.iterdir()):
            data = file.read_bytes()
            out.write(data if data.endswith(b"\n") else data + b"\n")


def google_benchmark(program, pattern, deadline):
    """Name → median of a benchmark program's runs: seconds, and rates a second."""
    try:
        done = subprocess.run([program, f"--benchmark_filter={pattern}", "--benchmark_format=json"],
                              check=True, capture_output=True, text=True, timeout=deadline.left())
        rows = json.loads(done.stdout[done.stdout.index("{\n"):])["benchmarks"]
    except (subprocess.SubprocessError, OSError, ValueError) as error:
        raise Failed(f"{program.name}: {str(error)[:200]}") from error
    medians = [row for row in rows if row.get("aggregate_name") == "median"]
    out = {}
    for row in medians or rows:
        if row.get("aggregate_name", "median") == "median":
            name = row["run_name"].split("/")[0]
            scale = {"ms": 1e-3, "us": 1e-6, "ns": 1e-9, "s": 1}[row["time_unit"]]
            out[name] = {"s": row["real_time"] * scale, "busy": row["cpu_time"] * scale, "bytes": row.get("bytes_per_second", 0),
                         "items": row.get("items_per_second", 0)}
    if not out:
        raise Failed(f"{program.name} measured nothing that is named {pattern}")
    return out


class Table:
    def __init__(self, wanted, seconds):
        self.wanted = wanted
        self.seconds = seconds
        self.failed = 0
        print(f"load of the machine before: {os.getloadavg()[0]:.1f} on {os.cpu_count()} processors", file=sys.stderr)
        print("| what | figure | must | aim | met | load |\n|---|---|---|---|---|---|")

    def row(self, what, figure, must="", aim="", met=None):
        said = "" if met is None else ("yes" if met else "**no**")
        print(f"| {what} | {figure} | {must} | {aim} | {said} | {os.getloadavg()[0]:.1f} |", flush=True)

    def measure(self, name, rows, *arguments):
        """What `rows` returns, having written its own; if it fails, a row that says so, and None."""
        if self.wanted and name not in self.wanted:
            return None
        started = time.monotonic()
        try:
            return rows(self, Deadline(self.seconds), *arguments)
        except Failed as why:
            self.failed += 1
            self.row(name, f"not measured: {why}")
            return None
        finally:
            print(f"{name}: {time.monotonic() - started:.0f} s", file=sys.stderr)


def runs_said(runs):
    return "" if runs == RUNS else f"; {runs} run{'s' * (runs > 1)}"


def limits(table, deadline, build):
    for name, rate in google_benchmark(build / "bench/bench_limits", "limit_", deadline).items():
        table.row(f"limit: {name.removeprefix('limit_')}", f"{rate['bytes'] / MB:,.0f} MB/s")


def rules(table, deadline, build):
    found = google_benchmark(build / "bench/bench_detect", "load_rules", deadline)
    table.row("rule load, cold", f"{found['load_rules']['s'] * 1e3:,.0f} ms", "1,500 ms", "700 ms",
              found["load_rules"]["s"] <= 1.5)
    cached = found["load_rules_cached"]["busy"]  # one thread
    table.row("rule load, cached", f"{cached * 1e3:,.0f} ms", "150 ms", "50 ms", cached <= 0.15)


def correlation(table, deadline, build):
    found = google_benchmark(build / "bench/bench_correlation_rules", ".", deadline)
    for kind, must, aim in (("event_count", 1e6, 3e6), ("value_count", 5e5, 1e6)):
        rate = next(value["items"] for name, value in found.items() if kind in name)
        table.row(kind, f"{rate:,.0f} events/s", f"{must:,.0f}", f"{aim:,.0f}", rate >= must)


class EndToEnd:
    """Rows of the command itself, on the corpora below `folder`."""

    def __init__(self, build, folder):
        self.build = build
        self.folder = folder
        self.environment = {**os.environ, "XDG_CACHE_HOME": str(folder / "cache")}
        written = subprocess.run([build / "bench/write_corpus", folder], check=True, capture_output=True, text=True)
        self.corpora = {row["format"]: row for row in map(json.loads, written.stdout.splitlines())}
        for row in self.corpora.values():
            print(f"input: {row['format']}: {row['name']}, {row['files']} files, {row['bytes']:,} bytes, "
                  f"{row['events']:,} events, xxh64 {row['xxh64']}", file=sys.stderr)

    def corpus(self, name):
        if name not in self.corpora:
            raise Failed("the data pack is not there (INTERDICT_DATA)")
        return self.corpora[name]

    def detect(self, deadline, path, jobs, runs=RUNS):
        command = [str(self.build / "interdict"), "detect", str(path), *rule_flags(), "--jobs", str(jobs)]
        return median_run(command, self.environment, deadline, runs)

    def warm(self, _table, deadline):
        """The rules are in the cache from here on."""
        self.detect(deadline, next((self.folder / "access-log").iterdir()), 1, 1)

    def ndjson(self, table, deadline):
        corpus = self.corpus("ndjson")
        size, events = corpus["bytes"], corpus["events"]
        wall, busy, _, runs = self.detect(deadline, self.folder / "ndjson", 1)
        table.row("NDJSON → detections, one thread; rules from the cache, SHA-256 of the input in the time",
                  f"{events / busy:,.0f} events/s, {size / busy / MB:,.0f} MB/s ({busy:.2f} s; wall {wall:.2f} s{runs_said(runs)})",
                  "150,000", "400,000", events / busy >= 150e3)
        load = google_benchmark(self.build / "bench/bench_detect", "load_rules_cached", deadline)["load_rules_cached"]["busy"]
        rate = google_benchmark(self.build / "bench/bench_limits", "limit_sha256", deadline)["limit_sha256"]["bytes"]
        hashing = size / rate
        rest = busy - load - hashing
        table.row(f"the same less loading ({load:.2f} s) and SHA-256 ({hashing:.2f} s), both measured alone",
                  f"{events / rest:,.0f} events/s", "150,000", "400,000", events / rest >= 150e3)

    def threads(self, table, deadline):
        """By the wall, one thread and two in turns: on a busy machine it says little."""
        self.corpus("ndjson")
        one_file = self.folder / "one.json"
        joined(self.folder / "ndjson", one_file)
        for what, path in (("two threads against one", self.folder / "ndjson"), ("the same, all in one file", one_file)):
            pairs = []
            while len(pairs) < RUNS and (not pairs or deadline.left() > 3 * pairs[-1][0]):
                pairs.append([self.detect(deadline, path, jobs, 1)[0] for jobs in (1, 2)])
            gain = statistics.median(one / two for one, two in pairs)
            table.row(what, f"{gain:.2f}×{runs_said(len(pairs))}", "1.8×", "1.95×", gain >= 1.8)
        one_file.unlink()

    def repeated(self, table, deadline, what, name, wanted, must, aim):
        corpus = self.corpus(name)
        times = repeated(self.folder / name, self.folder / f"many-{name}", wanted)
        size = times * corpus["bytes"]
        wall, busy, _, runs = self.detect(deadline, self.folder / f"many-{name}", 1)
        rate = size / busy / MB
        table.row(f"{what}, one thread, {size / 1e9:.2f} GB",
                  f"{rate:,.0f} MB/s ({busy:.2f} s; wall {wall:.2f} s{runs_said(runs)})", must, f"{aim:,}", rate >= must)

    def memory(self, table, deadline):
        times = repeated(self.folder / "ndjson", self.folder / "memory", 5 * 10**9)
        size = times * self.corpus("ndjson")["bytes"]
        for jobs in (1, 2):
            seconds, _, peak, _ = self.detect(deadline, self.folder / "memory", jobs, 1)
            table.row(f"peak memory, {size / 1e9:.2f} GB of NDJSON, {jobs} thread{'s' * (jobs > 1)} ({seconds:.0f} s)",
                      f"{peak / MB:,.0f} MB", "300 MB", "150 MB", peak <= 300e6)


def main():
    options = argparse.ArgumentParser(usage=__doc__)
    options.add_argument("build", type=pathlib.Path)
    options.add_argument("rows", nargs="*")
    options.add_argument("--seconds", type=int, default=600)
    given = options.parse_args()
    build = given.build.resolve()
    table = Table(given.rows, given.seconds)
    with tempfile.TemporaryDirectory(prefix="interdict-bench-") as name:
        ends = EndToEnd(build, pathlib.Path(name))
        ends.warm(table, Deadline(given.seconds))
        table.measure("rules", rules, build)
        table.measure("limits", limits, build)
        table.measure("correlation", correlation, build)
        table.measure("ndjson", ends.ndjson)
        table.measure("threads", ends.threads)
        table.measure("evtx", ends.repeated, "EVTX → detections", "evtx", 2 * 10**9, 200, 500)
        table.measure("zeek", ends.repeated, "Zeek conn → detections", "zeek", 250 * 10**6, 300, 1000)
        table.measure("access-log", ends.repeated, "access log → detections", "access-log", 250 * 10**6, 300, 1000)
        table.measure("memory", ends.memory)
    print(f"load of the machine after: {os.getloadavg()[0]:.1f}", file=sys.stderr)
    return 1 if table.failed else 0


sys.exit(main())
