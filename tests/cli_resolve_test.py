#!/usr/bin/env python3
"""The tool with a network: resolve, explain, diff, check --model.

    DISTILLCFG_TOOL=build/distillcfg python3 tests/cli_resolve_test.py
    python3 tests/cli_resolve_test.py build/distillcfg
"""

import json
import os
import stat
import subprocess
import unittest

from tool_under_test import TOOL, FolderTest, environment

MODULES = b"""\
module { name: "conv1" type: "Conv2d" }
module { name: "bn1" type: "BatchNorm2d" }
module { name: "relu1" type: "ReLU" }
module { name: "conv2" type: "Conv2d" }
module { name: "fc" type: "Linear" }
"""
MODEL = MODULES + b"""\
node { name: "conv1" op_type: "Conv" module_name: "conv1" output { consumer: 1 } }
node { name: "bn1" op_type: "BatchNormalization" module_name: "bn1" output { consumer: 2 } }
node { name: "relu1" op_type: "Relu" module_name: "relu1" output { consumer: 3 } }
node { name: "conv2" op_type: "Conv" module_name: "conv2" output { consumer: 4 } }
node { name: "fc" op_type: "Gemm" module_name: "fc" output { graph_output: 0 } }
graph_output: "output"
"""
CONFIG = b"""\
batch_num: 2
distill_data_quant_config {
  ulq_quantize { clip_max_min { clip_max: 3.3 clip_min: -6 } fixed_min: t }
}
quant_skip_layers: ["fc"]
distill_override_layers {
  layer_name: "conv2"
  distill_weight_quant_config { ulq_distill { channel_wise: false dst_type: INT8 } }
}
distill_override_layer_types { layer_type: "Linear" }
"""


def run(*arguments, stdin=b"", **more):
    return subprocess.run([TOOL, *arguments], input=stdin, capture_output=True, env=environment(), timeout=120, **more)


class Network(FolderTest):
    def setUp(self):
        super().setUp()
        self.write("model", MODEL)
        self.write("modules", MODULES)
        self.write("a.cfg", CONFIG)

    @staticmethod
    def read(name):
        with open(name, "rb") as file:
            return file.read()

    def diagnostics(self, result, path):
        document = json.loads(result.stderr or result.stdout)
        (entry,) = [entry for entry in document["files"] if entry["path"] == path]
        return entry["diagnostics"]

    def usage_error(self, expected, *arguments):
        result = run(*arguments)
        self.assertEqual((result.returncode, result.stdout), (2, b""), result)
        self.assertEqual(result.stderr.decode().splitlines(),
                         ["distillcfg: " + expected, f"Try 'distillcfg {arguments[0]} --help'."])


class Resolve(Network):
    def resolve_json(self, *arguments, config=CONFIG):
        result = run("resolve", "--format", "json", *arguments)
        self.assertEqual(result.returncode, 0, result)
        document = json.loads(result.stdout)
        self.assertEqual(sum(rule["layers"] for rule in document["summary"]["rules"]), len(document["layers"]))
        self.check_places(document, config)
        return document

    def check_places(self, value, config):
        if isinstance(value, list):
            for each in value:
                self.check_places(each, config)
        elif isinstance(value, dict):
            if "begin" in value and value["begin"] is not None:
                self.assertEqual(value["line"], config[: value["begin"]].count(b"\n") + 1)
                self.assertGreater(value["end"], value["begin"])
                self.assertLessEqual(value["end"], len(config))
            for each in value.values():
                self.check_places(each, config)

    def test_json(self):
        document = self.resolve_json("a.cfg", "--model", "model")
        text = lambda v: CONFIG[v["begin"]:v["end"]].decode()
        self.assertEqual(document["batch_num"]["value"], 2)
        self.assertEqual((document["batch_num"]["from"], text(document["batch_num"])), ("global", "2"))
        self.assertEqual(document["group_size"],
                         {"value": 1, "from": "default", "line": None, "begin": None, "end": None})
        self.assertEqual(document["distill_groups"], [["conv1", "bn1", "relu1"], ["conv2"], ["fc"]])
        conv1, conv2, fc = document["layers"]
        self.assertEqual([conv1["name"], conv1["type"], conv1["quantize"]], ["conv1", "Conv2d", True])
        self.assertEqual((conv1["rule"]["from"], text(conv1["rule"])), ("global", "distill_data_quant_config"))
        self.assertEqual(conv1["data"]["clip_max"]["value"], 3.299999952316284)
        self.assertEqual(text(conv1["data"]["clip_max"]), "3.3")
        self.assertEqual(text(conv1["data"]["clip_min"]), "-6")
        self.assertEqual((conv1["data"]["fixed_min"]["value"], text(conv1["data"]["fixed_min"])), (True, "t"))
        self.assertEqual(text(conv1["data"]["algo"]), "ulq_quantize")
        self.assertEqual(conv1["weight"]["channel_wise"]["value"], True)
        self.assertEqual(conv2["rule"]["from"], "layer override")
        self.assertEqual([r["from"] for r in conv2["lost"]], ["global"])
        self.assertEqual(sorted(conv2["data"]), ["algo", "dst_type"])
        self.assertEqual(text(conv2["weight"]["channel_wise"]), "false")
        self.assertEqual((fc["quantize"], text(fc["rule"])), (False, '"fc"'))
        self.assertEqual([r["from"] for r in fc["lost"]], ["type override", "global"])
        self.assertEqual([(r["rule"]["from"], r["text"], r["layers"]) for r in document["summary"]["rules"]],
                         [("skip layer", "fc", 1), ("layer override", "conv2", 1), ("type override", "Linear", 0),
                          ("global", "", 1)])

    def test_json_without_nodes_or_cfg(self):
        document = self.resolve_json("a.cfg", "--model", "modules")
        self.assertIsNone(document["distill_groups"])
        document = self.resolve_json("--model", "model", config=b"")
        self.assertEqual([(r["rule"]["from"], r["layers"]) for r in document["summary"]["rules"]], [("default", 3)])

    def test_json_of_numbers_that_json_lacks(self):
        config = self.write("inf.cfg", b"distill_data_quant_config { ulq_quantize { clip_max_min "
                                       b"{ clip_max: inf clip_min: nan } } }")
        document = self.resolve_json(config, "--model", "model", config=self.read(config))
        data = document["layers"][0]["data"]
        self.assertEqual((data["clip_max"]["value"], data["clip_min"]["value"]), ("inf", "nan"))

    def test_table(self):
        result = run("resolve", "a.cfg", "--model", "model")
        self.assertEqual(result.returncode, 0)
        lines = result.stdout.decode().splitlines()
        self.assertRegex(lines[0], r"^LAYER +CLASS +TYPE +DATA ")
        self.assertRegex(lines[1], r"^conv1 +Conv2d +INT8 +ulq_quantize +-6\.0 \.\. 3\.3 +true .* global, line 2$")
        self.assertRegex(lines[3], r"^fc +Linear +no .* skip layer, line 5$")
        self.assertIn("Summary: 3 layers, 2 quantised (2 INT8, 0 INT4), 1 skipped", lines)
        self.assertRegex(lines[-2], r"type override +Linear +line 10 +none")
        for line in lines:
            self.assertEqual(line, line.rstrip())
        self.assertNotIn(b"\x1b", result.stdout)
        self.assertIn(b"\x1b[", run("resolve", "a.cfg", "--model", "model", "--color", "always").stdout)
        chinese = run("resolve", "a.cfg", "--model", "model", "--lang", "zh").stdout.decode()
        self.assertIn("汇总：共 3 层", chinese)

    def test_table_groups_many_layers(self):
        modules = [f"b.{i}.c{j}" for i in range(12) for j in (1, 2)] + ["头"]
        self.write("many", "".join(f'module {{ name: "{n}" type: "Conv2d" }}\n' for n in modules).encode())
        self.write("many.cfg", b'quant_skip_layers: ["b.3.c1", "b.4.c1"]')
        rows = run("resolve", "many.cfg", "--model", "many").stdout.decode().splitlines()
        names = [row.split()[:2] for row in rows[1:5]]
        self.assertEqual(names, [["b.{0..2,5..11}.c{1,2}", "20"], ["b.{3,4}.c1", "2"], ["b.{3,4}.c2", "2"],
                                 ["头", "Conv2d"]])
        # A wide character takes two columns.
        self.assertEqual(rows[4].index("Conv2d") + 1, rows[1].index("Conv2d"))

    @staticmethod
    def convolutions(count):
        """A chain of them."""
        modules = "".join(f'module {{ name: "c{i}" type: "Conv2d" }}\n' for i in range(count))
        nodes = "".join(f'node {{ name: "c{i}" op_type: "Conv" module_name: "c{i}" output {{ '
                        + (f'consumer: {i + 1}' if i + 1 < count else 'graph_output: 0') + ' } }\n'
                        for i in range(count))
        return (modules + nodes + 'graph_output: "output"\n').encode()

    def test_table_of_few_layers_has_a_row_for_each(self):
        for count, name in ((24, "c0"), (25, "c{0..24}")):
            self.write("chain", self.convolutions(count))
            rows = run("resolve", "--model", "chain").stdout.decode().splitlines()
            self.assertEqual(rows[1].split()[0], name)

    def test_table_shortens_long_groups(self):
        for count, text in ((9, "c0 → c1 → c2 → c3 → c4 → c5 → c6 → c7 → c8"),
                            (10, "c0 → c1 → c2 → c3 → c4 → c5 → (2 more) → c8 → c9")):
            self.write("chain", self.convolutions(count))
            self.write("chain.cfg", b"group_size: 99\n")
            rows = run("resolve", "chain.cfg", "--model", "chain").stdout.decode().splitlines()
            self.assertIn("  1  " + text, rows)

    def test_table_has_the_lines_of_rules_in_any_order(self):
        self.write("chain", self.convolutions(30))
        self.write("chain.cfg", "".join(f'quant_skip_layers: "c{i}"\n' for i in range(20, 0, -1)).encode())
        rows = run("resolve", "chain.cfg", "--model", "chain").stdout.decode().splitlines()
        self.assertTrue(any(row.startswith("c{1..20} ") and row.endswith(" skip layer, lines 1-20") for row in rows))

    def test_table_sums_up_many_rules(self):
        for count in (12, 13, 14):
            self.write("chain", self.convolutions(20))
            skips = "".join(f'quant_skip_layers: "c{i}"\n' for i in range(count))
            overrides = "".join(f'distill_override_layers {{ layer_name: "c{i}" }}\n' for i in range(count))
            self.write("chain.cfg", (skips + overrides).encode())
            result = run("resolve", "chain.cfg", "--model", "chain")
            self.assertEqual(result.returncode, 0, result)
            rows = result.stdout.decode().splitlines()
            idle = [row for row in rows if row.endswith("none: it has no effect")]
            self.assertEqual(len(idle), 12)
            self.assertEqual(idle[-1].split()[:3], ["layer", "override", "c11"])
            more = [row.strip() for row in rows if "more without effect" in row]
            self.assertEqual(more, [f"and {count - 12} more without effect"] if count > 12 else [])
            if count > 12:
                self.assertTrue(any(row.split()[:4] == ["skip", "layer", f"{count}", "rules"] for row in rows))

    def test_hostile_names(self):
        self.write("hostile", b'module { name: "\\033[31m\\n\xe2\x80\xae" type: "Linear" }\n')
        result = run("resolve", "--model", "hostile")
        self.assertEqual(result.returncode, 0)
        self.assertIn(b"\\x1B[31m\\x0A\\u{202E}", result.stdout)
        self.assertNotIn(b"\x1b", result.stdout)
        (layer,) = self.resolve_json("--model", "hostile")["layers"]
        self.assertEqual(layer["name"], "\x1b[31m\n\u202e")

    def test_amct(self):
        result = run("resolve", "--format", "amct", "a.cfg", "--model", "model")
        self.assertEqual(result.returncode, 0)
        document = json.loads(result.stdout)
        self.assertEqual(list(document)[:5], ["version", "batch_num", "group_size", "data_dump", "distill_group"])
        result = run("resolve", "--format", "amct", "--diagnostics", "json", "a.cfg", "--model", "modules")
        self.assertEqual((result.returncode, result.stdout), (1, b""))
        self.assertEqual([d["code"] for d in self.diagnostics(result, "a.cfg") if d["severity"] == "error"], ["D4024"])

    def test_limit_without_a_cfg(self):
        self.write("warned", MODULES + b'module { name: "batch_num" type: "Conv2d" }\nfuture: 1\n')
        result = run("resolve", "--model", "warned", "--allow-unknown", "--max-errors=1", "--diagnostics=gcc")
        self.assertEqual(result.returncode, 0, result)
        self.assertEqual(result.stderr.count(b" warning: "), 1, result)
        self.assertIn(b"1 more warning not shown", result.stderr)

    def test_errors(self):
        self.write("bad.cfg", b'quant_skip_layers: ["conv3", "x\'y"]\n')
        self.write("broken", b"modul {}\n")
        for form in ("table", "json", "amct"):
            result = run("resolve", "--format", form, "--diagnostics", "json", "bad.cfg", "--model", "model")
            self.assertEqual((result.returncode, result.stdout), (1, b""))
            found = self.diagnostics(result, "bad.cfg")
            self.assertEqual([d["amct_error"] for d in found if "amct_error" in d],
                             ["ValueError: quant_skip_layers['conv3', \"x'y\"] not exist or supported"] * 2)
            result = run("resolve", "--format", form, "--diagnostics", "json", "a.cfg", "--model", "broken")
            self.assertEqual((result.returncode, result.stdout), (1, b""))
            self.assertTrue(self.diagnostics(result, "broken"))
        result = run("resolve", "bad.cfg", "--model", "model")
        self.assertEqual(result.stderr.count(b"= AMCT: ValueError: quant_skip_layers["), 1)
        self.write("int4.cfg", b"distill_data_quant_config { ulq_quantize { dst_type: INT4 } }\n"
                               b"distill_weight_quant_config { arq_distill { dst_type: INT4 } }\n")
        self.assertEqual(run("resolve", "int4.cfg", "--model", "model").returncode, 0)
        self.assertEqual(run("resolve", "int4.cfg", "--model", "model", "--no-int4").returncode, 1)
        self.assertEqual(run("check", "int4.cfg", "--model", "model", "--no-int4").returncode, 1)
        # AMCT reads the global settings whatever the network is, those of an override if a layer uses it.
        result = run("check", "int4.cfg", "--no-int4")
        self.assertEqual((result.returncode, result.stdout.count(b"warning: "), result.stdout.count(b"error: ")), (1, 0, 2))
        self.write("override.cfg", b"distill_override_layers { layer_name: 'fc' distill_data_quant_config {\n"
                                   b"  ulq_quantize { dst_type: INT4 } } }\n")
        result = run("check", "override.cfg", "--no-int4")
        self.assertEqual((result.returncode, result.stdout.count(b"error: ")), (0, 0))

    def test_what_was_not_read_is_not_resolved(self):
        for arguments in (["--model", "no.model"], ["no.cfg", "--model", "model"]):
            with self.subTest(arguments):
                result = run("resolve", "--format", "json", "--diagnostics", "json", *arguments)
                self.assertEqual(result.returncode, 2)
                files = json.loads(result.stderr)["files"]
                codes = [diagnostic["code"] for file in files for diagnostic in file["diagnostics"]]
                self.assertEqual(codes, ["D9004"])

    def test_unreadable_files(self):
        for arguments in (["no.cfg", "--model", "model"], ["a.cfg", "--model", "no.model"]):
            result = run("resolve", "--diagnostics", "json", *arguments)
            self.assertEqual((result.returncode, result.stdout), (2, b""))
            codes = [d["code"] for f in json.loads(result.stderr)["files"] for d in f["diagnostics"]]
            self.assertIn("D9004", codes)

    def test_usage(self):
        self.usage_error("'resolve' needs the network: --model MODEL", "resolve", "a.cfg")
        self.usage_error("'resolve' takes one file, and 'b' is another", "resolve", "a", "b", "--model", "m")
        self.usage_error("standard input ('-') can be read only once", "resolve", "-", "--model", "-")
        self.usage_error("'--format' takes table|json|amct, not 'tabel'; did you mean 'table'?", "resolve", "--format",
                         "tabel", "--model", "model")
        self.usage_error("'--model' takes the path of a file", "resolve", "--model=")
        self.usage_error("'--output' takes the path of a file", "resolve", "--output=")
        self.usage_error("'--output' is an option of 'resolve', not of 'check'", "check", "-o", "x", "a.cfg")
        self.usage_error("'explain' needs the network: --model MODEL", "explain", "a.cfg", "conv1")
        self.usage_error("no layer given", "explain", "a.cfg", "--model", "model")
        self.usage_error("a layer's name is empty", "explain", "a.cfg", "--model", "model", "")
        self.usage_error("'--output ./a.cfg' would replace 'a.cfg', which is read", "resolve", "a.cfg", "--model",
                         "model", "-o", "./a.cfg")
        self.usage_error("'--output model' would replace 'model', which is read", "resolve", "--model", "model", "-o",
                         "model")
        self.usage_error("'diff' takes two files", "diff", "a.cfg", "--model", "model")
        self.usage_error("'diff' takes two files, and 'c' is another", "diff", "a", "b", "c", "--model", "model")
        self.usage_error("standard input ('-') can be read only once", "diff", "-", "-", "--model", "model")
        for command in ("resolve", "explain", "diff"):
            for language in ("en", "zh"):
                result = run(command, "--help", "--lang", language)
                self.assertEqual((result.returncode, result.stderr), (0, b""))
                for line in result.stdout.decode().splitlines():
                    self.assertLessEqual(len(line), 100)
                    self.assertEqual(line, line.rstrip())


class Output(Network):
    def resolve_to(self, path, *arguments, config="a.cfg"):
        return run("resolve", config, "--model", "model", "--format", "json", "-o", path, *arguments)

    def test_inputs_that_are_not_there(self):
        self.write("out", b"old")
        for arguments in (["a.cfg", "--model", "missing"], ["missing", "--model", "model"]):
            result = run("resolve", *arguments, "-o", "out")
            self.assertEqual(result.returncode, 2)
            self.assertIn(b"cannot read 'missing'", result.stdout + result.stderr)
            self.assertEqual(self.read("out"), b"old")
        self.usage_error("'resolve' needs the network: --model MODEL", "resolve", "a.cfg", "-o", "out")

    def test_new_file(self):
        expected = run("resolve", "a.cfg", "--model", "model", "--format", "json").stdout
        result = run("resolve", "a.cfg", "--model", "model", "--format", "json", "-o", "out", umask=0o027)
        self.assertEqual((result.returncode, result.stdout), (0, b""))
        self.assertEqual(self.read("out"), expected)
        self.assertEqual(stat.S_IMODE(os.stat("out").st_mode), 0o640)
        self.assertEqual(sorted(os.listdir()), ["a.cfg", "model", "modules", "out"])
        self.assertEqual(self.resolve_to("-").stdout, expected)

    def test_existing_file_and_links(self):
        os.mkdir("folder")
        self.write("folder/out", b"old")
        os.chmod("folder/out", 0o604)
        os.symlink("folder/out", "link")
        os.symlink("link", "link2")
        self.assertEqual(self.resolve_to("link2").returncode, 0)
        self.assertTrue(os.path.islink("link2") and os.path.islink("link"))
        self.assertTrue(self.read("folder/out").startswith(b"{"))
        self.assertEqual(stat.S_IMODE(os.stat("folder/out").st_mode), 0o604)
        self.assertEqual(os.listdir("folder"), ["out"])
        os.symlink("folder/new", "dangling")
        self.assertEqual(self.resolve_to("dangling").returncode, 0)
        self.assertTrue(os.path.islink("dangling") and os.path.isfile("folder/new"))

    def test_failures_leave_the_file_alone(self):
        self.write("bad.cfg", b'quant_skip_layers: "x"\n')
        self.write("out", b"old")
        self.assertEqual(self.resolve_to("out", config="bad.cfg").returncode, 1)
        self.assertEqual(self.read("out"), b"old")
        os.symlink("circle", "circle")
        for path in ("no/out", "circle", ".", "no/"):
            result = self.resolve_to(path)
            self.assertEqual((result.returncode, result.stdout), (2, b""), path)
            self.assertIn(f"distillcfg: cannot write '{path}': ".encode(), result.stderr)
        result = self.resolve_to("no/out", "--diagnostics", "json")
        self.assertEqual([(d["code"], d["message"]) for d in self.diagnostics(result, "no/out")],
                         [("D9003", "the output could not be written: No such file or directory")])
        self.assertEqual([name for name in os.listdir() if name.startswith(".")], [])

    def test_full_disk(self):
        if not os.path.exists("/dev/full"):
            self.skipTest("no /dev/full")
        self.assertEqual(self.resolve_to("/dev/full").returncode, 2)
        self.assertEqual(self.resolve_to("/dev/null").returncode, 0)
        self.assertTrue(stat.S_ISCHR(os.stat("/dev/null").st_mode))


class Explain(Network):
    def test_story(self):
        result = run("explain", "a.cfg", "--model", "model", "conv2", "fc", "conv1")
        self.assertEqual(result.returncode, 0, result)
        text = result.stdout.decode()
        self.assertIn("conv2 (Conv2d): quantised, INT8\n", text)
        self.assertRegex(text, r"\* +layer override +conv2 +a\.cfg:6\n +global +a\.cfg:2 +lost: data clip_max 3\.3")
        self.assertRegex(text, r"channel_wise +false +a\.cfg:8\n")
        self.assertRegex(text, r"clip_max +auto +default: ")
        self.assertIn("Distill group 1 of 3: conv1 → bn1 → relu1\n", text)
        self.assertRegex(text, r"fc \(Linear\): not quantised\n.*\n +\* +skip layer +fc +a\.cfg:5\n")

    def test_each_part_is_named_once(self):
        text = run("explain", "a.cfg", "--model", "model", "conv1").stdout.decode()
        values = text[text.index("What it gets:"):text.index("Distill group")].splitlines()[1:-1]
        self.assertEqual([line.split()[0] for line in values],
                         ["data", "clip_max", "clip_min", "fixed_min", "dst_type", "weight", "channel_wise", "dst_type"])

    def test_what_lost_to_a_skip_is_told_whole(self):
        self.write("b.cfg", b'quant_skip_layers: "fc"\ndistill_weight_quant_config { arq_distill { dst_type: INT8 } }\n')
        text = run("explain", "b.cfg", "--model", "model", "fc").stdout.decode()
        self.assertIn("lost: it would quantise it: weight algo arq_distill, dst_type INT8\n", text)

    def test_a_layer_given_twice_is_explained_once(self):
        once = run("explain", "a.cfg", "--model", "model", "conv1")
        self.assertEqual(run("explain", "a.cfg", "--model", "model", "conv1", "conv1").stdout, once.stdout)

    def test_output_that_fails(self):
        self.write("b.cfg", CONFIG.replace(b"batch_num: 2", b"batch_num: 3"))
        for arguments in (["explain", "a.cfg", "conv1"], ["diff", "a.cfg", "b.cfg"]):
            with self.subTest(arguments), open("/dev/full", "wb") as full:
                command = [TOOL, *arguments, "--model", "model"]
                result = subprocess.run(command, stdout=full, stderr=subprocess.PIPE, env=environment(), timeout=120)
                self.assertEqual(result.returncode, 2)
                self.assertTrue(result.stderr.endswith(
                    b"distillcfg: cannot write to standard output: No space left on device\n"), result)
                # Its warnings have nowhere to go.
                result = subprocess.run(command, stdout=subprocess.PIPE, stderr=full, env=environment(), timeout=120)
                self.assertEqual(result.returncode, 2)
                self.assertIn(b"conv1" if arguments[0] == "explain" else b"batch_num", result.stdout)

    def test_long_output_that_fails(self):
        """The writer is stopped before it has made the whole."""
        count = 3000
        self.write("many", b"".join(b'module { name: "l%d" type: "Linear" }\n' % i for i in range(count)))
        self.write("long.cfg", b"".join(
            b'distill_override_layers { layer_name: "l%d" distill_data_quant_config { ulq_quantize {\n'
            b"  clip_max_min { clip_max: %d clip_min: -1 } } } }\n" % (i, i + 1) for i in range(count)))
        self.write("empty.cfg", b"")
        for arguments in (["print", "long.cfg"],
                          ["explain", "long.cfg", "--model", "many", *(f"l{i}" for i in range(count))],
                          ["diff", "empty.cfg", "long.cfg", "--model", "many"],
                          ["resolve", "long.cfg", "--model", "many"]):
            with self.subTest(arguments[0]), open("/dev/full", "wb") as full:
                command = [TOOL, *arguments]
                self.assertGreater(len(run(*arguments).stdout), 200_000)
                result = subprocess.run(command, stdout=full, stderr=subprocess.PIPE, env=environment(), timeout=120)
                self.assertEqual((result.returncode, result.stderr), (
                    2, b"distillcfg: cannot write to standard output: No space left on device\n"))

    def test_a_network_without_layers(self):
        """That there are none is said once, of the configuration that asked for them."""
        self.write("none", b'module { name: "relu" type: "ReLU" }\n')
        self.write("empty.cfg", b"")
        result = run("explain", "empty.cfg", "--model", "none", "--diagnostics", "gcc", "relu")
        self.assertEqual((result.returncode, result.stdout), (1, b""))
        self.assertEqual(result.stderr.count(b"[D4005]"), 1, result.stderr)
        self.assertEqual(result.stderr.count(b"[D4002]"), 1, result.stderr)

    def test_a_network_that_is_wrong(self):
        """Which layers it has is not known, so that none is said to be missing."""
        self.write("wrong", b"batch_num: 1\n")
        result = run("explain", "a.cfg", "--model", "wrong", "--diagnostics", "gcc", "conv1")
        self.assertEqual((result.returncode, result.stdout), (1, b""))
        self.assertEqual(result.stderr.count(b" error: "), 1, result.stderr)

    def test_unknown_layers(self):
        result = run("explain", "a.cfg", "--model", "model", "--diagnostics", "json", "conv", "relu1", "conv1")
        self.assertEqual(result.returncode, 1)
        self.assertIn(b"conv1 (Conv2d)", result.stdout)
        found = self.diagnostics(result, "model")
        self.assertEqual([(d["code"], d["line"]) for d in found], [("D4001", None), ("D4002", None)])
        self.assertIn("did you mean 'conv1'?", found[0]["message"])
        self.assertFalse(any("amct_error" in d for d in found))

    def test_a_layer_may_have_the_name_of_standard_input(self):
        result = run("explain", "-", "-", "--model", "model", "--diagnostics", "gcc", stdin=CONFIG)
        self.assertEqual((result.returncode, result.stdout), (1, b""))
        self.assertIn(b"the network has no module '-'", result.stderr)


class Diff(Network):
    def test_same(self):
        self.write("b.cfg", b"# another layout\n" + CONFIG)
        result = run("diff", "a.cfg", "b.cfg", "--model", "model")
        self.assertEqual((result.returncode, result.stdout), (0, b""))

    def test_nothing_to_say(self):
        self.write("b.cfg", b"batch_num: 2\n")
        result = run("diff", "b.cfg", "b.cfg", "--model", "model")
        self.assertEqual((result.returncode, result.stdout, result.stderr), (0, b"", b""))

    def test_different(self):
        config = CONFIG.replace(b"batch_num: 2", b"batch_num: 3").replace(b"3.3", b"3.5").replace(b'"fc"', b'"conv2"')
        self.write("b.cfg", config + b'distill_group { start_layer_name: "conv1" end_layer_name: "conv2" }\n')
        result = run("diff", "a.cfg", "b.cfg", "--model", "model")
        self.assertEqual(result.returncode, 1, result)
        text = result.stdout.decode()
        self.assertTrue(text.startswith("--- a.cfg\n+++ b.cfg\n"))
        self.assertIn("batch_num  2 (a.cfg:1)  →  3 (b.cfg:1)\n", text)
        self.assertRegex(text, r"conv1\n    data clip_max +3\.3 +→ +3\.5\n")
        self.assertRegex(text, r"conv2\n    quantised +yes +→ +no\n    because of +layer override \(a\.cfg:6\)")
        self.assertRegex(text, r"fc\n    quantised +no +→ +yes\n    because of +skip layer \(a\.cfg:5\) +→ +type override")
        self.assertRegex(text, r"type override \(b\.cfg:10\)\n")
        self.assertIn("3 of 3 get something else\n", text)
        self.assertIn("  + conv1 → bn1 → relu1 → conv2  (b.cfg:11)\n", text)

    def test_many_groups(self):
        self.write("b.cfg", b"group_size: 99\n")
        self.write("empty.cfg", b"")
        for count in (30, 31):
            self.write("chain", Resolve.convolutions(count))
            text = run("diff", "empty.cfg", "b.cfg", "--model", "chain").stdout.decode()
            self.assertEqual(sum(line.startswith("  - c") for line in text.splitlines()), 30)
            self.assertEqual([line for line in text.splitlines() if "more" in line and "→" not in line],
                             ["  - and 1 more"] if count == 31 else [])

    def test_trouble(self):
        self.write("bad.cfg", b"batch_num: 0\n")
        for arguments in (["a.cfg", "bad.cfg"], ["bad.cfg", "a.cfg"], ["a.cfg", "no.cfg"]):
            result = run("diff", *arguments, "--model", "model")
            self.assertEqual((result.returncode, result.stdout), (2, b""))


class Check(Network):
    def codes(self, *arguments):
        result = run("check", "--format", "json", *arguments)
        document = json.loads(result.stdout)
        return result.returncode, {f["path"]: [d["code"] for d in f["diagnostics"]] for f in document["files"]}

    def test_values_are_checked_without_a_model(self):
        self.write("b.cfg", b'quant_skip_layers: "x"\nbatch_num: 0\nquant_skip_layers: "x"\n')
        self.assertEqual(self.codes("b.cfg"), (1, {"b.cfg": ["D3001", "D3005"]}))
        # What does not parse is not validated.
        self.write("b.cfg", b"batch_num: 0\nx: 1\n")
        self.assertEqual(self.codes("b.cfg"), (1, {"b.cfg": ["D2001"]}))

    def test_with_a_model(self):
        self.write("b.cfg", b'quant_skip_layers: "conv9"\nbatch_num: 0\n')
        self.write("broken", b"x\n")
        status, codes = self.codes("b.cfg", "--model", "model")
        self.assertEqual((status, codes["b.cfg"], codes["model"]), (1, ["D4001", "D3001"], []))
        status, codes = self.codes("b.cfg", "--model", "broken")
        self.assertEqual((status, codes["b.cfg"]), (1, ["D3001"]))
        self.assertEqual(len(codes["broken"]), 1)
        self.assertEqual(self.codes("a.cfg", "--model", "no.model")[0], 2)

    def test_one_message_for_one_mistake(self):
        self.write("b.cfg", b'distill_override_layers { }\n')
        self.assertEqual(self.codes("--semantics", "amct", "b.cfg"), (1, {"b.cfg": ["D3004"]}))
        self.assertEqual(self.codes("--semantics", "amct", "b.cfg", "--model", "model"),
                         (1, {"b.cfg": ["D3004"], "model": []}))

    def test_limits_count_all_passes_together(self):
        self.write("b.cfg", b"x: 1\n" * 3 + b'quant_skip_layers: ["y", "y", "y", "y"]\n')
        result = run("check", "--format", "json", "--allow-unknown", "--max-errors", "4", "b.cfg")
        (entry,) = json.loads(result.stdout)["files"]
        self.assertEqual([d["code"] for d in entry["diagnostics"]], ["D2035"] * 3 + ["D3005"])
        self.assertEqual(entry["warnings_not_shown"], 2)


class Sample(unittest.TestCase):
    def test_documented_sample_without_model(self):
        path = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "examples", "quant.cfg")
        result = run("check", "--format", "json", path)
        self.assertEqual(result.returncode, 0, result)
        (entry,) = json.loads(result.stdout)["files"]
        self.assertTrue(entry["ok"])
        found = [(each["severity"], each["code"], each["line"]) for each in entry["diagnostics"]]
        self.assertEqual(found, [("warning", "D3014", 29), ("warning", "D3014", 52), ("warning", "D3012", 60)])
        self.assertNotIn("amct_error", str(entry))


if __name__ == "__main__":
    unittest.main()
