#!/usr/bin/env python3
"""table.py BUILD [ROW...]: the goals of this project's speed, one row each, measured now.

BUILD is the folder of the preset `bench`. End-to-end rows are the command itself, run three times, of which the median
counts; what one file holds many times over is many names of it (hard links). Rows of one thread are judged by the time
of the processor, user and system: on a quiet machine that is the time on the wall, on a busy one the wall says nothing.
ROWs are words of their first column.
Everything is written below the temporary folder (TMPDIR) and removed at the end.
"""
import json
import os
import pathlib
import statistics
import subprocess
import sys
import tempfile

RUNS = 3
MB = 1e6
RULES = ("rules", "rules-emerging-threats", "rules-threat-hunting", "rules-compliance", "rules-placeholder")
ROOT = pathlib.Path(__file__).resolve().parents[1]


def rule_flags():
    pack = pathlib.Path(os.environ.get("INTERDICT_DATA", ROOT / ".." / "shared" / "data"))
    return [flag for name in RULES if (pack / "sigma" / name).is_dir() for flag in ("--rules", str(pack / "sigma" / name))]


def run(command, environment):
    """(seconds, seconds of processor, peak in bytes) of a command, whose output goes nowhere."""
    started = os.times().elapsed
    with open(os.devnull, "wb") as nowhere:
        child = subprocess.Popen(command, stdout=nowhere, stderr=nowhere, env=environment)
        _, status, usage = os.wait4(child.pid, 0)
        child.returncode = os.waitstatus_to_exitcode(status)
    if child.returncode not in (0, 3, 4):
        sys.exit(f"table.py: {' '.join(command)}: exit status {child.returncode}")
    return os.times().elapsed - started, usage.ru_utime + usage.ru_stime, usage.ru_maxrss * 1024


def median_run(command, environment, runs=RUNS):
    return [statistics.median(column) for column in zip(*(run(command, environment) for _ in range(runs)))]


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


def google_benchmark(program, pattern):
    """Name → median of a benchmark program's runs: seconds, and rates a second."""
    done = subprocess.run([program, f"--benchmark_filter={pattern}", "--benchmark_format=json"],
                          check=True, capture_output=True, text=True)
    text = done.stdout[done.stdout.index("{\n"):]
    rows = json.loads(text)["benchmarks"]
    medians = [row for row in rows if row.get("aggregate_name") == "median"]
    out = {}
    for row in medians or rows:
        if row.get("aggregate_name", "median") == "median":
            name = row["run_name"].split("/")[0]
            scale = {"ms": 1e-3, "us": 1e-6, "ns": 1e-9, "s": 1}[row["time_unit"]]
            out[name] = {"s": row["real_time"] * scale, "busy": row["cpu_time"] * scale, "bytes": row.get("bytes_per_second", 0),
                         "items": row.get("items_per_second", 0)}
    return out


class Table:
    def __init__(self, wanted):
        self.wanted = wanted
        print(f"load of the machine before: {os.getloadavg()[0]:.1f} on {os.cpu_count()} processors", file=sys.stderr)
        print("| what | figure | must | aim | met |\n|---|---|---|---|---|")

    def wants(self, *words):
        return not self.wanted or any(word in self.wanted for word in words)

    def row(self, what, figure, must="", aim="", met=None):
        said = "" if met is None else ("yes" if met else "**no**")
        print(f"| {what} | {figure} | {must} | {aim} | {said} |", flush=True)


def limits(table, build):
    for name, rate in google_benchmark(build / "bench/bench_limits", "limit_").items():
        table.row(f"limit: {name.removeprefix('limit_')}", f"{rate['bytes'] / MB:,.0f} MB/s")


def rules(table, build):
    found = google_benchmark(build / "bench/bench_detect", "load_rules")
    table.row("rule load, cold", f"{found['load_rules']['s'] * 1e3:,.0f} ms", "1,500 ms", "700 ms",
              found["load_rules"]["s"] <= 1.5)
    cached = found["load_rules_cached"]["busy"]  # one thread
    table.row("rule load, cached", f"{cached * 1e3:,.0f} ms", "150 ms", "50 ms", cached <= 0.15)
    return cached


def correlation(table, build):
    found = google_benchmark(build / "bench/bench_correlation_rules", ".")
    for kind, must, aim in (("event_count", 1e6, 3e6), ("value_count", 5e5, 1e6)):
        rate = next(value["items"] for name, value in found.items() if kind in name)
        table.row(kind, f"{rate:,.0f} events/s", f"{must:,.0f}", f"{aim:,.0f}", rate >= must)


def main():
    build = pathlib.Path(sys.argv[1]).resolve()
    table = Table(sys.argv[2:])
    with tempfile.TemporaryDirectory(prefix="interdict-bench-") as name:
        folder = pathlib.Path(name)
        environment = {**os.environ, "XDG_CACHE_HOME": str(folder / "cache")}
        written = subprocess.run([build / "bench/write_corpus", folder], check=True, capture_output=True, text=True)
        corpora = {row["format"]: row for row in map(json.loads, written.stdout.splitlines())}
        for row in corpora.values():
            print(f"input: {row['format']}: {row['name']}, {row['files']} files, {row['bytes']:,} bytes, "
                  f"{row['events']:,} events, xxh64 {row['xxh64']}", file=sys.stderr)

        def detect(path, jobs, runs=RUNS):
            return median_run([str(build / "interdict"), "detect", str(path), *rule_flags(), "--jobs", str(jobs)],
                              environment, runs)

        detect(next((folder / "access-log").iterdir()), 1, 1)  # the rules are in the cache from here on
        load = rules(table, build) if table.wants("rules", "ndjson") else 0
        if table.wants("limits"):
            limits(table, build)
        if table.wants("correlation"):
            correlation(table, build)
        if table.wants("ndjson") and "ndjson" in corpora:
            size, events = corpora["ndjson"]["bytes"], corpora["ndjson"]["events"]
            one, busy, _ = detect(folder / "ndjson", 1)
            table.row("NDJSON → detections, one thread; rules from the cache, SHA-256 of the input in the time",
                      f"{events / busy:,.0f} events/s, {size / busy / MB:,.0f} MB/s ({busy:.2f} s; wall {one:.2f} s)",
                      "150,000", "400,000", events / busy >= 150e3)
            hashing = size / google_benchmark(build / "bench/bench_limits", "limit_sha256")["limit_sha256"]["bytes"]
            rest = busy - load - hashing
            table.row(f"the same less loading ({load:.2f} s) and SHA-256 ({hashing:.2f} s), both measured alone",
                      f"{events / rest:,.0f} events/s", "150,000", "400,000", events / rest >= 150e3)
            two = detect(folder / "ndjson", 2)[0]
            table.row("two threads against one", f"{one / two:.2f}×", "1.8×", "1.95×", one / two >= 1.8)
            joined(folder / "ndjson", folder / "one.json")
            one, two = detect(folder / "one.json", 1)[0], detect(folder / "one.json", 2)[0]
            table.row("the same, all in one file", f"{one / two:.2f}×", "1.8×", "1.95×", one / two >= 1.8)
            (folder / "one.json").unlink()
        for what, name, wanted, must, aim in (("EVTX → detections", "evtx", 2 * 10**9, 200, 500),
                                              ("Zeek conn → detections", "zeek", 10**9, 300, 1000),
                                              ("access log → detections", "access-log", 10**9, 300, 1000)):
            if table.wants(name) and name in corpora:
                times = repeated(folder / name, folder / f"many-{name}", wanted)
                size = times * corpora[name]["bytes"]
                wall, busy, _ = detect(folder / f"many-{name}", 1)
                rate = size / busy / MB
                table.row(f"{what}, one thread, {size / 1e9:.2f} GB", f"{rate:,.0f} MB/s ({busy:.2f} s; wall {wall:.2f} s)",
                          must, f"{aim:,}", rate >= must)
        if table.wants("memory") and "ndjson" in corpora:
            times = repeated(folder / "ndjson", folder / "memory", 5 * 10**9)
            size = times * corpora["ndjson"]["bytes"]
            for jobs in (1, 2):
                seconds, _, peak = detect(folder / "memory", jobs, 1)
                table.row(f"peak memory, {size / 1e9:.2f} GB of NDJSON, {jobs} thread{'s' * (jobs > 1)} ({seconds:.0f} s)",
                          f"{peak / MB:,.0f} MB", "300 MB", "150 MB", peak <= 300e6)


main()
