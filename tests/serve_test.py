#!/usr/bin/env python3
"""A hunt's result by HTTP: the real binary on a free port of this machine.

usage: serve_test.py INTERDICT_BINARY [unittest arguments]
"""
import contextlib
import json
import re
import signal
import subprocess
import urllib.error
import urllib.request

from support import BinaryTest, log_lines, main

WAIT = 30  # seconds; a server that is not there by then fails the test


class Serve(BinaryTest):
    @contextlib.contextmanager
    def served(self, *arguments, remark=None):
        """Base address of a server of `out`, which is ended by SIGTERM and must then exit with 0."""
        command = [self.binary, "serve", str(self.root / "out"), "--listen", "127.0.0.1:0", *map(str, arguments)]
        process = subprocess.Popen(command, stderr=subprocess.PIPE, text=True, env=self.environment())
        try:
            line = process.stderr.readline()
            if remark is not None:
                self.assertIn(remark, line)
                line = process.stderr.readline()
            found = re.search(r"http://127\.0\.0\.1:\d+", line)
            self.assertTrue(found, line)
            yield found.group()
            process.send_signal(signal.SIGTERM)
            self.assertEqual(process.wait(WAIT), 0)
        finally:
            process.kill()
            process.wait()
            process.stderr.close()

    def get(self, url, **headers):
        """Status, body, headers."""
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        try:
            with opener.open(urllib.request.Request(url, headers=headers), timeout=WAIT) as answer:
                return answer.status, answer.read().decode(), answer.headers
        except urllib.error.HTTPError as answer:
            with answer:
                return answer.code, answer.read().decode(), answer.headers

    def hunted(self, *arguments):
        log = self.write("in/log.json", "\n".join(log_lines()) + "\n")
        self.assertEqual(self.hunt(log.parent, *arguments).returncode, 0)
        return self.result("out")

    def test_gives_the_result_as_the_files_have_it(self):
        files = self.hunted()
        with self.served() as at:
            status, page, headers = self.get(at + "/")
            self.assertEqual((status, page), (200, files["report.html"]))
            self.assertIn("frame-ancestors 'none'", headers["Content-Security-Policy"])
            self.assertEqual(self.get(at + "/api/v1/intrusions")[1], files["intrusions.json"])
            served = json.loads(self.get(at + "/api/v1/ledger")[1])
            self.assertEqual(served, self.ledger())
            for intrusion in json.loads(files["intrusions.json"])["intrusions"]:
                self.assertEqual(json.loads(self.get(f"{at}/api/v1/intrusions/{intrusion['id']}")[1]), intrusion)
            lines = [json.loads(line) for line in files["detections.jsonl"].splitlines()]
            found = []
            cursor = ""
            for _ in range(len(lines) + 1):
                one = json.loads(self.get(f"{at}/api/v1/detections?limit=1{cursor}")[1])
                self.assertEqual(one["total"], len(lines))
                found += one["detections"]
                if one["next"] is None:
                    break
                cursor = "&cursor=" + one["next"]
            self.assertEqual(found, lines)
            self.assertGreater(len(lines), 1)
            self.assertEqual(self.get(at + "/", Host="rebind.example.com")[0], 421)
            self.assertEqual(self.get(at + "/etc/passwd")[0], 404)

    def test_reads_the_store_and_says_when_it_is_damaged(self):
        self.hunted("--store")
        store = self.root / "out/store/findings-000001.seg"
        with self.served() as at:
            expected = self.get(at + "/api/v1/detections")[1]
        self.assertGreater(json.loads(expected)["total"], 0)
        whole = store.read_bytes()
        store.write_bytes(whole[:-1])
        with self.served(remark="were not written in full") as at:
            self.assertEqual(self.get(at + "/api/v1/detections")[1], expected)
        store.write_bytes(whole[:24])
        with self.served(remark="holds another result") as at:
            self.assertEqual(self.get(at + "/api/v1/detections")[1], expected)

    def test_asks_for_the_token(self):
        self.hunted()
        token = self.write("token", "0123456789abcdef0123\n")
        with self.served("--token-file", token) as at:
            self.assertEqual(self.get(at + "/")[0], 401)
            self.assertEqual(self.get(at + "/healthz")[0], 200)
            self.assertEqual(self.get(at + "/", Authorization="Bearer 0123456789abcdef0123")[0], 200)

    def test_does_not_start_where_it_should_not(self):
        self.hunted()
        for arguments, status, words in (
                (("out", "--listen", "0.0.0.0:0"), 1, "token"),
                (("out", "--listen", "8080"), 2, "ADDRESS:PORT"),
                (("out", "--listen", "127.0.0.1:70000"), 2, "ADDRESS:PORT"),
                (("in",), 1, "folder of a hunt"),
                (("out", "--token-file", "none"), 1, "holds no token"),
                ((), 2, "DIR")):
            result = self.run_it("serve", *arguments, timeout=WAIT)
            self.assertEqual(result.returncode, status, result.stderr)
            self.assertIn(words, result.stderr)
            self.assert_plain_words(result.stderr)


if __name__ == "__main__":
    main()
