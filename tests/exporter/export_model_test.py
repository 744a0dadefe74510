#!/usr/bin/env python3
"""examples/export_model.py: descriptions of networks of many kinds.

    python3 tests/exporter/export_model_test.py

networks/*.textproto are descriptions of AMCT's own graphs, made with torch 1.13; the script must give them byte
for byte. The other networks are small, and what is asserted of them are the rules by which AMCT makes its graph.

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
from types import SimpleNamespace
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
from zoo import EncoderLayer, Lstm, Net, Padding, conv  # noqa: E402

if not torch.__version__.startswith(exporter.TESTED_TORCH + "."):
    print(f"skipped: torch is {torch.__version__}, and the graphs are those of {exporter.TESTED_TORCH}")
    sys.exit(77)

TOKEN = re.compile(r'\s*(?:(\w+)\s*:\s*(?:"((?:[^"\\\n]|\\.)*)"|(\w+))|(\w+)\s*\{|(\}))')
IMAGE = (1, 3, 8, 8)


def parse(text):
    """A description as SimpleNamespace objects, whose fields are lists; read by rules other than the script's."""
    stack = [collections.defaultdict(list)]
    at = 0
    while text[at:].strip():
        match = TOKEN.match(text, at)
        assert match, text[at:at + 80]
        at = match.end()
        key, string, word, message, _ = match.groups()
        if message:
            stack[-1][message].append(collections.defaultdict(list))
            stack.append(stack[-1][message][-1])
        elif key:
            stack[-1][key].append(word if string is None else string)
        else:
            stack.pop()
    assert len(stack) == 1
    return stack[0]


class Description:
    """What a test asks of a description."""

    def __init__(self, text):
        self.text = text
        parsed = parse(text)
        self.outputs = parsed["graph_output"]
        self.modules = {module["name"][0]: module for module in parsed["module"]}
        self.nodes = [
            SimpleNamespace(
                name=node["name"][0],
                op=node["op_type"][0],
                module=(node["module_name"] or [None])[0],
                flags={key for key, value in node.items() if value == ["true"]},
                constant=node["constant_weight"] != ["false"],
                rank=int((node["weight_rank"] or ["2"])[0]),
                ports=[[int(index) for index in port["consumer"]] for port in node["output"]],
                given_as=[[int(index) for index in port["graph_output"]] for port in node["output"]],
            )
            for node in parsed["node"]
        ]

    def node(self, name):
        """The only node of a name."""
        found = [node for node in self.nodes if node.name == name]
        assert len(found) == 1, (name, [node.name for node in self.nodes])
        return found[0]

    def readers(self, name, port=0):
        """The names of the nodes that read a port, in order."""
        return [self.nodes[index].name for index in self.node(name).ports[port]]

    def named(self):
        """(name, module) of the nodes with a module, in order."""
        return [(node.name, node.module) for node in self.nodes if node.module is not None]

    def ops(self):
        """The operators, in order."""
        return [node.op for node in self.nodes]

    def reused(self):
        """The names of the nodes that are marked as re-used, in order."""
        return [node.name for node in self.nodes if "is_reused" in node.flags]


def graph(network, *shapes, seed=3):
    """The description of a network; inputs are shapes or tensors."""
    torch.manual_seed(seed)
    inputs = tuple(shape if isinstance(shape, torch.Tensor) else torch.randn(shape) for shape in shapes or (IMAGE,))
    return Description(exporter.describe(network, inputs))


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
        network = Net(e=nn.Embedding(10, 8), f=nn.Linear(8, 10), g=nn.Linear(8, 10), h=nn.Linear(8, 10), r=nn.ReLU())
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

        self.assertNotIn("weight_id", exporter.modules_only(Net(a=Fresh(), b=Fresh(), c=Broken(), d=Broken())))

    def test_escapes(self):
        names = ['a"b', "it's", "x\\y", "\u00e9\u4e2d", "new\nline", "nul\0", "\x7f"]
        text = exporter.modules_only(nn.Sequential(collections.OrderedDict((name, nn.ReLU()) for name in names)))
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


class TestMarks(unittest.TestCase):
    """Which operators carry the name of a module."""

    def names(self, *layers, shape=IMAGE):
        return [name for name, _ in graph(nn.Sequential(*layers), shape).named()]

    def test_plain(self):
        network = nn.Sequential(
            conv(), nn.BatchNorm2d(3), nn.ReLU(), nn.MaxPool2d(2), nn.Flatten(), nn.Dropout(), nn.Linear(48, 5)
        )
        torch.nn.init.normal_(network[1].weight)
        description = graph(network)
        chain = [node for node in description.nodes if node.op != "Identity"]
        self.assertEqual(
            [(node.name, node.op, node.module) for node in chain],
            [
                ("0", "Conv", "0"),
                ("1", "BatchNormalization", "1"),
                ("2", "Relu", "2"),
                ("/3/MaxPool", "MaxPool", None),
                ("/4/Flatten", "Flatten", None),
                ("6", "Gemm", "6"),
            ],
        )
        for node, following in zip(chain, chain[1:]):
            self.assertEqual(description.readers(node.name), [following.name])
        self.assertEqual(chain[-1].given_as, [[0]])
        self.assertEqual(len(description.outputs), 1)

    def test_activations(self):
        layers = [nn.ReLU(), nn.ReLU6(), nn.LeakyReLU(), nn.Sigmoid(), nn.Tanh(), nn.Softmax(-1)]
        layers += [nn.GELU(), nn.SiLU(), nn.Hardswish(), nn.LogSoftmax(-1), nn.ELU(), nn.PReLU(), nn.MaxPool2d(2)]
        self.assertEqual(self.names(*layers), ["0", "1", "2", "3", "4", "5"])

    def test_subclasses(self):
        class MyReLU(nn.ReLU):
            """Marked: an instance of ReLU."""

        class MyBatchNorm(nn.BatchNorm2d):
            """Marked: an instance of BatchNorm2d."""

        class MyConv2d(nn.Conv2d):
            """Not marked: the name counts."""

        class MyLinear(nn.Linear):
            """Not marked: the name counts."""

        layers = [MyConv2d(3, 3, 3, padding=1), MyReLU(), MyBatchNorm(3), nn.Flatten(), MyLinear(192, 4)]
        self.assertEqual(self.names(*layers), ["1", "2"])

    def test_other_convolutions(self):
        layers = [nn.Conv1d(3, 3, 3), nn.BatchNorm1d(3), nn.ConvTranspose1d(3, 3, 3)]
        layers += [nn.Conv1d(3, 3, 3, padding=1, padding_mode="circular")]
        self.assertEqual(self.names(*layers, shape=(1, 3, 9)), ["0", "1", "2"])
        layers = [nn.Conv3d(3, 3, 3, dilation=(2, 1, 1)), nn.BatchNorm3d(3), nn.ConvTranspose3d(3, 3, 3)]
        layers += [nn.Conv3d(3, 3, 3, padding=1, padding_mode="circular")]
        self.assertEqual(self.names(*layers, shape=(1, 3, 9, 9, 9)), ["0", "1"])
        layers = [nn.ConvTranspose2d(3, 3, 3), nn.AvgPool2d(2), nn.AdaptiveAvgPool2d(1)]
        self.assertEqual(self.names(*layers), ["0", "1_pad", "1"])

    def test_depthwise(self):
        self.assertEqual(self.names(conv(3, 6, groups=3), nn.ReLU6(), conv(6, 3, 1)), ["0", "1", "2"])

    def test_batch_norm_1d_after_linear(self):
        description = graph(nn.Sequential(nn.Linear(8, 8), nn.BatchNorm1d(8), nn.ReLU()), (2, 8))
        self.assertEqual(description.named(), [("0", "0"), ("1", "1"), ("2", "2")])
        self.assertEqual(description.node("1").op, "BatchNormalization")

    def test_functional_activations(self):
        network = Net(lambda net, x: torch.softmax(net.b(F.relu(net.a(x))), -1), a=conv(), b=nn.Linear(8, 8))
        description = graph(network)
        self.assertEqual(description.readers("a"), ["/Relu"])
        self.assertEqual(description.readers("/Relu"), ["b"])
        self.assertEqual(description.node("/Relu").module, None)
        self.assertEqual([name for name, _ in description.named()], ["a", "b"])

    def test_dropout_and_identity_leave_no_node(self):
        description = graph(nn.Sequential(conv(), nn.Dropout(), nn.Identity(), nn.Dropout2d(), nn.ReLU()))
        self.assertEqual(description.ops(), ["Conv", "Relu"])
        self.assertEqual(description.readers("0"), ["4"])

    def test_module_that_never_runs(self):
        description = graph(Net(lambda net, x: net.a(x), a=conv(), unused=conv()))
        self.assertEqual(list(description.modules), ["a", "unused"])
        self.assertEqual(description.named(), [("a", "a")])

    def test_module_whose_result_is_not_used(self):
        description = graph(Net(lambda net, x: (net.a(x), net.dead(x))[0], a=conv(), dead=conv()))
        self.assertEqual(description.ops(), ["Conv"])

    def test_alias_in_another_container(self):
        shared = conv()
        network = Net(lambda net, x: net.box(net.a(x)), a=shared, box=nn.Sequential(shared))
        description = graph(network)
        self.assertEqual(description.named(), [("a", "a")])
        self.assertEqual(description.ops(), ["Conv", "Conv"])
        self.assertEqual(description.reused(), [])

    def test_alias_alone(self):
        shared = conv()
        description = graph(Net(lambda net, x: net.b(x), a=shared, b=shared))
        self.assertEqual(description.ops(), ["Conv"])
        self.assertEqual(description.named(), [])

    def test_container_registered_twice(self):
        box = nn.Sequential(conv(), nn.ReLU())
        description = graph(Net(lambda net, x: net.q(net.p(x)), p=box, q=box))
        self.assertEqual(
            description.named(), [("p.0", "p.0"), ("p.1", "p.1"), ("p.01", "p.0"), ("p.11", "p.1")]
        )
        self.assertEqual(description.reused(), ["p.0", "p.1", "p.01", "p.11"])
        self.assertEqual([name for name, _ in graph(Net(lambda net, x: net.q(x), p=box, q=box)).named()], ["p.0", "p.1"])

    def test_marked_inside_marked(self):
        class Outer(nn.ReLU):
            def __init__(self):
                super().__init__()
                self.inner = nn.Sigmoid()

            def forward(self, x):
                return self.inner(x)

        # The first reader of the outer mark is the inner mark, which goes with the name that it got.
        description = graph(Net(lambda net, x: net.c(net.a(x)), a=Outer(), c=conv()))
        self.assertEqual(description.named(), [("a.inner", "a.inner"), ("c", "c")])

    def test_marked_module_that_does_nothing(self):
        class Nothing(nn.ReLU):
            def forward(self, x):
                return x

        # The next operator is named twice, and so counts as re-used.
        description = graph(Net(lambda net, x: net.c(net.b(torch.exp(x))), b=Nothing(), c=nn.Linear(8, 8)))
        self.assertEqual(description.named(), [("c", "c")])
        description = graph(Net(lambda net, x: torch.exp(net.b(x)), b=Nothing()))
        self.assertEqual(description.named(), [("b", "b")])
        # At the end it is the output of the network that gets the name.
        description = graph(Net(lambda net, x: net.b(net.a(x)), a=conv(), b=Nothing()))
        self.assertEqual(description.outputs, ["b"])

    def test_containers(self):
        network = Net(
            lambda net, x: net.list[1](net.list[0](net.dict["b"](net.dict["a"](x)))),
            dict=nn.ModuleDict({"a": conv(), "b": nn.ReLU()}),
            list=nn.ModuleList([conv(), conv()]),
        )
        self.assertEqual([name for name, _ in graph(network).named()], ["dict.a", "dict.b", "list.0", "list.1"])

    def test_names_inside_marked_modules(self):
        description = graph(Net(lambda net, x: net.fc(x), fc=nn.Linear(8, 8)), (2, 3, 8))
        self.assertEqual([node.name for node in description.nodes], ["fc", "/fc/sub_module/Add"])


class TestNaming(unittest.TestCase):
    """Re-use, and names that are there already."""

    def test_called_twice(self):
        description = graph(Net(lambda net, x: net.conv(net.conv(x)), conv=conv()))
        self.assertEqual(description.named(), [("conv", "conv"), ("conv1", "conv")])
        self.assertEqual(description.reused(), ["conv", "conv1"])

    def test_variant_is_the_name_of_a_module(self):
        network = Net(lambda net, x: net.conv1(net.conv(net.conv(x))), conv=conv(), conv1=conv())
        description = graph(network)
        self.assertEqual(description.named(), [("conv", "conv"), ("conv1", "conv"), ("conv11", "conv1")])
        self.assertEqual(description.reused(), ["conv", "conv1", "conv11"])

    def test_variant_is_taken_by_an_earlier_module(self):
        network = Net(lambda net, x: net.conv(net.conv(net.conv1(x))), conv=conv(), conv1=conv())
        description = graph(network)
        self.assertEqual(description.named(), [("conv1", "conv1"), ("conv", "conv"), ("conv2", "conv")])
        self.assertEqual(description.reused(), ["conv", "conv2"])

    def test_many_calls(self):
        description = graph(Net(lambda net, x: net.r(net.r(net.r(net.r(x)))), r=nn.ReLU()))
        self.assertEqual([name for name, _ in description.named()], ["r", "r1", "r2", "r3"])

    def test_padding_clashes_with_a_module(self):
        network = Net(lambda net, x: net.d_pad(net.d(x)), d=conv(padding_mode="reflect"), d_pad=conv())
        description = graph(network)
        self.assertEqual(description.named(), [("d_pad", "d_pad"), ("d", "d"), ("d_pad1", "d_pad")])
        self.assertEqual([description.node(name).op for name in ("d_pad", "d", "d_pad1")], ["Pad", "Conv", "Conv"])
        self.assertEqual(description.reused(), ["d_pad", "d_pad1"])

    def test_onnx_name_clashes_with_a_module(self):
        network = Net(lambda net, x: net.Identity_0(net.b(net.a(x))), a=conv(), b=conv(), Identity_0=conv())
        network.b.load_state_dict(network.a.state_dict())
        description = graph(network)
        # Identity_0 is what torch calls the operator that hands one of the equal weights on.
        clashing = [node for node in description.nodes if node.name == "Identity_0"]
        self.assertEqual([(node.op, node.module) for node in clashing], [("Identity", None), ("Conv", "Identity_0")])
        self.assertTrue(all("is_reused" in node.flags for node in clashing))

    def test_graph_outputs(self):
        # A number where nothing in the network reads the output, else the variable in the reader.
        description = graph(nn.Sequential(conv(), nn.ReLU()))
        self.assertRegex(description.outputs[0], r"^\d+$")
        description = graph(Net(lambda net, x: (lambda y: (y, net.b(y)))(net.a(x)), a=conv(), b=nn.ReLU()))
        self.assertRegex(description.outputs[0], r"^in_data(\.\d+)?$")


class TestPorts(unittest.TestCase):
    """Who reads what, and in which order."""

    def test_residual_lists_the_add_first(self):
        network = Net(lambda net, x: (lambda y: net.b(y) + y)(net.a(x)), a=nn.ReLU(), b=conv())
        self.assertEqual(graph(network).readers("a"), ["/Add", "b"])

    def test_marked_readers_follow_in_order(self):
        network = Net(
            lambda net, x: (lambda y: torch.cat([net.b(y), torch.exp(y), net.c(y), torch.sin(y)], 1))(net.a(x)),
            a=nn.ReLU(), b=conv(), c=conv(),
        )
        self.assertEqual(graph(network).readers("a"), ["/Exp", "/Sin", "b", "c"])

    def test_reader_that_reads_twice(self):
        description = graph(Net(lambda net, x: (lambda y: y * y)(net.a(x)), a=conv()))
        self.assertEqual(description.readers("a"), ["/Mul", "/Mul"])

    def test_split(self):
        def forward(net, x):
            low, high = torch.split(net.a(x), [3, 3], 1)
            return net.b(high) + net.c(low) * low

        description = graph(Net(forward, a=conv(3, 6), b=conv(), c=conv()))
        self.assertEqual(description.readers("a"), ["/Split"])
        self.assertEqual(description.node("/Split").op, "Split")
        self.assertEqual(description.readers("/Split", 0), ["/Mul", "c"])
        self.assertEqual(description.readers("/Split", 1), ["b"])
        network = Net(lambda net, x: torch.split(net.a(x), [1, 3, 2], 1)[1], a=conv(3, 6))
        self.assertEqual(graph(network).node("/Split").given_as, [[], [0], []])

    def test_chunk(self):
        # Behind a mark its size is computed; before one it is known.
        description = graph(Net(lambda net, x: net.a(x).chunk(3, 1)[2], a=conv()))
        self.assertEqual(description.readers("a"), ["/Shape", "/Slice"])
        self.assertEqual(description.node("/Slice").given_as, [[0]])
        description = graph(Net(lambda net, x: net.a(torch.cat(x.chunk(3, 1)[1:] + (x,), 1)[:, :3]), a=conv()))
        self.assertEqual(description.readers("/Split", 1), ["/Concat"])

    def test_two_outputs_of_a_marked_module(self):
        network = Net(lambda net, x: (lambda result: (result[0], result[1][0]))(net.l(x)), l=nn.LSTM(8, 8))
        description = graph(network, (5, 2, 8))
        node = description.node("l")
        self.assertEqual((node.op, node.module, len(node.ports)), ("LSTM", "l", 3))
        self.assertEqual(description.readers("l", 0), ["/l/sub_module/Squeeze"])
        self.assertEqual(description.node("/l/sub_module/Squeeze").given_as, [[0]])
        self.assertEqual((node.ports[1:], node.given_as[1:]), ([[], []], [[1], []]))
        self.assertEqual(len(description.outputs), 2)

    def test_inner_tensor_is_an_output(self):
        description = graph(Net(lambda net, x: (lambda y: (y, net.b(y)))(net.a(x)), a=conv(), b=nn.ReLU()))
        self.assertEqual(description.readers("a"), ["b"])
        self.assertEqual((description.node("a").given_as, description.node("b").given_as), ([[0]], [[1]]))

    def test_two_inputs(self):
        network = Net(lambda net, x, y: torch.cat([net.a(y), net.b(x)], 1), a=conv(), b=conv())
        description = graph(network, IMAGE, IMAGE)
        self.assertEqual([node.name for node in description.nodes], ["a", "b", "/Concat"])

    def test_operators_without_input_come_first(self):
        description = graph(Net(lambda net, x: net.a(x) + torch.rand(1, 3, 8, 8), a=conv()))
        self.assertEqual(description.ops(), ["RandomUniform", "Conv", "Add"])

    def test_subgraphs_are_not_entered(self):
        @torch.jit.script
        def doubled(x, positive: bool):
            if bool(x.sum() > 0) and positive:
                x = x * 2
            return x

        description = graph(Net(lambda net, x: net.b(doubled(net.a(x), True)), a=conv(), b=conv()))
        self.assertIn("If", description.ops())
        self.assertEqual(description.ops().count("Mul"), 0)
        self.assertNotIn("If", [description.nodes[index].op for index in description.node("a").ports[0]])


class TestOperators(unittest.TestCase):
    """What torch makes of layers, and which of their operators AMCT takes."""

    def test_linear(self):
        network = Net(lambda net, x: net.b(net.a(x)), a=nn.Linear(8, 8), b=nn.Linear(8, 4, bias=False))
        self.assertEqual([(node.name, node.op) for node in graph(network, (2, 8)).nodes], [("a", "Gemm"), ("b", "MatMul")])
        description = graph(network, (2, 3, 8))
        self.assertEqual(
            [(node.name, node.op, node.module) for node in description.nodes],
            [("a", "MatMul", "a"), ("/a/sub_module/Add", "Add", None), ("b", "MatMul", "b")],
        )
        self.assertTrue(description.node("a").constant and description.node("a").rank == 2)

    def test_weights_of_matmul(self):
        network = Net(lambda net, x: (net.fc(x) @ net.cube) @ net.flat.t() @ x.transpose(1, 2), fc=nn.Linear(8, 8))
        network.cube = nn.Parameter(torch.randn(3, 8, 8))
        network.flat = nn.Parameter(torch.randn(8, 8))
        description = graph(network, (3, 2, 8))
        facts = [(node.name, node.constant, node.rank) for node in description.nodes if node.op == "MatMul"]
        self.assertEqual(
            facts,
            [("fc", True, 2), ("/MatMul", True, 3), ("/MatMul_1", True, 2), ("/MatMul_2", False, 2)],
        )

    def test_weight_with_a_twin_is_not_constant(self):
        network = Net(lambda net, x: net.b(net.a(x)), a=nn.Linear(8, 8), b=nn.Linear(8, 8))
        network.b.load_state_dict(network.a.state_dict())
        description = graph(network, (2, 3, 8))
        self.assertIn("Identity", description.ops())
        self.assertEqual({description.node(name).constant for name in "ab"}, {True, False})
        self.assertNotIn("weight_id", description.text)

    def test_fresh_batch_norms(self):
        description = graph(nn.Sequential(nn.BatchNorm2d(3), nn.BatchNorm2d(3)))
        identities = [node for node in description.nodes if node.op == "Identity"]
        self.assertGreater(len(identities), 3)
        self.assertEqual(description.nodes[:len(identities)], identities)

    def test_transposed_input_of_gemm(self):
        class Linear(nn.Linear):
            def forward(self, x):
                return F.linear(x.t(), self.weight, self.bias)

        node = graph(nn.Sequential(Linear(8, 4)), (8, 2)).node("0")
        self.assertEqual((node.op, node.flags), ("Gemm", {"trans_a"}))

    def test_softmax_over_another_axis(self):
        description = graph(nn.Sequential(conv(), nn.Softmax(1)))
        self.assertEqual(
            [(node.name, node.op, node.module) for node in description.nodes],
            [
                ("0", "Conv", "0"),
                ("1_transpose", "Transpose", "1_transpose"),
                ("1", "Softmax", "1"),
                ("/1/sub_module/Transpose_1", "Transpose", None),
            ],
        )
        self.assertEqual(graph(nn.Sequential(conv(), nn.Softmax(-1))).ops(), ["Conv", "Softmax"])

    def test_paddings(self):
        for mode in ("reflect", "replicate"):
            description = graph(nn.Sequential(conv(padding_mode=mode), nn.ReLU()))
            self.assertEqual(description.node("0_pad").op, "Pad")
            self.assertEqual(description.readers("0_pad"), ["0"])
            self.assertEqual((description.node("0").op, description.node("0").module), ("Conv", "0"))
        description = graph(nn.Sequential(nn.ReLU(), conv(padding_mode="circular")))
        self.assertEqual([name for name, _ in description.named()], ["0", "1"])
        self.assertEqual(description.node("1").op, "Conv")
        self.assertEqual({description.nodes[index].op for index in description.node("0").ports[0]}, {"Slice", "Concat"})

    def test_average_pooling(self):
        # What counts padding gets an operator for it, be there padding or not.
        description = graph(nn.Sequential(nn.AvgPool2d(2), nn.AvgPool2d(2, padding=1, count_include_pad=False)))
        self.assertEqual(description.named(), [("0_pad", "0_pad"), ("0", "0"), ("1", "1")])

    def test_recurrent(self):
        network = Net(
            lambda net, x: net.f(net.g(net.l(x)[0])[0][:, -1]),
            l=nn.LSTM(8, 8, batch_first=True), g=nn.GRU(8, 8, batch_first=True), f=nn.Linear(8, 2),
        )
        description = graph(network, (2, 5, 8))
        self.assertEqual(description.named(), [("l", "l"), ("g", "g"), ("f", "f")])
        self.assertEqual([description.node(name).op for name in "lg"], ["LSTM", "GRU"])
        self.assertEqual([len(description.node(name).ports) for name in "lg"], [3, 2])

    def test_recurrent_with_state(self):
        network = Net(lambda net, x, h, c: net.l(x, (h, c))[0], l=nn.LSTM(8, 8))
        self.assertEqual(graph(network, (5, 2, 8), (1, 2, 8), (1, 2, 8)).named(), [("l", "l")])

    def test_recurrent_that_is_not_marked(self):
        for layer in (nn.LSTM(8, 8, 2), nn.LSTM(8, 8, bidirectional=True), nn.RNN(8, 8)):
            self.assertEqual(graph(Net(lambda net, x: net.l(x)[0], l=layer), (5, 2, 8)).named(), [])

    def test_input_without_batch(self):
        description = graph(nn.Sequential(conv(), nn.ReLU()), (3, 8, 8))
        self.assertEqual([node.op for node in description.nodes][:2], ["Unsqueeze", "Conv"])
        self.assertEqual(description.node("0").flags, {"input_dimension_reduction"})
        self.assertEqual(description.node("1").flags, set())

    def test_view(self):
        computed = Net(lambda net, x: (lambda y: net.f(y.view(y.size(0), -1)))(net.c(x)), c=conv(), f=nn.Linear(192, 2))
        description = graph(computed)
        self.assertEqual(description.ops(), ["Conv", "Shape", "Gather", "Unsqueeze", "Concat", "Reshape", "Gemm"])
        self.assertEqual(description.readers("c"), ["/Shape", "/Reshape"])
        flattened = Net(lambda net, x: net.f(torch.flatten(net.c(x), 1)), c=conv(), f=nn.Linear(192, 2))
        self.assertEqual(graph(flattened).ops(), ["Conv", "Flatten", "Gemm"])
        flattened = Net(lambda net, x: torch.flatten(net.c(x), 2), c=conv())
        self.assertEqual(graph(flattened).readers("c"), ["/Shape", "/Reshape"])
        fixed = Net(lambda net, x: net.f(net.c(x).view(-1, 192)), c=conv(), f=nn.Linear(192, 2))
        self.assertEqual(graph(fixed).ops(), ["Conv", "Reshape", "Gemm"])

    def test_transformer(self):
        encoder = nn.TransformerEncoder(nn.TransformerEncoderLayer(8, 2, 16), 2)
        description = graph(Net(lambda net, x: net.e(x), e=encoder), (5, 2, 8))
        layers = ["e.layers.0.linear1", "e.layers.0.linear2", "e.layers.1.linear1", "e.layers.1.linear2"]
        self.assertEqual([name for name, _ in description.named()], layers)
        self.assertEqual({description.node(name).op for name in layers}, {"MatMul"})
        self.assertEqual(description.readers(layers[0]), ["/e/layers.0/linear1/sub_module/Add"])
        self.assertEqual(description.modules["e.layers.0.self_attn.out_proj"]["type"], ["NonDynamicallyQuantizableLinear"])

    def test_unmarked_batch_norm_is_folded_into_a_convolution(self):
        def forward(net, x):
            return F.batch_norm(net.layer(x), net.mean, net.var, net.var, net.mean)

        for layer, ops in ((conv(), ["Conv"]), (nn.Linear(8, 8), ["MatMul", "Add", "BatchNormalization"])):
            network = Net(forward, layer=layer)
            network.register_buffer("mean", torch.randn(3))
            network.register_buffer("var", torch.rand(3))
            description = graph(network)
            self.assertEqual(description.ops(), ops)
            self.assertEqual(description.named(), [("layer", "layer")])


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
            self.assertEqual(error.amct_error, f"AttributeError: '{name}' object has no attribute '{attribute}'")
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
        members, state = list(network.modules()), {key: value.clone() for key, value in network.state_dict().items()}
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
            with mock.patch.object(torch, "__version__", version), mock.patch.object(torch.onnx, "export", export):
                with self.assertRaises(exporter.ExportError):
                    exporter.describe(nn.Sequential(conv()), torch.randn(IMAGE))
            self.assertEqual(seen, {"opset": opset, "kept": True, "dynamo": False})


class TestWireFormat(unittest.TestCase):
    """The reader of protobuf's wire format."""

    def test_fields(self):
        data = b"\x08\x96\x01" + b"\x12\x03abc" + b"\x1d\x01\x02\x03\x04" + b"\x21" + b"\x09" * 8 + b"\xfa\x01\x00"
        found = [(number, value if isinstance(value, int) else bytes(value))
                 for number, value in exporter.fields(memoryview(data))]
        self.assertEqual(found, [(1, 150), (2, b"abc"), (3, b"\x01\x02\x03\x04"), (4, b"\x09" * 8), (31, b"")])

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
        with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err), mock.patch.object(sys, "path", sys.path[:]):
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
            self.assertEqual(Path(path).read_text(encoding="utf-8"), self.run_main("--model", "zoo:TINY", "--modules-only")[1])
            status, _, err = self.run_main("--model", "zoo:TINY", "--modules-only", "-o", directory)
            self.assertEqual(status, 2)
            self.assertIn(directory, err)

    def test_several_inputs_and_types(self):
        status, out, err = self.run_main("--model", "zoo:two_inputs", "--input", "2x5:int64", "--input", "2x5x8")
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
            (("--model", "zoo", "--modules-only"), "package.module:factory"),
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
