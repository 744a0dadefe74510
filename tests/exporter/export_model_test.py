#!/usr/bin/env python3
"""examples/export_model.py: descriptions of networks of many kinds.

    python3 tests/exporter/export_model_test.py

networks/*.textproto are descriptions of AMCT's own graphs, made with torch 1.13; the script must give them
byte for byte. The other networks are small, and what is asserted of them are the rules by which AMCT makes
its graph (graph_rules.py), what it refuses, and how the script is used.

Exit status 77, which test runners count as skipped, where torch 1.13 is missing.
"""

import collections
import contextlib
import importlib.util
import io
import os
import re
import subprocess
import sys
import tempfile
import textwrap
import unittest
from pathlib import Path
from unittest import mock

HERE = Path(__file__).resolve().parent
SCRIPT = HERE.parents[1] / "examples" / "export_model.py"

if importlib.util.find_spec("torch") is None:
    print("skipped: torch is not installed (Debian: python3-torch)")
    sys.exit(77)

sys.dont_write_bytecode = True
sys.path[:0] = [str(SCRIPT.parent), str(HERE)]

import torch  # noqa: E402
import torch.nn.functional as F  # noqa: E402
from torch import nn  # noqa: E402

import export_model as exporter  # noqa: E402
from description import IMAGE, Description, graph  # noqa: E402
from graph_rules import TestMarks, TestNaming, TestOperators, TestPorts  # noqa: E402,F401
from zoo import EncoderLayer, Lstm, Net, Padding, conv  # noqa: E402

if not torch.__version__.startswith(exporter.TESTED_TORCH + "."):
    print(f"skipped: torch is {torch.__version__}, and the graphs are those of {exporter.TESTED_TORCH}")
    sys.exit(77)


class TestFiles(unittest.TestCase):
    """AMCT's own graphs, to the byte."""

    maxDiff = 4000

    def check(self, make, *shape):
        torch.manual_seed(1)
        network = make()
        wanted = (HERE / "networks" / f"{type(network).__name__}.textproto").read_text(encoding="utf-8")
        with tempfile.TemporaryDirectory() as directory:
            path = Path(directory) / "network.textproto"
            exporter.export_model(network, torch.randn(shape), path)
            self.assertMultiLineEqual(path.read_bytes().decode(), wanted)

    def check_torchvision(self, name):
        try:
            from torchvision import models
        except ImportError:
            self.skipTest("torchvision is not installed (Debian: python3-torchvision)")
        torch.manual_seed(1)
        network = getattr(models, name)(weights=None)
        wanted = (HERE / "networks" / f"{name}.textproto").read_text(encoding="utf-8")
        self.assertMultiLineEqual(exporter.describe(network, torch.randn(1, 3, 224, 224)), wanted)

    def test_encoder_layer(self):
        self.check(EncoderLayer, 5, 2, 16)

    def test_lstm(self):
        self.check(Lstm, 2, 5, 8)

    def test_padding(self):
        self.check(Padding, 1, 3, 8, 8)

    def test_resnet18(self):
        self.check_torchvision("resnet18")

    def test_mobilenet_v2(self):
        self.check_torchvision("mobilenet_v2")


class TestModules(unittest.TestCase):
    """Names, classes, padding modes, shared weights."""

    def test_order_names_types(self):
        network = nn.Sequential(nn.Sequential(conv(), nn.ReLU()), nn.Flatten())
        self.assertEqual(
            exporter.modules_only(network),
            'root_type: "Sequential"\n'
            'module { name: "0" type: "Sequential" }\n'
            'module { name: "0.0" type: "Conv2d" }\n'
            'module { name: "0.1" type: "ReLU" }\n'
            'module { name: "1" type: "Flatten" }\n',
        )

    def test_a_module_under_two_names_has_the_first(self):
        shared = conv()
        text = exporter.modules_only(Net(a=shared, box=nn.Sequential(shared)))
        self.assertEqual(list(Description(text).modules), ["a", "box"])

    def test_padding_modes(self):
        text = exporter.modules_only(Net(a=conv(padding_mode="circular"), b=conv(), c=nn.ZeroPad2d(1)))
        self.assertEqual(text.count("padding_mode"), 1)
        self.assertIn('module { name: "a" type: "Conv2d" padding_mode: "circular" }\n', text)

    def test_tied_weights(self):
        network = Net(e=nn.Embedding(10, 8), **{name: nn.Linear(8, 10) for name in "fgh"}, r=nn.ReLU())
        network.f.weight = network.e.weight
        network.h.weight = network.g.weight
        modules = Description(exporter.modules_only(network)).modules
        self.assertEqual(
            [modules[name]["weight_id"] for name in "efghr"],
            [["e.weight"], ["e.weight"], ["g.weight"], ["g.weight"], []],
        )

    def test_equal_weights_are_not_shared(self):
        network = Net(a=nn.Linear(8, 8), b=nn.Linear(8, 8))
        network.b.load_state_dict(network.a.state_dict())
        self.assertNotIn("weight_id", exporter.modules_only(network))

    def test_weights_that_properties_make(self):
        class Fresh(nn.Module):
            weight = property(lambda self: torch.ones(1))

        class Broken(nn.Module):
            weight = property(lambda self: 1 // 0)

        network = Net(a=Fresh(), b=Fresh(), c=Broken(), d=Broken())
        self.assertNotIn("weight_id", exporter.modules_only(network))

    def test_escapes(self):
        names = ['a"b', "it's", "x\\y", "\u00e9\u4e2d", "new\nline", "nul\0", "\x7f"]
        network = nn.Sequential(collections.OrderedDict((name, nn.ReLU()) for name in names))
        text = exporter.modules_only(network)
        self.assertEqual(
            list(Description(text).modules),
            ['a\\"b', "it\\'s", "x\\\\y", "\u00e9\u4e2d", "new\\nline", "nul\\000", "\\177"],
        )

    def test_distributed_data_parallel_is_unwrapped(self):
        # Made without its constructor, which needs a process group.
        wrapper = nn.parallel.DistributedDataParallel.__new__(nn.parallel.DistributedDataParallel)
        nn.Module.__init__(wrapper)
        wrapper.module = nn.Sequential(conv(), nn.ReLU())
        self.assertEqual(graph(wrapper).text, graph(wrapper.module).text)
        self.assertEqual(exporter.modules_only(wrapper), exporter.modules_only(wrapper.module))

    def test_the_lines_that_need_no_script(self):
        snippet = textwrap.dedent(re.search(r"\n    import json\n.*?\n\n", exporter.__doc__, re.DOTALL)[0])
        network = nn.Sequential(nn.Sequential(conv(), nn.ReLU()), nn.Flatten())
        with contextlib.redirect_stdout(io.StringIO()) as shown:
            exec(snippet, {"network": network})  # the snippet is the script's own documentation
        self.assertEqual('root_type: "Sequential"\n' + shown.getvalue(), exporter.modules_only(network))


class TestRefusals(unittest.TestCase):
    """What AMCT refuses, with its words."""

    def refused(self, network, *shapes):
        """The error, after a look at what every one says."""
        with self.assertRaises(exporter.ExportError) as caught:
            graph(network, *shapes)
        self.assertIn("--modules-only", str(caught.exception))
        exporter.modules_only(network)
        return caught.exception

    def refused_by_torch(self, network, *shapes):
        """The text of the exception that stopped the export."""
        error = self.refused(network, *shapes)
        prefix = "RuntimeError: The model cannot export to onnx, exception is: "
        self.assertTrue(error.amct_error.startswith(prefix), error.amct_error)
        self.assertIn(prefix, str(error))
        return error.amct_error[len(prefix):]

    def test_marked_root(self):
        for network in (conv(), nn.ReLU(), nn.Linear(8, 8), nn.LSTM(8, 8)):
            error = self.refused(network, (5, 2, 8))
            self.assertEqual(error.amct_error, "RuntimeError: model has no parent module.")
            self.assertIn("torch.nn.Sequential", str(error))
        self.assertEqual(graph(nn.MaxPool2d(2)).ops(), ["MaxPool"])

    def test_keyword(self):
        network = Net(lambda net, x: net.c(input=x), c=conv())
        text = self.refused_by_torch(network)
        self.assertEqual(text, "MarkedQuantizableModule.forward() got an unexpected keyword argument 'input'")
        self.assertIn("by position", str(self.refused(network)))

    def test_three_arguments(self):
        network = Net(lambda net, x: net.c(x, None, None), c=conv())
        self.assertIn("takes from 2 to 3 positional arguments", self.refused_by_torch(network))

    def test_attribute_of_a_layer(self):
        network = Net(lambda net, x: F.conv2d(x, net.c.weight), c=conv())
        text = self.refused_by_torch(network)
        self.assertEqual(text, "'MarkedQuantizableModule' object has no attribute 'weight'")
        self.assertIn("do not read its weight", str(self.refused(network)))

    def test_transformer_with_batch_first(self):
        layer = nn.TransformerEncoderLayer(8, 2, 16, batch_first=True)
        self.assertIn("has no attribute", self.refused_by_torch(nn.Sequential(layer), (2, 5, 8)))

    def test_sizes_that_the_mark_hides(self):
        for layer in (nn.AdaptiveAvgPool2d(2), nn.InstanceNorm2d(3)):
            self.refused_by_torch(nn.Sequential(conv(), layer))
            self.assertNotIn("by position", str(self.refused(nn.Sequential(conv(), layer))))
        self.assertEqual(graph(nn.Sequential(nn.AdaptiveAvgPool2d(2), conv())).ops(), ["AveragePool", "Conv"])

    def test_refusals_do_no_harm(self):
        # The objects of a graph that torch gave up must not live on in the exceptions.
        errors = []
        for _ in range(30):
            errors.append(self.refused(nn.Sequential(conv(), nn.AdaptiveAvgPool2d(2))))
            self.assertEqual(graph(nn.Sequential(conv())).ops(), ["Conv"])

    def test_data_parallel(self):
        self.assertIn("DataParallel", self.refused_by_torch(nn.DataParallel(nn.Sequential(conv()))))

    def test_wrong_input(self):
        self.refused_by_torch(nn.Sequential(conv()), (1, 4, 8, 8))
        with self.assertRaises(TypeError):
            exporter.describe(nn.Sequential(conv()), [torch.randn(IMAGE)])

    def test_class_with_the_name_of_a_layer(self):
        def impostor(name):
            layer = type(name, (Net,), {})(lambda net, x: net.inner(x), inner=conv())
            return nn.Sequential(layer)

        for name, attribute in (("LSTM", "num_layers"), ("Conv2d", "padding_mode"), ("Linear", "weight")):
            error = self.refused(impostor(name))
            wanted = f"AttributeError: '{name}' object has no attribute '{attribute}'"
            self.assertEqual(error.amct_error, wanted)
        self.assertEqual(graph(impostor("BatchNorm1d")).named(), [("0.inner", "0.inner")])

    def test_conv2d_without_convolution(self):
        class Conv2d(nn.Conv2d):
            def forward(self, x):
                return torch.exp(x)

        error = self.refused(nn.Sequential(Conv2d(3, 3, 3), nn.ReLU()))
        self.assertIn("'0'", str(error))


class TestUse(unittest.TestCase):
    """The interface in Python."""

    def test_network_is_left_as_it_was(self):
        network = nn.Sequential(conv(), nn.BatchNorm2d(3), nn.Dropout(), nn.ReLU())
        members = list(network.modules())
        state = {key: value.clone() for key, value in network.state_dict().items()}
        trained = graph(network).text
        self.assertTrue(all(a is b for a, b in zip(members, network.modules())))
        self.assertTrue(all(member.training for member in members))
        self.assertTrue(all(torch.equal(value, state[key]) for key, value in network.state_dict().items()))
        self.assertEqual(graph(network.eval()).text, trained)

    def test_network_that_cannot_be_copied(self):
        class Single(Net):
            def __deepcopy__(self, memo):
                raise ValueError("there is but one")

        network = Single(lambda net, x: net.b(net.a(x)), a=conv(), b=nn.ReLU())
        members = list(network.modules())
        self.assertEqual(graph(network).named(), [("a", "a"), ("b", "b")])
        self.assertTrue(all(a is b for a, b in zip(members, network.modules())))
        with self.assertRaises(exporter.ExportError):
            graph(network, (1, 4, 8, 8))
        self.assertTrue(all(a is b for a, b in zip(members, network.modules())))

    def test_file_or_stream(self):
        network, stream = nn.Sequential(conv()), io.StringIO()
        exporter.export_model(network, torch.randn(IMAGE), stream)
        with tempfile.TemporaryDirectory() as directory:
            path = os.path.join(directory, "network.textproto")
            exporter.export_model(network, torch.randn(IMAGE), path)
            self.assertEqual(Path(path).read_text(encoding="utf-8"), stream.getvalue())
            refused = os.path.join(directory, "refused.textproto")
            with self.assertRaises(exporter.ExportError):
                exporter.export_model(conv(), torch.randn(IMAGE), refused)
            self.assertFalse(os.path.exists(refused))

    def test_newer_torch(self):
        network = nn.Sequential(conv())
        for text, wanted in (
            ("Module onnx is not installed!", "pip install onnx"),
            ("No module named 'onnxscript'", "pip install onnx"),
            ("gone", "tested with torch 1.13"),
        ):
            with mock.patch.object(torch, "__version__", "3.0.0"), mock.patch.object(
                torch.onnx, "export", side_effect=RuntimeError(text)
            ):
                with self.assertRaises(exporter.ExportError) as caught:
                    exporter.describe(network, torch.randn(IMAGE))
            self.assertIn(wanted, str(caught.exception))
            self.assertIn("--modules-only", str(caught.exception))
            self.assertIsNone(caught.exception.amct_error)

    def test_settings_of_the_export(self):
        seen = {}

        def export(network, inputs, path, opset_version=None, keep_initializers_as_inputs=None, dynamo=True):
            seen.update(opset=opset_version, kept=keep_initializers_as_inputs, dynamo=dynamo)
            raise RuntimeError("enough")

        for version, opset in (("2.1.0", 16), ("2.1.0+cpu", 11), ("2.0.1", 11)):
            with mock.patch.object(torch, "__version__", version), mock.patch("torch.onnx.export", export):
                with self.assertRaises(exporter.ExportError):
                    exporter.describe(nn.Sequential(conv()), torch.randn(IMAGE))
            self.assertEqual(seen, {"opset": opset, "kept": True, "dynamo": False})


class TestWireFormat(unittest.TestCase):
    """The reader of protobuf's wire format."""

    def test_fields(self):
        data = b"\x08\x96\x01" b"\x12\x03abc" b"\x1dABCD" b"\x21ABCDEFGH" b"\xfa\x01\x00"
        found = [
            (number, value if isinstance(value, int) else bytes(value))
            for number, value in exporter.fields(memoryview(data))
        ]
        self.assertEqual(found, [(1, 150), (2, b"abc"), (3, b"ABCD"), (4, b"ABCDEFGH"), (31, b"")])

    def test_rank(self):
        self.assertEqual(exporter.rank_of(memoryview(b"\x08\x03\x08\x80\x01\x10\x01")), 2)
        self.assertEqual(exporter.rank_of(memoryview(b"\x0a\x04\x03\x80\x01\x05\x10\x01")), 3)
        self.assertEqual(exporter.rank_of(memoryview(b"")), 0)

    def test_broken(self):
        for data in (b"\x08", b"\x08\x80", b"\x12\x05abc", b"\x0b", b"\x0d\x00", b"\x12"):
            with self.assertRaises(ValueError):
                list(exporter.fields(memoryview(data)))


class TestCommandLine(unittest.TestCase):
    """The script as a program."""

    def run_main(self, *arguments):
        """(exit status, standard output, standard error) of the program, run in this process."""
        out, err = io.StringIO(), io.StringIO()
        with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
            with mock.patch.object(sys, "path", sys.path[:]):
                try:
                    status = exporter.main(arguments)
                except SystemExit as stop:
                    status = stop.code
        return status, out.getvalue(), err.getvalue()

    def test_description(self):
        status, out, err = self.run_main("--model", "zoo:Lstm", "--input", "2x5x8", "--seed", "1")
        self.assertEqual((status, err), (0, ""))
        self.assertEqual(out, (HERE / "networks" / "Lstm.textproto").read_text(encoding="utf-8"))

    def test_output_file_and_modules_only(self):
        with tempfile.TemporaryDirectory() as directory:
            path = os.path.join(directory, "network.textproto")
            status, out, err = self.run_main("--model", "zoo:TINY", "--modules-only", "-o", path)
            self.assertEqual((status, out, err), (0, "", ""))
            shown = self.run_main("--model", "zoo:TINY", "--modules-only")[1]
            self.assertEqual(Path(path).read_text(encoding="utf-8"), shown)
            status, _, err = self.run_main("--model", "zoo:TINY", "--modules-only", "-o", directory)
            self.assertEqual(status, 2)
            self.assertIn(directory, err)

    def test_several_inputs_and_types(self):
        inputs = ("--input", "2x5:int64", "--input", "2x5x8")
        status, out, err = self.run_main("--model", "zoo:two_inputs", *inputs)
        self.assertEqual((status, err), (0, ""))
        self.assertIn('op_type: "Gather"', out)

    def test_what_the_network_prints_stays_out(self):
        status, out, err = self.run_main("--model", "zoo:talkative", "--input", "1x3x8x8")
        self.assertEqual((status, err.count("made"), err.count("running")), (0, 1, 1))
        self.assertTrue(out.startswith("root_type"))

    def test_refusal(self):
        status, out, err = self.run_main("--model", "zoo:conv", "--input", "1x3x8x8")
        self.assertEqual((status, out), (1, ""))
        self.assertIn("RuntimeError: model has no parent module.", err)

    def test_usage(self):
        for arguments, wanted in (
            (("--model", "zoo:TINY"), "--input is needed"),
            (("--model", "zoo:TINY", "--input", "1x"), "'1x'"),
            (("--model", "zoo:TINY", "--input", "1x3:nonsense"), "'1x3:nonsense'"),
            (("--model", "zoo:TINY", "--input", "1x99999999999999999999"), "--input 1x99999999999999999999:float32: "),
            (("--model", "zoo", "--modules-only"), "package.module:factory"),
            (("--model", "zoo.py:TINY", "--modules-only"), "not a path"),
            (("--model", "./zoo:TINY", "--modules-only"), "not a path"),
            (("--model", ".zoo:TINY", "--modules-only"), "not a path"),
            (("--model", "nowhere:f", "--modules-only"), "No module named 'nowhere'"),
            (("--model", "zoo:absent", "--modules-only"), "no absent in zoo"),
            (("--model", "zoo:IMAGE", "--modules-only"), "tuple, not a torch.nn.Module"),
            (("--model", "zoo:broken", "--modules-only"), "ZeroDivisionError"),
            (("--modules-only",), "--model"),
        ):
            with self.subTest(arguments):
                status, out, err = self.run_main(*arguments)
                self.assertEqual((status, out), (2, ""))
                self.assertIn(wanted, err)

    def test_as_a_program(self):
        help_text = subprocess.run(
            [sys.executable, SCRIPT, "--help"], stdout=subprocess.PIPE, check=True, timeout=60
        ).stdout.decode()
        for wanted in ("--modules-only", "another torch release", "other weights", "What AMCT refuses"):
            self.assertIn(wanted, help_text)
        # Found in the current directory; UTF-8 whatever the locale is.
        run = subprocess.run(
            [sys.executable, "-B", SCRIPT, "--model", "zoo:foreign", "--modules-only"], cwd=HERE, timeout=60,
            stdout=subprocess.PIPE, check=True, env={**os.environ, "PYTHONIOENCODING": "latin-1"},
        )
        self.assertIn('name: "\u4e2d" type: "ReLU"', run.stdout.decode())


if __name__ == "__main__":
    unittest.main()
