#!/usr/bin/env python3
"""Bad input, one test a kind: plain words with the place, the contract's exit status, nothing lost in silence.

usage: bad_input_test.py INTERDICT_BINARY [unittest arguments]
"""
import gzip
import io
import json
import os
import resource
import signal
import socket
import struct
import subprocess
import tarfile
import zipfile
import zlib

from support import BinaryTest, log_lines, main

NOBODY = 65534


def without_root():
    """In the child: root may read everything, so it becomes nobody."""
    if os.getuid() == 0:
        os.setgroups([])
        os.setgid(NOBODY)
        os.setuid(NOBODY)


class Chunk:
    """Writes one EVTX chunk of records without templates, as forwarded events are written."""

    def __init__(self):
        self.bytes = bytearray(512)
        self.names = {}
        self.last = 0

    def name(self, text):
        known = self.names.get(text)
        self.bytes += struct.pack("<I", known or len(self.bytes) + 4)
        if known is None:
            self.names[text] = len(self.bytes)
            self.bytes += struct.pack("<IHH", 0, 0, len(text)) + text.encode("utf-16-le") + b"\0\0"

    def text(self, text):
        self.bytes += b"\x05\x01" + struct.pack("<H", len(text)) + text.encode("utf-16-le")

    def element(self, tag, content="", **attributes):
        """`content` is a text, or a list of (tag, content, attributes)."""
        self.bytes += (b"\x41" if attributes else b"\x01") + b"\0\0\0\0"
        self.name(tag)
        if attributes:
            self.bytes += b"\0\0\0\0"
        for key, value in attributes.items():
            self.bytes += b"\x46"
            self.name(key)
            self.text(value)
        self.bytes += b"\x02"
        if isinstance(content, str):
            self.text(content)
        else:
            for child_tag, child, child_attributes in content:
                self.element(child_tag, child, **child_attributes)
        self.bytes += b"\x04"

    def record(self, number, system, data):
        at = self.last = len(self.bytes)
        self.bytes += struct.pack("<IIQQ", 0x2A2A, 0, number, 133_000_000_000_000_000) + b"\x0f\x01\x01\0"
        self.element("Event", [("System", system, {}), ("EventData", data, {})])
        self.bytes += b"\0"
        while len(self.bytes) % 8 != 4:
            self.bytes += b"\0"
        size = len(self.bytes) + 4 - at
        self.bytes += struct.pack("<I", size)
        struct.pack_into("<I", self.bytes, at + 4, size)

    def file(self, records):
        """The whole file, and where its records end."""
        end = len(self.bytes)
        chunk = self.bytes + bytes(65536 - end)
        struct.pack_into("<8sQQQQIIII", chunk, 0, b"ElfChnk\0", 1, records, 1, records, 128, self.last, end,
                         zlib.crc32(bytes(chunk[512:end])))
        struct.pack_into("<I", chunk, 124, zlib.crc32(bytes(chunk[:120]) + bytes(chunk[128:512])))
        head = bytearray(4096)
        struct.pack_into("<8sQQQIHHHH", head, 0, b"ElfFile\0", 0, 0, records + 1, 128, 1, 3, 4096, 1)
        struct.pack_into("<I", head, 124, zlib.crc32(bytes(head[:120])))
        return bytes(head + chunk), 4096 + end


def small_evtx(records=3):
    chunk = Chunk()
    for number in range(1, records + 1):
        system = [("Provider", "", {"Name": "Microsoft-Windows-Sysmon"}), ("EventID", "1", {}),
                  ("TimeCreated", "", {"SystemTime": f"2026-01-05T10:00:0{number}.000Z"}),
                  ("EventRecordID", str(number), {}),
                  ("Channel", "Microsoft-Windows-Sysmon/Operational", {}), ("Computer", "ws01.example.test", {})]
        chunk.record(number, system, [("Data", f"C:\\Windows\\{number}.exe", {"Name": "Image"})])
    return chunk.file(records)


class BadInput(BinaryTest):
    def good(self, name="logs/good.json"):
        return self.write(name, "\n".join(log_lines()) + "\n")

    def reason_of(self, name):
        return {reason: entry for (path, reason), entry in self.skipped().items() if path == name}

    def test_an_empty_folder_is_status_1(self):
        (self.root / "empty/below").mkdir(parents=True)
        done = self.hunt("empty")
        self.assertEqual(done.returncode, 1, done.stderr)
        self.assertIn("empty: no file in this folder", done.stderr)
        self.assertFalse((self.root / "out").exists())

    def test_an_empty_folder_beside_a_good_file_is_status_3(self):
        (self.root / "empty").mkdir()
        done = self.hunt("empty", self.good())
        self.assertEqual(done.returncode, 3, done.stderr)
        self.assertIn("empty", done.stderr)
        self.assertIn("unreadable", self.reason_of("empty"))

    def test_a_missing_path_is_status_1_and_named(self):
        done = self.hunt("no/such.evtx")
        self.assertEqual(done.returncode, 1, done.stderr)
        self.assertIn("no/such.evtx: No such file or directory", done.stderr)

    def test_a_missing_path_beside_a_good_file_is_status_3(self):
        done = self.hunt("no/such.evtx", self.good())
        self.assertEqual(done.returncode, 3, done.stderr)
        self.assertIn("no/such.evtx: unreadable (No such file or directory)", done.stderr)
        self.assertEqual(self.reason_of("no/such.evtx")["unreadable"]["why"], "No such file or directory")
        self.assertEqual(sum(row["events"] for row in self.ledger()["inputs"]), 3)

    def test_a_file_without_permission_alone_is_status_1(self):
        self.root.chmod(0o755)
        secret = self.good("logs/secret.json")
        secret.chmod(0)
        (self.root / "work").mkdir()
        (self.root / "work").chmod(0o777)
        for command in (("hunt", secret, "--out", "out"), ("detect", secret), ("decode", secret)):
            done = self.run_it(*command, cwd=self.root / "work", preexec_fn=without_root)
            self.assertEqual(done.returncode, 1, done.stderr)
            self.assertIn("secret.json", done.stderr)
            self.assertIn("Permission denied", done.stderr)
            self.assertEqual(done.stdout, "")

    def test_a_file_without_permission_beside_a_good_one_is_status_3(self):
        self.root.chmod(0o755)
        self.good()
        self.good("logs/secret.json").chmod(0)
        (self.root / "work").mkdir()
        (self.root / "work").chmod(0o777)
        done = self.run_it("hunt", self.root / "logs", "--out", "result", cwd=self.root / "work",
                           preexec_fn=without_root)
        self.assertEqual(done.returncode, 3, done.stderr)
        self.assertIn("secret.json: unreadable (Permission denied)", done.stderr)
        rows = {row["path"]: row for row in json.loads((self.root / "work/result/ledger.json").read_text())["inputs"]}
        self.assertEqual(rows["good.json"]["events"], 3)
        self.assertEqual(rows["secret.json"]["skipped"][0]["why"], "Permission denied")

    def test_a_folder_without_permission_beside_a_good_file_is_status_3(self):
        self.root.chmod(0o755)
        self.good()
        self.good("logs/closed/inner.json")
        (self.root / "logs/closed").chmod(0)
        self.addCleanup((self.root / "logs/closed").chmod, 0o755)
        (self.root / "work").mkdir()
        (self.root / "work").chmod(0o777)
        done = self.run_it("hunt", self.root / "logs", "--out", "result", cwd=self.root / "work",
                           preexec_fn=without_root)
        self.assertEqual(done.returncode, 3, done.stderr)
        self.assertIn("closed: unreadable (Permission denied)", done.stderr)

    def test_what_root_cannot_read_either_is_told(self):
        """A socket, a link that leads to itself and a file whose first page gives EIO: no privilege helps."""
        self.good()
        listener = socket.socket(socket.AF_UNIX)
        self.addCleanup(listener.close)
        listener.bind(str(self.root / "logs/socket"))
        (self.root / "logs/loop").symlink_to("loop")
        (self.root / "logs/memory").symlink_to("/proc/self/mem")
        done = self.hunt("logs")
        self.assertEqual(done.returncode, 3, done.stderr)
        for name in ("socket", "loop", "memory"):
            with self.subTest(name):
                self.assertIn(f"{name}: unreadable (", done.stderr)
                self.assertTrue(self.reason_of(name)["unreadable"]["why"])
        self.assert_balanced()
        for name in ("socket", "loop", "memory"):
            alone = self.hunt(f"logs/{name}", out=f"alone-{name}")
            self.assertEqual(alone.returncode, 1, alone.stderr)
            self.assertIn(name, alone.stderr)

    def test_a_pipe_that_nobody_writes_does_not_hang(self):
        self.good()
        os.mkfifo(self.root / "logs/pipe")
        done = self.hunt("logs", timeout=120)
        self.assertIn(done.returncode, (0, 3), done.stderr)
        self.assertEqual(sum(row["events"] for row in self.ledger()["inputs"]), 3)

    def test_a_truncated_evtx_is_told_at_any_cut(self):
        data, end = small_evtx()
        whole = self.write("whole.evtx", data)
        done = self.run_it("decode", whole)
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertEqual(len(done.stdout.splitlines()), 3)
        for n, cut in enumerate(sorted({1, 7, 8, 127, 4095, 4096, 4097, 4103, 4104, 4223, 4607, 4608, 4609,
                                        *range(4700, end, 97), end - 1, end})):
            with self.subTest(cut=cut):
                self.write("cut.evtx", data[:cut])
                done = self.hunt("cut.evtx", out=f"o{n}")
                self.assert_plain_words(done.stderr)
                self.assert_balanced(f"o{n}")
                row = self.ledger(f"o{n}")["inputs"][0]
                self.assertEqual(row["bytes"], cut)
                if cut == 4096 or cut >= end:
                    continue  # an empty log, or all records whole: the decoder's own tests say which
                self.assertEqual(done.returncode, 3, done.stderr)
                self.assertIn("cut.evtx", done.stderr)
                self.assertTrue(row["skipped"])

    def test_a_rule_with_a_typo_is_status_4_with_caret_and_suggestion(self):
        self.good()
        self.write("rules/typo.yml", "title: t\nlogsource:\n  product: windows\ndetection:\n"
                   "  s:\n    Image|endwith: x\n  condition: s\n")
        done = self.hunt("logs", "--rules", "rules")
        self.assertEqual(done.returncode, 4, done.stderr)
        self.assertIn("rules/typo.yml:6:", done.stderr)
        lines = done.stderr.splitlines()
        caret = next(i for i, line in enumerate(lines) if "^" in line)
        source, pointer = lines[caret - 1], lines[caret]
        self.assertEqual(source[pointer.index("^"):][:7], "endwith")
        self.assertIn("endswith", done.stderr)
        refused = self.ledger()["rules"]["refused"]
        self.assertEqual([(r["path"], r["line"]) for r in refused], [("rules/typo.yml", 6)])
        self.assertRegex(refused[0]["code"], r"^S\d{3}$")

    def test_a_gibibyte_of_zeros_costs_little_and_is_an_unknown_format(self):
        with open(self.root / "zeros", "wb") as file:
            file.truncate(1 << 30)
        done = self.hunt("zeros")
        self.assertEqual(done.returncode, 3, done.stderr)
        self.assertIn("zeros: unknown-format", done.stderr)
        self.assertEqual(self.reason_of("zeros")["unknown-format"]["bytes"], 1 << 30)
        self.assertLess(self.ledger()["timing"]["peak_rss_bytes"], 1 << 29)

    def test_a_gibibyte_of_zeros_under_a_log_s_head_is_bounded_too(self):
        """The sniffer takes it for a log; no line ever ends."""
        with open(self.root / "zeros.json", "wb") as file:
            file.write(log_lines()[0].encode() + b"\n")
            file.truncate(1 << 28)
        done = self.hunt("zeros.json")
        self.assertEqual(done.returncode, 3, done.stderr)
        self.assert_balanced()
        self.assertEqual(self.ledger()["inputs"][0]["events"], 1)
        self.assertLess(self.ledger()["timing"]["peak_rss_bytes"], 1 << 29)

    def test_a_zip_bomb_meets_its_limit_and_the_rest_is_read(self):
        self.good()
        with zipfile.ZipFile(self.root / "logs/bomb.zip", "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
            archive.writestr("zeros.json", b"\0" * (200 << 20))
        done = self.hunt("logs")
        self.assertEqual(done.returncode, 3, done.stderr)
        self.assertIn("bomb.zip!zeros.json: limit", done.stderr)
        self.assertEqual(sum(row["events"] for row in self.ledger()["inputs"]), 3)
        self.assertLess(self.ledger()["timing"]["peak_rss_bytes"], 1 << 29)

    def test_a_nested_zip_is_bounded_in_depth(self):
        inner = "\n".join(log_lines()).encode()
        name = "deep.json"
        for depth in range(8):
            packed = io.BytesIO()
            with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
                archive.writestr(name, inner)
            inner, name = packed.getvalue(), f"level{depth}.zip"
        self.write("deep.zip", inner)
        done = self.hunt("deep.zip")
        self.assertEqual(done.returncode, 3, done.stderr)
        self.assertIn("limit", {reason for _, reason in self.skipped()})
        self.assert_balanced()

    def test_a_path_that_climbs_out_is_told_and_not_written(self):
        with zipfile.ZipFile(self.root / "climb.zip", "w") as archive:
            archive.writestr("../../climbed.json", "\n".join(log_lines()))
            archive.writestr("good.json", "\n".join(log_lines()) + "\n")
        raw = io.BytesIO()
        with tarfile.open(fileobj=raw, mode="w") as archive:
            for member in ("/absolute.json", "a/../../up.json", "inside.json"):
                body = "\n".join(log_lines()).encode()
                info = tarfile.TarInfo(member)
                info.size = len(body)
                archive.addfile(info, io.BytesIO(body))
        self.write("climb.tar", raw.getvalue())
        before = sorted(p.name for p in self.root.parent.iterdir() if "climbed" in p.name or "up.json" in p.name)
        done = self.hunt("climb.zip", "climb.tar")
        self.assertEqual(done.returncode, 3, done.stderr)
        self.assertIn("path-outside-archive", done.stderr)
        outside = [path for path, reason in self.skipped() if reason == "path-outside-archive"]
        self.assertEqual(len(outside), 3, outside)
        events = {row["path"]: row["events"] for row in self.ledger()["inputs"]}
        # The same three records: they count in the first that is read, and are told in the other.
        self.assertEqual((events["climb.zip!good.json"], events["climb.tar!inside.json"]), (0, 3))
        self.assertIn(("climb.zip!good.json", "duplicate"), self.skipped())
        after = sorted(p.name for p in self.root.parent.iterdir() if "climbed" in p.name or "up.json" in p.name)
        self.assertEqual(before, after)
        self.assertFalse(list(self.root.rglob("climbed.json")))

    def test_a_damaged_gzip_keeps_what_came_before(self):
        packed = gzip.compress(("\n".join(log_lines()) + "\n").encode() * 2000)
        self.write("cut.json.gz", packed[:len(packed) // 2])
        done = self.hunt("cut.json.gz")
        self.assertEqual(done.returncode, 3, done.stderr)
        self.assertIn("cut.json.gz", done.stderr)
        self.assertGreater(sum(row["events"] for row in self.ledger()["inputs"]), 0)
        self.assert_balanced()

    def test_invalid_utf8_is_kept_out_of_every_output(self):
        lines = [line.encode() for line in log_lines()]
        lines[1] = lines[1].replace(b"alice", b"al\xff\xfe\xc0\x80ice").replace(b"invoice", b"inv\xed\xa0\x80oice")
        self.write("logs/bad.json", b"\n".join(lines) + b"\n\xff\xfe not json\n")
        done = self.hunt("logs")
        self.assertEqual(done.returncode, 3, done.stderr)
        self.assert_balanced()
        for name in ("intrusions.json", "detections.jsonl", "ledger.json", "report.html"):
            (self.root / "out" / name).read_bytes().decode("utf-8")
        for line in (self.root / "out/detections.jsonl").read_text().splitlines():
            json.loads(line)
        self.assertIn("bad.json: bad-record", done.stderr)

    def test_a_file_name_that_is_no_utf8_is_shown_and_valid(self):
        (self.root / "logs").mkdir()
        with open(os.fsencode(self.root) + b"/logs/n\xff\n\x1b[2J.json", "wb") as file:
            file.write(("\n".join(log_lines()) + "\nbroken\n").encode())
        done = self.hunt("logs")
        self.assertEqual(done.returncode, 3, done.stderr)
        self.assertNotIn("\x1b", done.stderr + done.stdout)
        (self.root / "out/ledger.json").read_bytes().decode("utf-8")
        self.assertEqual(self.ledger()["inputs"][0]["events"], 3)

    def test_a_full_disk_under_out_is_status_1_and_leaves_no_half_file(self):
        self.good()

        def limit():
            resource.setrlimit(resource.RLIMIT_FSIZE, (64, 64))
            signal.signal(signal.SIGXFSZ, signal.SIG_IGN)

        done = self.hunt("logs", preexec_fn=limit)
        self.assertEqual(done.returncode, 1, done.stderr)
        self.assertIn("cannot be written in full", done.stderr)
        self.assertIn("out/", done.stderr)
        self.assertEqual([p.name for p in (self.root / "out").iterdir()], [])

    def test_a_full_device_is_status_1_for_detect_and_decode(self):
        self.good()
        for command in ("detect", "decode"):
            with self.subTest(command):
                done = self.run_it(command, "logs", "--out", "/dev/full")
                self.assertEqual(done.returncode, 1, done.stderr)
                self.assertIn("cannot be written in full", done.stderr)

    def test_a_full_standard_output_is_status_1(self):
        self.good()
        for command in (("detect", "logs"), ("decode", "logs"), ("hunt", "logs", "--out", "o")):
            with self.subTest(command[0]), open("/dev/full", "w") as full:
                done = subprocess.run([self.binary, *command], cwd=self.root, stdout=full,
                                      stderr=subprocess.PIPE, text=True, timeout=300, env=self.environment())
                self.assertEqual(done.returncode, 1, done.stderr)
                self.assertIn("cannot be written in full", done.stderr)

    def test_an_out_below_a_file_is_status_1(self):
        self.good()
        self.write("file", "x")
        done = self.hunt("logs", out="file/below")
        self.assertEqual(done.returncode, 1, done.stderr)
        self.assertIn("file/below", done.stderr)
        done = self.hunt("logs", out="file")
        self.assertEqual(done.returncode, 1, done.stderr)
        self.assertEqual((self.root / "file").read_text(), "x")


if __name__ == "__main__":
    main()
