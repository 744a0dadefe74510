#!/usr/bin/env python3
"""The tool as a user meets it: commands, options, streams, exit statuses.

    python3 tests/cli_test.py build/distillcfg
    DISTILLCFG_TOOL=build/distillcfg python3 tests/cli_test.py
"""

import json
import os
import re
import resource
import subprocess
import unittest

import tool_under_test
from tool_under_test import TOOL, FolderTest, environment

GOOD = b"batch_num: 1\n"
BAD = b"bach_num: 1\n"
UNKNOWN = b"batch_num: 1\nnew_field: 2\n"  # a warning with --allow-unknown
DIAGNOSTIC_KEYS = ["code", "slug", "severity", "message", "line", "column", "begin", "end", "notes", "fixes"]


def run(*arguments, stdin=b"", env=None, **more):
    variables = environment()
    variables.update(env or {})
    variables = {name: value for name, value in variables.items() if value is not None}
    if "stdout" not in more:
        more["stdout"] = subprocess.PIPE
    if not isinstance(stdin, bytes):
        more["stdin"] = stdin
    else:
        more["input"] = stdin
    return subprocess.run([TOOL, *arguments], stderr=subprocess.PIPE, env=variables, timeout=60, **more)


def run_on_terminal(*arguments, env=None):
    """Runs the tool with all three streams on a terminal of 60 columns; returns what that shows."""
    import fcntl
    import struct
    import termios

    variables = {k: v for k, v in os.environ.items() if k != "NO_COLOR"}
    variables["TERM"] = "xterm"
    variables.update(env or {})
    variables = {k: v for k, v in variables.items() if v is not None}

    def set_size(terminal):
        fcntl.ioctl(terminal, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 60, 0, 0))

    return tool_under_test.run_on_terminal(arguments, variables, set_size)[1]


class Files(FolderTest):
    def check_result(self, result, status, stdout=None, stderr=b""):
        self.assertEqual(result.returncode, status, result)
        if stdout is not None:
            self.assertEqual(result.stdout, stdout)
        if stderr is not None:
            self.assertEqual(result.stderr, stderr)

    def check_usage_error(self, expected, *arguments):
        result = run(*arguments)
        self.assertEqual(result.returncode, 2, result)
        self.assertEqual(result.stdout, b"")
        lines = result.stderr.decode().splitlines()
        self.assertEqual(lines[0], "distillcfg: " + expected)
        self.assertRegex(lines[1], r"^Try 'distillcfg( check| print)? --help'\.$")
        self.assertEqual(len(lines), 2)

    def check_json(self, output):
        """Checks the shape of a JSON document and returns its files."""
        self.assertTrue(output.endswith(b"\n"))
        document = json.loads(output.decode("utf-8", "strict"))
        self.assertEqual(list(document), ["version", "files"])
        self.assertEqual(document["version"], 1)
        for file in document["files"]:
            self.assertEqual(list(file)[:3], ["path", "ok", "diagnostics"])
            self.assertLessEqual(set(file), {"path", "ok", "diagnostics", "errors_not_shown", "warnings_not_shown"})
            self.assertIs(type(file["ok"]), bool)
            for diagnostic in file["diagnostics"]:
                self.assertEqual([k for k in diagnostic if k != "amct_error"], DIAGNOSTIC_KEYS)
                self.assertRegex(diagnostic["code"], r"^D\d{4}$")
                self.assertRegex(diagnostic["slug"], r"^[a-z0-9]+(-[a-z0-9]+)*$")
                self.assertIn(diagnostic["severity"], ("error", "warning", "note"))
                self.check_place(diagnostic)
                for note in diagnostic["notes"]:
                    self.assertEqual(list(note), ["message", "line", "column", "begin", "end"])
                    self.check_place(note)
                for fix in diagnostic["fixes"]:
                    self.assertEqual(list(fix), ["begin", "end", "text"])
        return document["files"]

    def check_place(self, entry):
        place = [entry[key] for key in ("line", "column", "begin", "end")]
        if place != [None] * 4:
            self.assertGreaterEqual(min(place[:2]), 1)
            self.assertLessEqual(0, place[2])
            self.assertLessEqual(place[2], place[3])


class Help(Files):
    def test_help(self):
        for arguments, status_line in [
            (["--help"], b"Usage: distillcfg COMMAND"),
            (["-h"], b"Usage: distillcfg COMMAND"),
            (["check", "--help"], b"Usage: distillcfg check "),
            (["--help", "check"], b"Usage: distillcfg check "),
            (["check", "no such file", "--help"], b"Usage: distillcfg check "),
            (["print", "--help"], b"Usage: distillcfg print "),
            (["--lang", "zh", "--help"], "用法：distillcfg COMMAND".encode()),
            (["print", "--help", "--lang=zh"], "用法：distillcfg print ".encode()),
        ]:
            with self.subTest(arguments):
                result = run(*arguments)
                self.check_result(result, 0)
                self.assertTrue(result.stdout.startswith(status_line), result.stdout)
                self.assertTrue(result.stdout.endswith(b"\n"))
                for line in result.stdout.decode().splitlines():
                    self.assertLessEqual(len(line), 100)
                    self.assertEqual(line, line.rstrip())

    def test_help_names_every_option_that_works_and_no_other(self):
        self.write("good.cfg", GOOD)
        self.write("model.textproto", b'module { name: "a" type: "Linear" }\n')
        values = {"N": "7", "MODEL": "model.textproto", "text|gcc|json|sarif": "gcc", "strict|merge|amct": "merge", "en|zh": "en",
                  "auto|always|never": "never"}
        for command, expected in [
            ("check", "--format --werror --model --semantics --allow-unknown --no-int4 --max-errors --lang --color --help "
                      "--version"),
            ("print", "--diagnostics --semantics --allow-unknown --no-int4 --max-errors --lang --color --help "
                      "--version"),
        ]:
            text = run(command, "--help").stdout.decode()
            rows = re.findall(r"^  (?:-h, )?(--[a-z0-9-]+) ?(N|MODEL|[a-z]+\|[a-z|]+)?", text, re.M)
            self.assertEqual([name for name, _ in rows], expected.split())
            for name, value in rows:
                with self.subTest(command=command, option=name):
                    self.assertEqual(run(command, name, *([values[value]] if value else []), "good.cfg").returncode, 0)
                    if value:
                        self.assertEqual(run(command, f"{name}={values[value]}", "good.cfg").returncode, 0)
                        for one in value.split("|") if "|" in value else []:
                            self.assertEqual(run(command, name, one, "good.cfg").returncode, 0)

    def test_version(self):
        for arguments in (["--version"], ["check", "--version"], ["print", "--version", "x"]):
            result = run(*arguments)
            self.check_result(result, 0)
            self.assertRegex(result.stdout, rb"^distillcfg \d+\.\d+\.\d+[^\n]*\n$")


class Usage(Files):
    def test_commands(self):
        self.check_usage_error("no command given")
        self.check_usage_error("no command given", "--lang", "en")
        self.check_usage_error("unknown command 'chek'; did you mean 'check'?", "chek", "x")
        self.check_usage_error("unknown command 'pr'; did you mean 'print'?", "pr")
        self.check_usage_error("unknown command ''", "")
        for later in ("fmt", "schema", "diagnostics"):
            self.check_usage_error(f"unknown command '{later}'", later, "x")

    def test_options(self):
        self.check_usage_error("'check' has no option '--fromat'; did you mean '--format'?", "check", "--fromat", "gcc")
        self.check_usage_error("'check' has no option '--sem'; did you mean '--semantics'?", "check", "--sem=amct")
        self.check_usage_error("'check' has no option '-q'", "check", "-q", "x")
        self.check_usage_error("'check' has no option '-format'; did you mean '--format'?", "check", "-format", "x")
        self.check_usage_error("'--werror' is an option of 'check', not of 'print'", "print", "--werror", "x")
        self.check_usage_error("'--diagnostics' is an option of 'print', not of 'check'", "check", "--diagnostics=gcc")
        self.check_usage_error("'--format' must stand behind a command", "--format", "gcc", "check", "x")
        self.check_usage_error("unknown option '--hlep'; did you mean '--help'?", "--hlep")
        self.check_usage_error("'--werror' takes no value", "check", "--werror=1", "x")
        self.check_usage_error("'--help' takes no value", "--help=check")
        for later in ("--fix", "--sarif", "-o", "-i"):
            self.assertEqual(run("check", later, "x").returncode, 2)

    def test_values(self):
        self.check_usage_error("'--format' lacks its value: text|gcc|json|sarif", "check", "x", "--format")
        self.check_usage_error("'--format' takes text|gcc|json|sarif, not ''", "check", "--format=", "x")
        self.check_usage_error(
            "'--format' takes text|gcc|json|sarif, not 'jsno'; did you mean 'json'?", "check", "--format", "jsno", "x")
        self.check_usage_error("'--format' takes text|gcc|json|sarif, not 'xml'", "check", "--format", "xml", "x")
        self.check_usage_error("'--lang' takes en|zh, not 'fr'", "check", "--lang", "fr", "x")
        self.check_usage_error("'--lang' lacks its value: en|zh", "check", "x", "--lang")
        self.check_usage_error("'check' has no option '--language'", "check", "--language", "x")
        self.check_usage_error(
            "'--semantics' takes strict|merge|amct, not 'Strict'; did you mean 'strict'?",
            "check", "--semantics", "Strict", "x")
        self.check_usage_error(
            "'--color' takes auto|always|never, not '\\x1B[2J'", "check", "--color", "\x1b[2J", "x")
        for number in ("", "-1", "+1", " 1", "1x", "0x10", "4294967296", "99999999999999999999"):
            self.check_usage_error(
                f"'--max-errors' takes a number from 0 to 4294967295, not '{number}'",
                "check", f"--max-errors={number}", "x")

    def test_files(self):
        self.check_usage_error("no file given ('-' is standard input)", "check")
        self.check_usage_error("no file given ('-' is standard input)", "print", "--")
        self.check_usage_error("'print' takes one file, and 'b' is another", "print", "a", "b")
        self.check_usage_error("standard input ('-') can be read only once", "check", "-", "-")

    def test_language_of_usage_errors(self):
        result = run("check", "--fromat", "--lang", "zh")
        self.check_result(result, 2, b"", None)
        self.assertIn("'check' 没有选项 '--fromat'；是否想写 '--format'？", result.stderr.decode())
        # Not an option, but a file.
        result = run("check", "--fromat", "--", "--lang=zh")
        self.assertIn(b"has no option", result.stderr)
        # Neither an option of that name nor a language.
        self.check_usage_error("'check' has no option '--language'", "check", "--language=zh")
        self.check_usage_error("'--lang' lacks its value: en|zh", "check", "x", "--lang")

    def test_last_option_wins_and_options_may_follow_files(self):
        self.write("bad.cfg", BAD)
        result = run("--lang=zh", "check", "--format", "json", "bad.cfg", "--format=gcc", "--lang", "en")
        self.assertEqual(result.returncode, 1)
        self.assertTrue(result.stdout.startswith(b"bad.cfg:1:1: error: "), result.stdout)

    def test_file_names_that_look_like_options(self):
        self.write("--lang", GOOD)
        self.check_result(run("check", "--format=gcc", "--", "--lang"), 0, b"")
        self.check_result(run("check", "--format=gcc", "./--lang"), 0, b"")


class Check(Files):
    def test_text(self):
        self.write("good.cfg", GOOD)
        self.write("bad.cfg", BAD)
        self.check_result(run("check", "good.cfg"), 0, b"1 file checked: no errors\n")
        result = run("check", "bad.cfg")
        self.check_result(result, 1)
        self.assertRegex(
            result.stdout.decode(),
            r"\Abad\.cfg:1:1: error: .*'bach_num'; did you mean 'batch_num'\? \[D2001\]\n"
            r"   1 \| bach_num: 1\n     \| \^~~~~~~~\n1 file checked: 1 error\n\Z")
        result = run("check", "good.cfg", "bad.cfg", "good.cfg", "--lang=zh")
        self.check_result(result, 1)
        self.assertTrue(result.stdout.decode().endswith("已检查 3 个文件：1 个错误\n"))

    def test_gcc(self):
        self.write("good.cfg", GOOD)
        self.write("bad.cfg", BAD + BAD)
        self.check_result(run("check", "--format=gcc", "good.cfg"), 0, b"")
        result = run("check", "--format=gcc", "bad.cfg", "good.cfg")
        self.check_result(result, 1)
        for line in result.stdout.decode().splitlines():
            self.assertRegex(line, r"^bad\.cfg:[12]:1: (error: .* \[D2001\]|note: .*)$")

    def test_json(self):
        self.write("good.cfg", GOOD)
        self.write("bad.cfg", BAD)
        result = run("check", "--format", "json", "good.cfg", "bad.cfg", "missing.cfg")
        self.check_result(result, 2)
        good, bad, missing = self.check_json(result.stdout)
        self.assertEqual(good, {"path": "good.cfg", "ok": True, "diagnostics": []})
        self.assertEqual((bad["path"], bad["ok"]), ("bad.cfg", False))
        diagnostic = bad["diagnostics"][0]
        self.assertEqual(diagnostic["code"], "D2001")
        self.assertEqual(diagnostic["slug"], "unknown-field")
        self.assertEqual(diagnostic["severity"], "error")
        self.assertEqual([diagnostic[k] for k in ("line", "column", "begin", "end")], [1, 1, 0, 8])
        self.assertEqual(diagnostic["fixes"], [{"begin": 0, "end": 8, "text": "batch_num"}])
        self.assertEqual((missing["path"], missing["ok"]), ("missing.cfg", False))
        self.assertEqual(missing["diagnostics"][0]["code"], "D9004")
        self.assertIsNone(missing["diagnostics"][0]["line"])
        self.assertIn("No such file or directory", missing["diagnostics"][0]["message"])

    def test_sarif(self):
        self.write("good.cfg", GOOD)
        bad = "# \u00e9\u20ac\U0001f600\nquant_skip_layers: '\u00e9\U0001f600' batch: 1 /* x */\n" + \
            "quant_skip_layers: ['\u00e9', 'a',]\n"
        self.write("bad file.cfg", bad.encode())
        result = run("check", "--format", "sarif", "good.cfg", "bad file.cfg", "missing.cfg", "good.cfg")
        self.check_result(result, 2)
        document = json.loads(result.stdout.decode("utf-8", "strict"))
        self.assertEqual(document["version"], "2.1.0")
        (log,) = document["runs"]
        self.assertEqual(log["columnKind"], "unicodeCodePoints")
        self.assertEqual([artifact["location"]["uri"] for artifact in log["artifacts"]],
                         ["good.cfg", "bad%20file.cfg", "missing.cfg"])
        version = run("--version").stdout.decode().split()[1]
        self.assertEqual((log["tool"]["driver"]["name"], log["tool"]["driver"]["version"]), ("distillcfg", version))
        rules = log["tool"]["driver"]["rules"]
        lines = bad.split("\n")
        starts = [sum(len(line) + 1 for line in lines[:number]) for number in range(len(lines))]

        def offsets(region):
            return (starts[region["startLine"] - 1] + region["startColumn"] - 1,
                    starts[region["endLine"] - 1] + region["endColumn"] - 1)

        # What the fixes make of the file has no mistakes: so all places are right.
        edits = []
        for entry in log["results"]:
            self.assertEqual(rules[entry["ruleIndex"]]["id"], entry["ruleId"])
            self.assertEqual(entry["level"], "error")
            self.assertTrue(entry["message"]["text"])
            place = entry["locations"][0]["physicalLocation"]
            artifact = place["artifactLocation"]
            self.assertEqual(log["artifacts"][artifact["index"]]["location"]["uri"], artifact["uri"])
            if artifact["uri"] == "missing.cfg":
                self.assertEqual((entry["ruleId"], "region" in place), ("D9004", False))
                continue
            self.assertEqual(artifact["uri"], "bad%20file.cfg")
            for change in entry["fixes"][0]["artifactChanges"]:
                self.assertEqual(change["artifactLocation"], artifact)
                edits += [(*offsets(replacement["deletedRegion"]), replacement.get("insertedContent", {"text": ""})["text"])
                          for replacement in change["replacements"]]
        self.assertEqual(len(log["results"]), 4)
        fixed = bad
        for begin, end, text in sorted(edits, reverse=True):
            fixed = fixed[:begin] + text + fixed[end:]
        self.write("fixed.cfg", fixed.encode())
        self.check_result(run("check", "--format=gcc", "fixed.cfg"), 0, b"")

    def test_sarif_of_other_commands_and_failures(self):
        self.write("bad.cfg", BAD)
        result = run("print", "--diagnostics", "sarif", "bad.cfg")
        self.check_result(result, 1, b"", None)
        self.assertEqual([entry["ruleId"] for entry in json.loads(result.stderr)["runs"][0]["results"]], ["D2001"])
        self.write("good.cfg", GOOD)
        for form in ("sarif", "json"):
            with open("/dev/full", "wb") as full:
                result = subprocess.run([TOOL, "print", "--diagnostics", form, "good.cfg"], stdout=full,
                                        stderr=subprocess.PIPE, env=environment(), timeout=60, check=False)
            self.assertEqual(result.returncode, 2)
            document = json.loads(result.stderr)
            if form == "json":
                self.assertEqual(document["files"][-1]["path"], "standard output")
            else:
                (entry,) = document["runs"][0]["results"]
                self.assertEqual((entry["ruleId"], "locations" in entry), ("D9003", False))
                self.assertEqual(entry["message"]["text"], "the output could not be written: No space left on device")

    def test_empty_file_and_standard_input(self):
        self.write("empty.cfg", b"")
        self.check_result(run("check", "empty.cfg"), 0, b"1 file checked: no errors\n")
        self.check_result(run("check", "-"), 0, b"1 file checked: no errors\n")
        self.check_result(run("check", "-", stdin=GOOD), 0, b"1 file checked: no errors\n")
        result = run("check", "-", stdin=BAD)
        self.check_result(result, 1)
        self.assertTrue(result.stdout.startswith(b"-:1:1: error: "))
        (entry,) = self.check_json(run("check", "--format=json", "-", stdin=BAD).stdout)
        self.assertEqual(entry["path"], "-")

    def test_large_standard_input_in_pieces(self):
        lines = 200_000
        result = run("check", "-", stdin=b"#" * 70_000 + b"\n" + b"# line\n" * lines)
        self.check_result(result, 0, b"1 file checked: no errors\n")
        result = run("check", "--format=gcc", "-", stdin=b'quant_skip_layers: "conv"\n' * lines + b"}\n")
        self.check_result(result, 1)
        self.assertTrue(result.stdout.startswith(f"-:{lines + 1}:1: error: ".encode()), result.stdout)

    def test_what_cannot_be_read(self):
        self.write("good.cfg", GOOD)
        os.mkdir("folder")
        os.symlink("nowhere", "dangling")
        for name, reason in [("missing", "No such file or directory"), ("folder", "Is a directory"),
                             ("dangling", "No such file or directory"), ("", "No such file or directory"),
                             ("good.cfg/x", "Not a directory")]:
            result = run("check", "--format=gcc", name, "good.cfg")
            self.check_result(result, 2, f"{name}: error: cannot read '{name}': {reason} [D9004]\n".encode())
            self.assertEqual(run("print", name).returncode, 2)
        self.check_result(
            run("check", "missing", "good.cfg"), 2,
            b"missing: error: cannot read 'missing': No such file or directory [D9004]\n"
            b"1 file checked, 1 could not be read: 1 error\n")
        result = run("check", "missing", "--lang=zh")
        self.assertIn("无法读取 'missing'：文件不存在 [D9004]", result.stdout.decode())

    @unittest.skipIf(os.geteuid() == 0, "root may read everything")
    def test_no_permission(self):
        os.chmod(self.write("secret.cfg", GOOD), 0)
        result = run("check", "secret.cfg")
        self.check_result(result, 2)
        self.assertIn(b"Permission denied", result.stdout)

    def test_closed_standard_input(self):
        result = subprocess.run(
            ["sh", "-c", '"$1" check --format=gcc - <&-', "sh", TOOL], capture_output=True, timeout=60)
        self.check_result(result, 2, b"-: error: cannot read '-': Bad file descriptor [D9004]\n")

    def test_worst_status_counts(self):
        self.write("good.cfg", GOOD)
        self.write("bad.cfg", BAD)
        for order in (["good.cfg", "bad.cfg"], ["bad.cfg", "good.cfg"]):
            self.assertEqual(run("check", *order).returncode, 1)
        for order in (["missing", "bad.cfg"], ["bad.cfg", "missing"]):
            self.assertEqual(run("check", *order).returncode, 2)

    def test_warnings_and_werror(self):
        self.write("unknown.cfg", UNKNOWN)
        self.assertEqual(run("check", "unknown.cfg").returncode, 1)
        result = run("check", "--allow-unknown", "unknown.cfg")
        self.check_result(result, 0)
        self.assertIn(b"unknown.cfg:2:1: warning: ", result.stdout)
        self.assertTrue(result.stdout.endswith(b"\n1 file checked: no errors, 1 warning\n"))
        result = run("check", "--allow-unknown", "--werror", "unknown.cfg")
        self.check_result(result, 1)
        self.assertIn(b"unknown.cfg:2:1: error: ", result.stdout)
        self.assertTrue(result.stdout.endswith(b"\n1 file checked: 1 error\n"))
        (entry,) = self.check_json(run("check", "--allow-unknown", "--format=json", "unknown.cfg").stdout)
        self.assertTrue(entry["ok"])
        self.assertEqual(entry["diagnostics"][0]["severity"], "warning")
        result = run("check", "--allow-unknown", "--werror", "--format=json", "unknown.cfg")
        (entry,) = self.check_json(result.stdout)
        self.assertEqual(result.returncode, 1)
        self.assertFalse(entry["ok"])
        self.assertEqual(entry["diagnostics"][0]["severity"], "error")
        # Nothing to raise.
        self.assertEqual(run("check", "--werror", "-", stdin=GOOD).returncode, 0)

    def test_semantics(self):
        self.write("twice.cfg", b"batch_num: 1\nbatch_num: 2\n")
        self.write("lacking.cfg", b"distill_data_quant_config { ulq_quantize { clip_max_min { clip_min: -1 } } }\n")
        for name, semantics, status in [
            ("twice.cfg", "strict", 1), ("twice.cfg", "merge", 0), ("twice.cfg", "amct", 0),
            ("lacking.cfg", "strict", 1), ("lacking.cfg", "merge", 1), ("lacking.cfg", "amct", 0),
        ]:
            with self.subTest(name=name, semantics=semantics):
                self.assertEqual(run("check", "--semantics", semantics, name).returncode, status)
                self.assertEqual(run("print", "--semantics", semantics, name).returncode, status)
        self.assertEqual(run("check", "twice.cfg").returncode, 1)

    def test_max_errors(self):
        self.write("many.cfg", BAD * 1500)
        self.write("warnings.cfg", UNKNOWN * 1)
        result = run("check", "--max-errors", "1", "--format=gcc", "many.cfg")
        self.check_result(result, 1, None)
        self.assertEqual(result.stdout.count(b" error: "), 1)
        self.assertIn(b"many.cfg: note: 1,499 more errors not shown (--max-errors 0 shows all)\n", result.stdout)
        result = run("check", "many.cfg")
        self.assertEqual(result.stdout.count(b" error: "), 100)
        self.assertTrue(result.stdout.endswith(b"\n1 file checked: 1500 errors\n"))
        self.assertEqual(run("check", "--max-errors=0", "many.cfg").stdout.count(b" error: "), 1500)
        (entry,) = self.check_json(run("check", "--max-errors=1", "--format=json", "many.cfg").stdout)
        self.assertEqual(len(entry["diagnostics"]), 1)
        self.assertEqual(entry["errors_not_shown"], 1499)
        self.assertNotIn("warnings_not_shown", entry)
        # A limit hides, it does not forgive.
        self.write("late.cfg", b"new: 1\n" * 5 + b"}\n")
        result = run("check", "--allow-unknown", "--max-errors=1", "--format=gcc", "late.cfg")
        self.check_result(result, 1, None)
        self.assertEqual(result.stdout.count(b" warning: "), 1)
        self.assertEqual(result.stdout.count(b" error: "), 1)

    def test_hostile_bytes_stay_valid_json_and_off_the_terminal(self):
        every_byte = bytes(range(256))
        inputs = [
            every_byte,
            b'quant_skip_layers: "' + every_byte + b'"\n',
            b"\x1b]0;title\x07: 1\n",
            b"\xef\xbb\xbfbatch_num: 1\n",
            b"\xff\xfeb\0a\0",
            b"batch_num: 1 # \xff\xfe\x1b[31m\n}\n",
            "n\u202eame\u2066\u200b：\u201c卷积\u201d\n".encode(),
            b'distill_group { start_layer_name: "\xe5\x8d" } \xc3(\n',
            b"\0" * 1000,
            b"\x80" * 100_000,
            b"{" * 100_000,
            b'"' * 10_000,
        ]
        for number, content in enumerate(inputs):
            with self.subTest(number):
                name = self.write(f"{number}.cfg", content)
                self.assertIn(run("check", name).returncode, (0, 1))
                for lang in ("en", "zh"):
                    for more in ([], ["--allow-unknown"]):
                        result = run("check", "--format=json", "--max-errors=0", "--lang", lang, *more, name)
                        (entry,) = self.check_json(result.stdout)
                        for d in entry["diagnostics"]:
                            if d["begin"] is not None:
                                self.assertLessEqual(d["end"], len(content))
                                before = content[: d["begin"]]
                                self.assertEqual(d["line"], before.count(b"\n") + 1)
                                self.assertEqual(d["column"], len(before) - (before.rfind(b"\n") + 1) + 1)
                        for form in ("text", "gcc"):
                            shown = run("check", "--format", form, "--lang", lang, *more, name).stdout
                            text = shown.decode("utf-8", "strict")
                            self.assertNotRegex(text, "[\x00-\x09\x0b-\x1f\x7f-\x9f\u200b-\u200f\u202a-\u202e\u2066-\u2069]")

    def test_hostile_path(self):
        name = self.write(b"a\x1b[31m\xff\n\".cfg".decode("utf-8", "surrogateescape"), BAD)
        result = run("check", "--format=gcc", name)
        self.check_result(result, 1, None)
        self.assertTrue(result.stdout.startswith(b"a\\x1B[31m\\xFF\\x0A\".cfg:1:1: error: "), result.stdout)
        (entry,) = self.check_json(run("check", "--format=json", name).stdout)
        self.assertEqual(entry["path"], 'a\x1b[31m\\xFF\n".cfg')

    def test_color(self):
        self.write("bad.cfg", BAD)
        self.assertNotIn(b"\x1b", run("check", "bad.cfg").stdout)
        self.assertIn(b"\x1b[1;31m", run("check", "--color=always", "bad.cfg").stdout)
        self.assertIn(b"\x1b[1;31m", run("check", "--color=always", "bad.cfg", env={"NO_COLOR": "1"}).stdout)
        self.assertNotIn(b"\x1b", run("check", "--color=always", "--format=json", "bad.cfg").stdout)
        self.assertIn(b"\x1b[1;31m", run_on_terminal("check", "bad.cfg"))
        self.assertIn(b"\x1b[1;31m", run_on_terminal("check", "bad.cfg", env={"NO_COLOR": ""}))
        self.assertNotIn(b"\x1b", run_on_terminal("check", "bad.cfg", env={"NO_COLOR": "1"}))
        self.assertNotIn(b"\x1b", run_on_terminal("check", "bad.cfg", env={"TERM": "dumb"}))
        self.assertNotIn(b"\x1b", run_on_terminal("check", "bad.cfg", env={"TERM": None}))
        self.assertNotIn(b"\x1b", run_on_terminal("check", "--color=never", "bad.cfg"))
        self.assertIn(b"\x1b[1;31m", run_on_terminal("print", "bad.cfg"))

    def test_source_fits_the_terminal(self):
        self.write("long.cfg", b"# " + b"x" * 500 + b"\n" + b'bach_num: 1 # ' + b"y" * 500 + b"\n")
        shown = run_on_terminal("check", "--color=never", "long.cfg").decode().splitlines()
        self.assertEqual(len(shown[1]), 59)
        self.assertTrue(shown[1].endswith("y…"))
        # With longer numbers of lines before it, less is shown.
        for lines in (99_998, 99_999, 1_000_000):
            self.write("long.cfg", b"\n" * lines + b'bach_num: 1 # ' + b"y" * 500 + b"\n")
            shown = run_on_terminal("check", "--color=never", "long.cfg").decode().splitlines()
            self.assertLessEqual(len(shown[1]), 60)
            self.assertTrue(shown[1].startswith(f"{lines + 1} | bach_num: 1"))
        self.write("good.cfg", b"batch_num: 1\n")
        shown = run_on_terminal("check", "--color=never", "good.cfg").decode().splitlines()
        self.assertEqual(shown, ["1 file checked: no errors"])


class Print(Files):
    def test_print(self):
        self.write("good.cfg", b"group_size:0x10,batch_num : 4 # comment\n")
        self.check_result(run("print", "good.cfg"), 0, b"batch_num: 4\ngroup_size: 16\n")
        self.check_result(run("print", "-", stdin=b""), 0, b"")
        self.check_result(run("print", "-", stdin=b"data_dump: 1"), 0, b"data_dump: true\n")

    def test_errors_print_nothing(self):
        self.write("bad.cfg", b"batch_num: 4\nbach_num: 1\n")
        result = run("print", "bad.cfg")
        self.check_result(result, 1, b"", None)
        self.assertTrue(result.stderr.startswith(b"bad.cfg:2:1: error: "))
        self.assertNotIn(b"checked", result.stderr)

    def test_warnings_go_to_standard_error(self):
        self.write("unknown.cfg", UNKNOWN)
        for form, expected in [("text", rb"\Aunknown\.cfg:2:1: warning: .*\[D2035\]\n   2 \| new_field: 2\n.*\^"),
                               ("gcc", rb"\Aunknown\.cfg:2:1: warning: .*\[D2035\]\n\Z")]:
            result = run("print", "--allow-unknown", "--diagnostics", form, "unknown.cfg")
            self.check_result(result, 0, GOOD, None)
            self.assertRegex(result.stderr, expected)

    def test_json_diagnostics(self):
        self.write("good.cfg", GOOD)
        self.write("bad.cfg", BAD)
        result = run("print", "--diagnostics=json", "good.cfg")
        self.check_result(result, 0, GOOD, None)
        self.assertEqual(self.check_json(result.stderr), [{"path": "good.cfg", "ok": True, "diagnostics": []}])
        result = run("print", "--diagnostics=json", "bad.cfg")
        self.check_result(result, 1, b"", None)
        (entry,) = self.check_json(result.stderr)
        self.assertFalse(entry["ok"])
        result = run("print", "--diagnostics=json", "missing")
        self.check_result(result, 2, b"", None)
        self.assertEqual(self.check_json(result.stderr)[0]["diagnostics"][0]["code"], "D9004")
        self.check_result(run("print", "good.cfg"), 0, GOOD)

    def test_reports_what_check_reports(self):
        for content in (BAD, UNKNOWN, b"\xff", b"batch_num: 1 batch_num: 2"):
            self.write("x.cfg", content)
            for semantics in ("strict", "merge", "amct"):
                checked = run("check", "--format=json", "--semantics", semantics, "x.cfg").stdout
                printed = run("print", "--diagnostics=json", "--semantics", semantics, "x.cfg").stderr
                self.assertEqual(json.loads(checked), json.loads(printed))


class Output(Files):
    @unittest.skipUnless(os.path.exists("/dev/full"), "needs /dev/full")
    def test_full_disk(self):
        self.write("good.cfg", GOOD)
        self.write("bad.cfg", BAD)
        message = b"distillcfg: cannot write to standard output: No space left on device\n"
        with open("/dev/full", "wb") as full:
            for arguments in (["check", "good.cfg"], ["check", "bad.cfg"], ["check", "--format=json", "good.cfg"],
                              ["print", "good.cfg"], ["--help"], ["--version"]):
                with self.subTest(arguments):
                    self.check_result(run(*arguments, stdout=full), 2, None, message)
            result = run("print", "--lang=zh", "good.cfg", stdout=full)
            self.assertEqual(result.stderr.decode(), "distillcfg：无法写到标准输出：磁盘空间不足\n")
            result = run("print", "--diagnostics=json", "good.cfg", stdout=full)
            self.assertEqual(result.returncode, 2)
            diagnostics = [d for entry in self.check_json(result.stderr) for d in entry["diagnostics"]]
            self.assertEqual([(d["code"], d["message"]) for d in diagnostics],
                             [("D9003", "the output could not be written: No space left on device")])
            # Diagnostics that could not be written are trouble too.
            printed = subprocess.run([TOOL, "print", "bad.cfg"], stdout=subprocess.PIPE, stderr=full, timeout=60)
            self.assertEqual((printed.returncode, printed.stdout), (2, b""))

    def test_reasons_in_chinese(self):
        self.write("good.cfg", GOOD)
        os.mkdir("folder")
        for path, reason in [("missing", "文件不存在"), ("folder", "这是一个目录"), ("good.cfg/x", "Not a directory")]:
            result = run("check", "--lang=zh", path)
            self.assertEqual(result.returncode, 2)
            self.assertIn(reason, (result.stdout + result.stderr).decode())
        read_end, write_end = os.pipe()
        os.close(read_end)
        with open(write_end, "wb") as closed:
            result = run("print", "good.cfg", "--lang=zh", stdout=closed)
        self.assertEqual(result.stderr.decode(), "distillcfg：无法写到标准输出：管道已关闭\n")

    def test_closed_pipe(self):
        self.write("many.cfg", BAD * 3000)
        for arguments in (["check", "--max-errors=0"], ["check", "--format=json"], ["print", "--semantics=merge"]):
            content = "many.cfg" if arguments[0] == "check" else self.write("good.cfg", GOOD)
            read_end, write_end = os.pipe()
            os.close(read_end)
            with open(write_end, "wb") as closed:
                self.check_result(
                    run(*arguments, content, stdout=closed), 2, None,
                    b"distillcfg: cannot write to standard output: Broken pipe\n")

    def test_closed_streams(self):
        self.write("good.cfg", GOOD)
        for script, status in [('"$1" check good.cfg >&-', 2), ('"$1" print good.cfg >&-', 2),
                               ('"$1" check --bogus 2>&-', 2), ('"$1" print good.cfg 2>&-', 0),
                               ('"$1" print missing 2>&-', 2)]:
            with self.subTest(script):
                result = subprocess.run(["sh", "-c", script, "sh", TOOL], capture_output=True, timeout=60)
                self.assertEqual(result.returncode, status, result)

    def test_slow_reader_of_a_nonblocking_pipe(self):
        self.write("many.cfg", BAD * 20_000)
        read_end, write_end = os.pipe()
        os.set_blocking(write_end, False)
        process = subprocess.Popen([TOOL, "check", "--max-errors=0", "--format=gcc", "many.cfg"], stdout=write_end)
        os.close(write_end)
        with open(read_end, "rb") as reader:
            shown = reader.read()
        self.assertEqual(process.wait(timeout=60), 1)
        self.assertEqual(shown.count(b" error: "), 20_000)

    def test_too_little_memory(self):
        self.write("big.cfg", b'quant_skip_layers: "conv"\n' * 2_000_000)

        def limit():
            resource.setrlimit(resource.RLIMIT_AS, (64 << 20, 64 << 20))

        try:
            result = run("check", "--format=gcc", "big.cfg", preexec_fn=limit)
            small = run("--version", preexec_fn=limit)
        except subprocess.SubprocessError:
            self.skipTest("cannot limit memory")
        if small.returncode != 0:
            self.skipTest("the tool itself needs more")
        self.assertEqual(result.returncode, 2, result)
        self.assertRegex(result.stdout + result.stderr, rb"(?i)out of memory|Cannot allocate memory")

    def test_too_large(self):
        with open("huge.cfg", "wb") as file:
            try:
                file.truncate(1 << 31)
            except OSError:
                self.skipTest("no sparse files")
        self.check_result(
            run("check", "--format=gcc", "huge.cfg"), 1,
            b"huge.cfg: error: the file is larger than 2147483647 bytes [D9002]\n")
        # An error like others: the file could be read, had it been worth it.
        self.check_result(
            run("check", "huge.cfg"), 1,
            b"huge.cfg: error: the file is larger than 2147483647 bytes [D9002]\n1 file checked: 1 error\n")

    def test_locale_changes_nothing(self):
        self.write("x.cfg", b"distill_data_quant_config { ulq_quantize { clip_max_min { clip_max: 1.5 clip_min: -1,5 }}}\n")
        plain = run("check", "x.cfg", env={"LC_ALL": "C"})
        for locale in ("de_DE.UTF-8", "zh_CN.UTF-8", "C.UTF-8", "tr_TR.UTF-8"):
            other = run("check", "x.cfg", env={"LC_ALL": locale, "LANG": locale})
            self.assertEqual((plain.returncode, plain.stdout), (other.returncode, other.stdout))


if __name__ == "__main__":
    unittest.main()
