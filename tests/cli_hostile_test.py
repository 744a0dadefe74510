#!/usr/bin/env python3
"""Nothing that the tool is given reaches a terminal as more than text, whatever it writes and wherever to.

    DISTILLCFG_TOOL=build/distillcfg python3 tests/cli_hostile_test.py
    python3 tests/cli_hostile_test.py build/distillcfg
"""

import itertools
import json
import os
import re
import subprocess
import termios
import unittest
import urllib.parse

import tool_under_test
from tool_under_test import TOOL, FolderTest, environment

# What the tool itself sets colours with. Texts below hold none of these.
COLOURS = re.compile(r"\x1b\[(?:0|1|2|1;31|1;32|1;35|1;36)m")
# Controls but LF; what turns text around, joins or hides it; byte order marks, tags, what is no character.
OBEYED = re.compile("[\0-\x09\x0b-\x1f\x7f-\x9f\xad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufdd0-\ufdef"
                    "\ufeff\ufff9-\ufffb\ufffe\uffff\U000e0000-\U000e0fff]")

CONTROLS = bytes(range(1, 32)) + b"\x7f"
SEQUENCES = b"\x1b[31m\x1b]0;owned\x07\x1b[2J\x1bc\x1bP+q\x1b\\\r\x08\x9b31m\xc2\x9b31m\xc2\x85\x0e"
UNICODE = "\u202e\u2066\u2069\u200f\u061c\u200b\ufeff\u2028\u00ad\U000e0041\ufffe\ufe0f".encode()
MALFORMED = b"\x80\xbf\xc0\xaf\xc1\xe5\x8d\xed\xa0\x80\xf4\x90\x80\x80\xf8\xff\xfe"
HOSTILE = SEQUENCES + UNICODE + MALFORMED + CONTROLS


def escaped(data):
    """As text format may write any bytes in quotes."""
    return b"".join(b"\\%03o" % byte for byte in data)


# Valid UTF-8 throughout, as strings must be to be parsed.
NAME = SEQUENCES.replace(b"\x9b31m", b"", 1) + UNICODE + CONTROLS
FORMS = ("text", "gcc", "json", "sarif")
LAYERS = [NAME + b"1", NAME + b"2", b"conv1", b"\x1b[31m"]
MODEL = b"".join(
    b'module { name: "%s" type: "Conv2d" }\nnode { name: "%s" op_type: "Conv" module_name: "%s" output { %s: %d } }\n'
    % (escaped(name), escaped(name), escaped(name), *((b"consumer", i + 1) if i < 3 else (b"graph_output", 0)))
    for i, name in enumerate(LAYERS)) + b'graph_output: "%s"\n' % escaped(NAME)
RESOLVED = b"batch_num: 2 # " + SEQUENCES.replace(b"\r", b"") + b'\nquant_skip_layers: ["%s"]\n' % escaped(LAYERS[0])
OTHER = b'distill_group { start_layer_name: "%s" end_layer_name: "%s" }\n' % (escaped(LAYERS[0]), escaped(LAYERS[1]))
REFUSED = [
    HOSTILE + b"\n" + bytes(range(256)),
    b"quant_skip_layers: ['%s', '%s']\nbatch_num: 0" % (escaped(HOSTILE), escaped(NAME)),
    b'quant_skip_layers: "%s"\nquant_skip_layers: "%s"\nbatch_num: 0\n' % ((escaped(NAME + b"x"),) * 2),
    b'distill_group { start_layer_name: "%s" end_layer_name: "x" }\n' % escaped(NAME + b"y"),
    b'distill_override_layer_types { layer_type: "%s" }\nbatch_num: -%s\n' % (escaped(NAME), HOSTILE),
    b"bach_num\x1b[31m: 1\nbatch_num: 1" + UNICODE + b"\ndata_dump: tru\xc2\x9be\n",
    "\u201cx\u201d\uff1a{\u3000}\u00a0\u2028".encode() + b"<" + SEQUENCES + b">",
    b'distill_group { start_layer_name: "' + HOSTILE.replace(b"\n", b"") + b'" }',
    b'distill_data_quant_config { ulq_quantize { dst_type: "' + escaped(SEQUENCES) + b'" clip_max_min: ' + SEQUENCES,
    b"[type.googleapis.com/" + HOSTILE + b"] { }\n12" + HOSTILE + b": 0x" + HOSTILE,
]
PATH = (HOSTILE.replace(b"/", b"")[:200] + b".cfg").decode("utf-8", "surrogateescape")


def variables():
    """An environment in which everything that programs look at is hostile."""
    hostile = HOSTILE.decode("utf-8", "surrogateescape")
    return {**environment(), **dict.fromkeys(
        ["NO_COLOR", "TERM", "LANG", "LC_ALL", "LANGUAGE", "COLUMNS", "LINES", "CLICOLOR_FORCE", "COLORTERM"], hostile)}


class Hostile(FolderTest):
    def setUp(self):
        super().setUp()
        self.write("model", MODEL)
        self.write("ok.cfg", RESOLVED)
        self.write("other.cfg", OTHER)

    def check_fit(self, output, arguments, coloured=False):
        text = output.decode("utf-8", "strict")
        if coloured:
            text = COLOURS.sub("", text)
        found = OBEYED.search(text)
        self.assertIsNone(found, (arguments, found and text[max(0, found.start() - 60):found.end() + 20]))

    def run_hostile(self, *arguments, env=None):
        result = subprocess.run([b"\x1b[31m" + HOSTILE, *arguments], executable=TOOL, stdin=subprocess.DEVNULL,
                                capture_output=True, env=env or environment(), timeout=60)
        self.assertIn(result.returncode, (0, 1, 2), (arguments, result))
        coloured = "--color=always" in arguments
        self.check_fit(result.stdout, arguments, coloured)
        self.check_fit(result.stderr, arguments, coloured)
        return result

    def run_on_terminal(self, *arguments, env):
        def show_bytes_as_written(terminal):
            settings = termios.tcgetattr(terminal)
            settings[1] &= ~termios.OPOST
            termios.tcsetattr(terminal, termios.TCSANOW, settings)

        status, shown = tool_under_test.run_on_terminal(arguments, env, show_bytes_as_written)
        self.assertIn(status, (0, 1, 2))
        return shown

    @staticmethod
    def every_form(*files, model="model", layers=LAYERS, forms=FORMS):
        """Every command in every format, with its diagnostics in each of `forms`."""
        for form in forms:
            yield ["check", "--format", form, *files]
            yield ["check", "--format", form, "--model", model, *files]
            yield ["print", "--diagnostics", form, files[0]]
            for product in ("table", "json", "amct"):
                yield ["resolve", "--format", product, "--diagnostics", form, "--model", model, files[0]]
            yield ["explain", "--diagnostics", form, "--model", model, files[0], *layers]
            yield ["diff", "--diagnostics", form, "--model", model, files[0], files[-1]]

    def test_every_command_and_format_that_succeeds(self):
        for language, colour in itertools.product(("en", "zh"), ("always", "never")):
            for arguments in self.every_form("ok.cfg", "other.cfg"):
                result = self.run_hostile(*arguments, "--lang", language, "--color=" + colour)
                self.assertEqual(result.returncode, 1 if arguments[0] == "diff" else 0, (arguments, result))
                if arguments[0] != "check":
                    self.assertTrue(result.stdout)

    def test_every_command_and_format_that_refuses(self):
        missing = ["no" + PATH, NAME, b"\xff\x1b[31m", "x" * 100_000]
        for number, content in enumerate(REFUSED):
            self.write("bad.cfg", content)
            language = ("en", "zh")[number // 2 % 2]
            for more in (["--allow-unknown", "--max-errors=0"], ["--semantics=amct", "--color=always"]):
                # Each form gets every other content: with all of them this takes minutes under sanitizers.
                for arguments in self.every_form("bad.cfg", "ok.cfg", layers=missing, forms=FORMS[number % 2::2]):
                    result = self.run_hostile(*arguments, *more, "--lang", language)
                    if "--model" in arguments:  # the rest may pass without one
                        self.assertNotEqual(result.returncode, 0, (arguments, result))
                    for stream in (result.stdout, result.stderr):
                        if ("json" in arguments or "sarif" in arguments) and stream.startswith(b"{"):
                            json.loads(stream)
            self.assertNotEqual(self.run_hostile("check", "--model", "bad.cfg", "ok.cfg").returncode, 0)

    def test_unknown_layers(self):
        for language, form in itertools.product(("en", "zh"), FORMS):
            result = self.run_hostile("explain", "--model", "model", "--diagnostics", form, "--lang", language, "ok.cfg",
                                      HOSTILE, b"\x1b[32m", "\u202e", "x" * 100_000)
            self.assertEqual(result.returncode, 1)

    def test_paths(self):
        for path, content in ((PATH, REFUSED[2]), ("no" + PATH, None)):
            if content is not None:
                self.write(path, content)
            for language in ("en", "zh"):
                for arguments in self.every_form(path, path, model=path):
                    self.run_hostile(*arguments, "--lang", language)
        # JSON holds every byte of the path, in characters.
        entry = json.loads(self.run_hostile("check", "--format=json", PATH).stdout)["files"][0]
        shown = PATH.encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace")
        self.assertEqual(entry["path"], re.sub(r"\\x[0-9a-f]{2}", lambda escape: "\\x" + escape[0][2:].upper(), shown))
        # SARIF holds it as a URI.
        (run,) = json.loads(self.run_hostile("check", "--format=sarif", PATH).stdout)["runs"]
        uri = run["artifacts"][0]["location"]["uri"]
        self.assertEqual(urllib.parse.unquote_to_bytes(uri), PATH.encode("utf-8", "surrogateescape"))
        self.assertRegex(uri, r"^([A-Za-z0-9._~/-]|%[0-9A-F]{2})+$")
        self.write(PATH, RESOLVED)
        for arguments in self.every_form(PATH, "other.cfg"):
            self.run_hostile(*arguments)

    def test_output_path(self):
        for path in ("no" + PATH + "/" + PATH, "a\nb/x"):
            for form in FORMS:
                result = self.run_hostile("resolve", "--model", "model", "--diagnostics", form, "-o", path)
                self.assertEqual(result.returncode, 2)
        self.run_hostile("resolve", "--model", "model", "-o", PATH, PATH)
        self.write(PATH, RESOLVED)
        result = self.run_hostile("resolve", "--model", "model", "-o", PATH, PATH)
        self.assertIn(b"would replace", result.stderr)

    def test_usage_errors(self):
        text = HOSTILE.decode("utf-8", "surrogateescape")
        for language in ("en", "zh"):
            for arguments in (
                    [text], ["--" + text], ["-" + text], ["check", "--" + text], ["check", "-" + text + "=x"],
                    ["--help=" + text], ["check", "--werror=" + text, "x"], ["check", "--max-errors", text, "x"],
                    ["check", "--format", text, "x"], ["check", "--format=" + text, "x"], ["--lang", text],
                    ["print", "a", text], ["resolve", "--model", "m", "a", text], ["diff", "--model", "m", "a", "b", text],
                    ["x" * 100_000], ["check", "--" + "\x1b" * 100_000], ["--color", "\u202e" * 30_000]):
                result = self.run_hostile("--lang", language, *arguments)
                self.assertEqual((result.returncode, result.stdout), (2, b""), arguments)
                self.assertEqual(result.stderr.count(b"\n"), 2)
                self.assertLess(len(result.stderr), 1000)

    def test_environment(self):
        self.write("bad.cfg", REFUSED[2])
        plain = [self.run_hostile(*arguments) for arguments in self.every_form("bad.cfg", "ok.cfg")]
        hostile = [self.run_hostile(*arguments, env=variables()) for arguments in self.every_form("bad.cfg", "ok.cfg")]
        for one, other in zip(plain, hostile):
            self.assertEqual((one.returncode, one.stdout, one.stderr), (other.returncode, other.stdout, other.stderr))

    def test_on_a_terminal(self):
        self.write("bad.cfg", b"\n".join(REFUSED[1:3]))
        coloured = False
        for language, env in (("en", {"TERM": "xterm"}), ("zh", variables()), ("en", {"TERM": HOSTILE})):
            for files in (["ok.cfg", "other.cfg"], ["bad.cfg", "ok.cfg"]):
                for arguments in self.every_form(*files):
                    shown = self.run_on_terminal(*arguments, "--lang", language, env=env)
                    self.check_fit(shown, arguments, coloured="NO_COLOR" not in env)
                    coloured |= b"\x1b" in shown
        self.assertTrue(coloured)

    def test_products_are_ascii_where_their_format_says_so(self):
        """config.json is AMCT's, ASCII throughout; the printed form escapes as protobuf does."""
        for product in (["resolve", "--format", "amct", "--model", "model", "ok.cfg"], ["print", "other.cfg"]):
            self.assertTrue(self.run_hostile(*product).stdout.isascii())


if __name__ == "__main__":
    unittest.main()
