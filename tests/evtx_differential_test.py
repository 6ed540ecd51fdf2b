#!/usr/bin/env python3
"""The values of our EVTX decoder against those of an independent reader, libevtx's evtxexport.

usage: evtx_differential_test.py INTERDICT_BINARY SOURCE_DIR [unittest arguments]
It prints the figures of docs/formats/evtx.md.

Not compared: what XML cannot hold (control characters), records whose EventRecordID a file has twice, and
files that libevtx cannot read (forwarded records without templates): those are counted.
"""
import collections
import json
import re
import shutil
import subprocess
import sys
import xml.etree.ElementTree as xml

from support import SKIPPED, BinaryTest, data_main

DATA = None
LEAST_RECORDS = 8_000
CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ufffe\uffff]")
HEX = re.compile(r"^0x0*([0-9a-f]+)$", re.I)
STAMP = re.compile(r"^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:\.(\d+))?Z$")


def plain(value):
    """One spelling for what both mean: no leading zeros in hexadecimal, no trailing ones in a second."""
    text = {True: "true", False: "false"}.get(value, value) if isinstance(value, bool) else str(value)
    text = CONTROL.sub("", text.replace("\r\n", "\n").replace("\r", "\n")).strip()
    if match := HEX.match(text):
        return "0x" + match.group(1).lower()
    if match := STAMP.match(text):
        fraction = (match.group(2) or "")[:6].rstrip("0")
        return match.group(1) + ("." + fraction if fraction else "")
    return text


def local(tag):
    return tag.rsplit("}", 1)[-1]


def leaves(element, prefix, out):
    for child in element:
        named = child.get("Name") if local(child.tag) in ("Data", "ComplexData") else None
        name = named or (prefix + "_" if prefix else "") + local(child.tag)
        for key, value in child.attrib.items():
            if not (named and key == "Name"):
                out[f"{name}_{local(key)}"].append(value)
        if len(child):
            leaves(child, "" if named else name, out)
        else:
            out[name].append(child.text or "")


def theirs(path):
    """EventRecordID → name → values, as evtxexport shows them; nothing where it cannot."""
    done = subprocess.run(["evtxexport", "-f", "xml", str(path)], capture_output=True, timeout=300)
    records = collections.defaultdict(list)
    for text in re.findall(r"<Event [\s\S]*?</Event>", done.stdout.decode("utf-8", "replace")):
        try:
            event = xml.fromstring(CONTROL.sub("", text))
        except xml.ParseError:
            continue
        fields = collections.defaultdict(list)
        for part in event:
            if local(part.tag) == "System":
                leaves(part, "", fields)
            elif local(part.tag) == "EventData":
                leaves(part, "", fields)
            elif local(part.tag) == "UserData":
                for inner in part:
                    leaves(inner, "", fields)
        records[fields["EventRecordID"][0]].append(fields)
    return records


def as_sigma_names_it(mine, name, count):
    """Our values of what the record calls `name`: content/taxonomy/windows.yml renames these, and no other."""
    if name == "Data" and count > 1:  # several without a name are numbered, and joined under the name
        return [mine.get(f"Data[{n}]") for n in range(1, count + 1)]
    if name == "ProcessId" and mine.get("EventID") == 4688:  # there it is the creator's
        name = "ParentProcessId"
    got = mine.get(name, mine.get(name.replace(" ", ""), []))
    got = got if isinstance(got, list) else [got]
    if name == "Channel" and count > 1:  # 104 names the cleared log, beside the channel of its own
        got = got + [mine.get("EventData_Channel")]
    return got


class Tally:
    def __init__(self):
        self.files = self.unread = self.records = self.repeats = self.fields = 0
        self.differences = []

    def compare(self, path, ours):
        """`ours`: EventRecordID → fields of each record of this file."""
        read = theirs(path)
        self.files += 1
        self.unread += not read
        for number, found in read.items():
            if len(found) > 1 or len(ours.get(number, [])) > 1:
                self.repeats += 1
                continue
            if number not in ours:
                self.differences.append((path.name, number, "record", "there", "missing"))
                continue
            self.records += 1
            mine = ours[number][0]
            for name, values in found[0].items():
                got = as_sigma_names_it(mine, name, len(values))
                wanted = [plain(v) for v in values]
                self.fields += 1
                if [v for v in wanted if v] != [plain(v) for v in got if v is not None and plain(v)]:
                    self.differences.append((path.name, number, name, wanted, got))

    def words(self):
        return (f"{self.files} files, of which {self.unread} only we read; {self.records} records and "
                f"{self.fields} fields compared, {self.repeats} repeated ids left out, "
                f"{len(self.differences)} differences")


def compare(test, files, root):
    tally = Tally()
    decoded = collections.defaultdict(lambda: collections.defaultdict(list))
    out = root / "decoded.jsonl"
    done = test.run_it("decode", DATA / "evtx-to-mitre", "--out", out, timeout=900)
    test.assertIn(done.returncode, (0, 3), done.stderr[-2000:])
    with open(out) as lines:
        for line in lines:
            row = json.loads(line)
            decoded[row["event"]["file"]][str(row["fields"].get("EventRecordID"))].append(row["fields"])
    for path in files:
        tally.compare(path, decoded[path.relative_to(DATA / "evtx-to-mitre").as_posix()])
    return tally


class Differential(BinaryTest):
    def test_values_equal_an_independent_readers(self):
        tally = compare(self, sorted((DATA / "evtx-to-mitre").rglob("*.evtx")), self.root)
        print(tally.words())
        self.assertGreaterEqual(tally.records, LEAST_RECORDS)
        self.assertEqual(tally.differences[:20], [], tally.words())


if __name__ == "__main__":
    if shutil.which("evtxexport") is None:
        print("skipped: evtxexport is not installed (Debian: libevtx-utils)")
        sys.exit(SKIPPED)
    data_main(globals())
