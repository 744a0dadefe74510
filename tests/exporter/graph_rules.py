"""Tests of the rules by which AMCT makes its graph of a network; export_model_test.py runs them."""

import unittest

import torch
import torch.nn.functional as F
from torch import nn

from description import IMAGE, graph
from zoo import Net, conv


class TestMarks(unittest.TestCase):
    """Which operators carry the name of a module."""

    def names(self, *layers, shape=IMAGE):
        return [name for name, _ in graph(nn.Sequential(*layers), shape).named()]

    def test_plain(self):
        network = nn.Sequential(conv(), nn.BatchNorm2d(3), nn.ReLU(), nn.MaxPool2d(2))
        network.extend([nn.Flatten(), nn.Dropout(), nn.Linear(48, 5)])
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
        layers += [nn.GELU(), nn.SiLU(), nn.Hardswish(), nn.LogSoftmax(-1), nn.ELU(), nn.PReLU()]
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
        description = graph(Net(lambda net, x: net.q(x), p=box, q=box))
        self.assertEqual(description.named(), [("p.0", "p.0"), ("p.1", "p.1")])

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
        names = [name for name, _ in graph(network).named()]
        self.assertEqual(names, ["dict.a", "dict.b", "list.0", "list.1"])

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
        self.assertEqual(description.ops()[-3:], ["Pad", "Conv", "Conv"])
        self.assertEqual(description.reused(), ["d_pad", "d_pad1"])

    def test_onnx_name_clashes_with_a_module(self):
        network = Net(lambda net, x: net.Identity_0(net.b(net.a(x))), a=conv(), b=conv(), Identity_0=conv())
        network.b.load_state_dict(network.a.state_dict())
        description = graph(network)
        # Identity_0 is what torch calls the operator that hands one of the equal weights on.
        clashing = [node for node in description.nodes if node.name == "Identity_0"]
        facts = [(node.op, node.module) for node in clashing]
        self.assertEqual(facts, [("Identity", None), ("Conv", "Identity_0")])
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
        def forward(net, x):
            x = net.a(x)
            return torch.cat([net.b(x), torch.exp(x), net.c(x), torch.sin(x)], 1)

        network = Net(forward, a=nn.ReLU(), b=conv(), c=conv())
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
        # The sizes of the pieces are computed.
        description = graph(Net(lambda net, x: net.a(x).chunk(3, 1)[2], a=conv()))
        self.assertEqual(description.readers("a"), ["/Shape", "/Slice"])
        self.assertEqual(description.node("/Slice").given_as, [[0]])

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
        description = graph(network, (2, 8))
        facts = [(node.name, node.op) for node in description.nodes]
        self.assertEqual(facts, [("a", "Gemm"), ("b", "MatMul")])
        description = graph(network, (2, 3, 8))
        self.assertEqual(
            [(node.name, node.op, node.module) for node in description.nodes],
            [("a", "MatMul", "a"), ("/a/sub_module/Add", "Add", None), ("b", "MatMul", "b")],
        )
        self.assertTrue(description.node("a").constant and description.node("a").rank == 2)

    def test_weights_of_matmul(self):
        def forward(net, x):
            return net.fc(x) @ net.cube @ net.flat.t() @ x.transpose(1, 2)

        network = Net(forward, fc=nn.Linear(8, 8))
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
        readers = {description.nodes[index].op for index in description.node("0").ports[0]}
        self.assertEqual(readers, {"Slice", "Concat"})

    def test_average_pooling(self):
        # What counts padding gets an operator for it, be there padding or not.
        layers = nn.AvgPool2d(2), nn.AvgPool2d(2, padding=1, count_include_pad=False)
        description = graph(nn.Sequential(*layers))
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
        def flatten(net, x):
            x = net.c(x)
            return net.f(x.view(x.size(0), -1))

        computed = Net(flatten, c=conv(), f=nn.Linear(192, 2))
        description = graph(computed)
        size = ["Shape", "Gather", "Unsqueeze", "Concat"]
        self.assertEqual(description.ops(), ["Conv", *size, "Reshape", "Gemm"])
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
        projection = description.modules["e.layers.0.self_attn.out_proj"]
        self.assertEqual(projection["type"], ["NonDynamicallyQuantizableLinear"])

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
