#!/usr/bin/env python3
"""Says of a finished ctest run what was left out and why, and closes with one line of counts.

usage: test_summary.py JUNIT_XML
Fails when a test failed or when none ran.
"""
import re
import sys
import xml.etree.ElementTree as tree


def reason_of(case):
    """GoogleTest prints the reason after 'FILE:LINE: Skipped'; a script prints it as its last line."""
    text = case.findtext("system-out") or ""
    told = re.search(r": Skipped\n(.+)", text)
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    return told.group(1).strip() if told else lines[-1] if lines else "no reason given"


def left_out(case):
    """A program that was not built is "notrun" too, but no choice of the test's own."""
    told = case.find("skipped")
    return case.get("status") == "disabled" or (told is not None and told.get("message", "").startswith("SKIP_"))


def main():
    cases = tree.parse(sys.argv[1]).getroot().findall("testcase")
    skipped = [c for c in cases if left_out(c)]
    failed = [c for c in cases if c.get("status") != "run" and not left_out(c)]
    by_reason = {}
    for case in skipped:
        by_reason.setdefault(reason_of(case), []).append(case.get("name"))
    for reason, names in sorted(by_reason.items()):
        print(f"left out, {reason}: {', '.join(sorted(names))}")
    for case in failed:
        print(f"failed: {case.get('name')}")
    print(f"{len(cases) - len(failed) - len(skipped)} passed, {len(failed)} failed, {len(skipped)} skipped")
    if len(cases) == len(skipped):
        print("test_summary: no test ran", file=sys.stderr)
    return bool(failed) or len(cases) == len(skipped)


if __name__ == "__main__":
    sys.exit(main())
