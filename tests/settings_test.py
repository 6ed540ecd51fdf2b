#!/usr/bin/env python3
"""Where options come from (flag, INTERDICT_*, interdict.yml, the user's own file), and how the commands talk.

usage: settings_test.py INTERDICT_BINARY [unittest arguments]
"""
import json
import os
import pty
import re
import select
import subprocess
import time

from support import BinaryTest, log_lines, main

RULE = ("title: {0}\nlogsource:\n  product: windows\ndetection:\n  s:\n    Image|endswith: {0}\n"
        "  condition: s\n")


class Settings(BinaryTest):
    def setUp(self):
        super().setUp()
        self.write("a.json", "\n".join(log_lines()) + "\n")
        for n, name in enumerate(("flag", "variable", "here", "home")):
            for k in range(n + 1):
                self.write(f"rules-{name}/{k}.yml", RULE.format(f"{name}{k}.exe"))

    def loaded(self, *arguments, env=None):
        """How many rules a hunt loaded without our own: 1 from the flag's folder, 2 from the variable's …"""
        done = self.hunt("a.json", "--no-builtin-rules", *arguments, env=env)
        self.assertEqual(done.returncode, 0, done.stderr)
        return self.ledger()["rules"]["loaded"]

    def test_flag_then_variable_then_here_then_home(self):
        home = {"XDG_CONFIG_HOME": str(self.root / "config")}
        self.assertEqual(self.loaded(env=home), 0)
        self.write("config/interdict/interdict.yml", "rules: rules-home\n")
        self.assertEqual(self.loaded(env=home), 4)
        self.write("interdict.yml", "rules: rules-here\n")
        self.assertEqual(self.loaded(env=home), 3)
        variable = home | {"INTERDICT_RULES": "rules-variable"}
        self.assertEqual(self.loaded(env=variable), 2)
        self.assertEqual(self.loaded("--rules", "rules-flag", env=variable), 1)

    def test_home_is_dot_config_without_xdg(self):
        self.write("person/.config/interdict/interdict.yml", "rules: rules-home\n")
        self.assertEqual(self.loaded(env={"XDG_CONFIG_HOME": "", "HOME": str(self.root / "person")}), 4)

    def test_a_list_repeats_an_option_and_a_flag_takes_true(self):
        self.write("interdict.yml", "rules:\n  - rules-flag\n  - rules-variable\nno-builtin-rules: true\n")
        done = self.hunt("a.json")
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertEqual(self.ledger()["rules"]["loaded"], 3)
        self.write("interdict.yml", "rules: rules-flag\nno-builtin-rules: false\n")
        self.assertEqual(self.hunt("a.json").returncode, 0)
        self.assertGreater(self.ledger()["rules"]["loaded"], 40)

    def test_each_option_has_a_variable(self):
        self.assertEqual(self.run_it("demo", "--out", "demo").returncode, 0)
        done = self.run_it("hunt", "demo/logs", env={"INTERDICT_OUT": "elsewhere", "INTERDICT_FAIL_ON": "installation",
                                                     "INTERDICT_NO_BUILTIN_RULES": "false"})
        self.assertEqual(done.returncode, 10, done.stderr)
        self.assertTrue((self.root / "elsewhere/intrusions.json").is_file())

    def test_a_wrong_word_is_status_2_with_place_and_suggestion(self):
        self.write("interdict.yml", "# mine\nrule: rules-here\n")
        done = self.hunt("a.json")
        self.assertEqual(done.returncode, 2, done.stderr)
        self.assertIn("interdict.yml:2", done.stderr)
        self.assertIn("`rules`", done.stderr)

    def test_a_wrong_value_is_status_2_and_says_where_it_came_from(self):
        self.write("interdict.yml", "jobs: many\n")
        done = self.hunt("a.json")
        self.assertEqual(done.returncode, 2, done.stderr)
        self.assertIn("interdict.yml:1", done.stderr)
        (self.root / "interdict.yml").unlink()
        done = self.hunt("a.json", env={"INTERDICT_JOBS": "many"})
        self.assertEqual(done.returncode, 2, done.stderr)
        self.assertIn("INTERDICT_JOBS", done.stderr)

    def test_broken_settings_are_status_1_with_place(self):
        for text in ("rules: [a\n", "- a\n", "rules: {a: b}\n"):
            with self.subTest(text):
                self.write("interdict.yml", text)
                done = self.hunt("a.json")
                self.assertEqual(done.returncode, 1, done.stderr)
                self.assertIn("interdict.yml:", done.stderr)
        self.write("interdict.yml", "")
        self.assertEqual(self.hunt("a.json").returncode, 0)

    def test_a_setting_of_another_command_is_no_mistake(self):
        self.write("interdict.yml", "fail-on: delivery\n")
        done = self.run_it("decode", "a.json")
        self.assertEqual(done.returncode, 0, done.stderr)


class Manners(BinaryTest):
    def setUp(self):
        super().setUp()
        self.write("logs/a.json", "\n".join(log_lines()) + "\n")
        self.write("logs/b.json", log_lines()[0] + "\n")

    def test_every_command_has_help_with_an_example(self):
        top = self.run_it("--help")
        self.assertEqual(top.returncode, 0, top.stderr)
        commands = re.findall(r"^  ([a-z]+) ", top.stdout.split("Subcommands:")[1], re.M)
        self.assertLessEqual({"hunt", "detect", "decode", "rules", "demo"}, set(commands))
        for command in commands:
            done = self.run_it(command, "--help")
            self.assertEqual(done.returncode, 0, command)
            below = re.findall(r"^  ([a-z]+) ", (done.stdout.split("Subcommands:") + [""])[1], re.M)
            for name in below or [None]:
                words = [command] + ([name] if name else [])
                shown = self.run_it(*words, "--help")
                self.assertEqual(shown.returncode, 0, words)
                self.assertIn("Example: interdict " + " ".join(words), shown.stdout)

    def test_version_is_data(self):
        done = self.run_it("--version")
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        self.assertRegex(done.stdout.strip(), r"^\d+\.\d+\.\d+$")

    def test_standard_input_is_read_for_a_dash(self):
        text = "\n".join(log_lines()) + "\n"
        done = self.run_it("decode", "-", input=text)
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertEqual(len(done.stdout.splitlines()), 3)
        done = self.hunt("-", input=text)
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertEqual([row["path"] for row in self.ledger()["inputs"]], ["-"])

    def test_no_question_and_no_terminal_codes_without_a_terminal(self):
        done = self.hunt("logs", stdin=subprocess.DEVNULL)
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertNotIn("\x1b", done.stdout + done.stderr)
        self.assertNotIn("\r", done.stdout + done.stderr)

    def on_terminal(self, *arguments, env=None):
        """What a person sees: standard output and error on one terminal."""
        try:
            pid, terminal = pty.fork()
        except OSError as error:  # a bare root without /dev/pts
            self.skipTest(f"no pseudo-terminal here: {error}")
        if pid == 0:
            os.chdir(self.root)
            os.execve(self.binary, [self.binary, *map(str, arguments)],
                      self.environment() | {"TERM": "xterm"} | (env or {}))
        seen, deadline = b"", time.monotonic() + 300
        while time.monotonic() < deadline:
            if not select.select([terminal], [], [], 1)[0]:
                continue
            try:
                piece = os.read(terminal, 65536)
            except OSError:
                break
            if not piece:
                break
            seen += piece
        status = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
        os.close(terminal)
        return status, seen.decode(errors="replace")

    def test_a_terminal_gets_progress_and_colour_unless_no_color(self):
        status, seen = self.on_terminal("hunt", "logs", "--out", "o1")
        self.assertEqual(status, 0, seen)
        self.assertIn("reading: 1 of 2 inputs", seen)
        self.assertRegex(seen, r"\x1b\[\d+m")
        status, seen = self.on_terminal("hunt", "logs", "--out", "o2", env={"NO_COLOR": "1"})
        self.assertEqual(status, 0, seen)
        self.assertNotRegex(seen, r"\x1b\[\d+m")

    def test_without_out_the_folder_bears_the_time(self):
        done = self.run_it("hunt", "logs")
        self.assertEqual(done.returncode, 0, done.stderr)
        made = [p.name for p in self.root.iterdir() if p.name.startswith("interdict-")]
        self.assertEqual(len(made), 1)
        self.assertRegex(made[0], r"^interdict-\d{4}-\d\d-\d\dT\d{6}Z$")
        self.assertIn(f"{made[0]}/report.html", done.stderr)

    def test_data_goes_out_and_words_go_to_error(self):
        done = self.hunt("logs", "--format", "json")
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertEqual(json.loads(done.stdout), self.intrusions())
        done = self.run_it("detect", "logs")
        for line in done.stdout.splitlines():
            self.assertIsNone(json.loads(line)["intrusion"])
        self.assertEqual(done.stderr, "")

    def test_fail_on_a_stage_is_10_and_wins(self):
        self.assertEqual(self.run_it("demo", "--out", "demo").returncode, 0)
        logs = self.root / "demo/logs"
        (logs / "noise.bin").write_bytes(bytes(range(7, 200)) * 40)
        self.assertEqual(self.hunt(logs).returncode, 3)
        furthest = self.intrusions()["intrusions"][0]["furthest_stage"]
        self.assertEqual(self.hunt(logs, "--fail-on", furthest).returncode, 10)
        self.assertEqual(self.hunt(logs, "--fail-on", "reconnaissance").returncode, 10)
        self.assertEqual(self.hunt(logs, "--fail-on", "lunch").returncode, 2)
        self.assertEqual(self.hunt("logs", "--fail-on", "reconnaissance").returncode, 0)  # nothing came so far

    def test_lost_input_wins_over_a_refused_rule(self):
        self.write("rules/typo.yml", "title: t\n")
        self.assertEqual(self.hunt("logs", "--rules", "rules").returncode, 4)
        self.write("logs/noise.bin", bytes(range(7, 200)) * 40)
        self.assertEqual(self.hunt("logs", "--rules", "rules").returncode, 3)

    def test_a_controls_path_that_is_not_there_is_status_1(self):
        done = self.hunt("logs", "--controls", "no-controls.yml")
        self.assertEqual(done.returncode, 1)
        self.assertIn("no-controls.yml", done.stderr)
        self.assertFalse((self.root / "out").exists())


if __name__ == "__main__":
    main()
