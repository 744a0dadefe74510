#!/usr/bin/env python3
"""Writes the model description that distillcfg reads (--model), from a torch.nn.Module.

    python3 export_model.py --model torchvision.models:resnet18 --input 1x3x224x224 -o resnet18.textproto
    python3 export_model.py --model my_package.my_module:make_network --modules-only

    from export_model import export_model, modules_only
    export_model(network, torch.randn(1, 3, 224, 224), "network.textproto")

It needs torch and nothing else: neither AMCT nor the package onnx. A description has two parts.

Modules: names and classes as named_modules() gives them, padding modes, and which modules share a weight.
They decide what every layer gets that AMCT can distil. Names and classes alone need no script:

    import json
    print(*('module { name: %s type: %s }' % (json.dumps(name), json.dumps(type(module).__name__))
            for name, module in network.named_modules() if name), sep='\\n')

Nodes: the graph that AMCT makes of the network. Distill groups, the units that AMCT forms by itself and the
exact config.json need it. AMCT wraps the modules that it knows, lets torch.onnx.export write an ONNX file,
and names the operators after the modules that they come from; this script does the same. With torch 1.13,
the release that it was written for, the result is AMCT's own graph, node for node.

What AMCT refuses is refused here too, with AMCT's message:

  - a root module of a class that AMCT wraps, such as a lone Conv2d or ReLU;
  - a network that calls a wrapped layer with keyword arguments or with more than two arguments, or that reads
    its attributes (self.conv.weight) in forward, as TransformerEncoderLayer with batch_first=True does;
  - whatever else torch.onnx.export cannot export, such as AdaptiveAvgPool2d to more than 1x1 behind a layer.

A network with layers of AMCT's own (Conv2dQAT and the like) is described; distillcfg refuses it.

What this script cannot know:

  - the graph that another torch release would make. Run it with the torch that AMCT runs with; other releases
    than 1.13 are not tested, and torch 2 needs the package onnx to export;
  - the graph of other weights or another input: parameters that are equal in value become Identity nodes (the
    BatchNorms of an untrained network, for example), and control flow in Python is followed once, for the
    given input. Describe the network with the weights that AMCT will see.

--modules-only works with every torch release and every network.

Exit status: 0 success, 1 the network has no description with nodes, 2 wrong usage, a network that cannot be
made, a file that cannot be written, or no torch.
"""

from __future__ import annotations

import argparse
import collections
import contextlib
import copy
import importlib
import inspect
import os
import re
import sys
import tempfile
import traceback
import warnings
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Dict, Iterator, List, NoReturn, Optional, Sequence, TextIO, Tuple, Union

try:
    import torch
except (ImportError, OSError) as error:  # OSError: a library that torch wants is missing
    if __name__ != "__main__":
        raise
    print(f"export_model.py: {sys.executable} cannot import torch, which this script needs: {error}", file=sys.stderr)
    sys.exit(2)

TESTED_TORCH = "1.13"
MODULES_ONLY_HINT = (
    "The modules can be described all the same: --modules-only, or modules_only(network) in Python. That is "
    "enough to see what each layer gets, if AMCT can distil it; which it leaves out because of the graph, distill "
    "groups and config.json need the nodes."
)


class ExportError(RuntimeError):
    """The network has no description with nodes.

    amct_error is the `Type: message` that AMCT raises for the network, None where AMCT's text is not known.
    """

    def __init__(self, reason: str, amct_error: Optional[str] = None):
        # Where torch goes on about the values that caused an error, the first line is what matters.
        shown = re.split(r"\s*\[Caused by |\n", amct_error)[0] if amct_error else ""
        said = f"AMCT refuses it with\n    {shown}\n" if shown else ""
        super().__init__(f"{reason}\n{said}{MODULES_ONLY_HINT}")
        self.amct_error = amct_error


# --- Modules ------------------------------------------------------------------------------------------------


def quoted(text: str) -> str:
    """text as a string literal of protobuf's text format."""
    named = {"\n": "\\n", "\r": "\\r", "\t": "\\t", '"': '\\"', "'": "\\'", "\\": "\\\\"}
    shown = (named.get(c) or (c if " " <= c != "\x7f" else f"\\{ord(c):03o}") for c in text)
    return '"%s"' % "".join(shown)


def weight_of(module: torch.nn.Module) -> Optional[torch.Tensor]:
    """The module's weight, None where it has none."""
    try:
        weight = module.weight
    except Exception:  # `weight` may be a property, which may raise anything
        return None
    return weight if isinstance(weight, torch.Tensor) else None


def modules_only(module: torch.nn.Module) -> str:
    """The description of a network without its graph; distillcfg needs no more to resolve the layers.

    DistributedDataParallel is unwrapped, as AMCT does. Modules that share one weight tensor have the same
    weight_id, which names the first of them.
    """
    module = unwrapped(module)
    lines = [f"root_type: {quoted(type(module).__name__)}\n"]
    named = list(module.named_modules())
    # Weights that a property makes anew must all stay alive while their identities are compared.
    weights = [weight_of(member) for _, member in named]
    owners: Dict[int, List[str]] = collections.defaultdict(list)
    for (name, _), weight in zip(named, weights):
        owners[id(weight)].append(name)
    for (name, member), weight in zip(named, weights):
        if not name:
            continue
        padding_mode = getattr(member, "padding_mode", "zeros")
        line = f"module {{ name: {quoted(name)} type: {quoted(type(member).__name__)}"
        if isinstance(padding_mode, str) and padding_mode != "zeros":
            line += f" padding_mode: {quoted(padding_mode)}"
        if weight is not None and len(owners[id(weight)]) > 1:
            line += f" weight_id: {quoted(owners[id(weight)][0] + '.weight')}"
        lines.append(line + " }\n")
    return "".join(lines)


def unwrapped(module: torch.nn.Module) -> torch.nn.Module:
    """The network inside DistributedDataParallel; any other module as it is."""
    return module.module if isinstance(module, torch.nn.parallel.DistributedDataParallel) else module


# --- Marks --------------------------------------------------------------------------------------------------

MARKED_WITH_SUBCLASSES = (
    torch.nn.BatchNorm2d,
    torch.nn.BatchNorm3d,
    torch.nn.ReLU,
    torch.nn.ReLU6,
    torch.nn.LeakyReLU,
    torch.nn.Sigmoid,
    torch.nn.Tanh,
    torch.nn.Softmax,
)
# AMCT compares the names of these classes: no subclass of another name, but any class of that name.
MARKED_BY_NAME = ("Conv2d", "Linear", "ConvTranspose2d", "BatchNorm1d", "BatchNorm2d", "AvgPool2d")
MARKED_WHERE_PADDING_IS_ZEROS = ("Conv1d", "Conv3d", "ConvTranspose1d")
RECURRENT = ("LSTM", "GRU")
# Classes whose weights AMCT compares to find shared ones.
OWNERS_OF_WEIGHTS = ("Conv2d", "Conv3d", "ConvTranspose1d", "ConvTranspose2d", "ConvTranspose3d", "Linear")

MARK_DOMAIN = "distillcfg"
MARK = f"{MARK_DOMAIN}::Mark"


class Mark(torch.autograd.Function):
    """Copies a tensor; in the ONNX file, an operator that says for which module it stands there."""

    @staticmethod
    def forward(ctx: Any, in_data: torch.Tensor, module_name: str, module_type: str) -> torch.Tensor:
        """Takes and gives a tensor of any shape."""
        return in_data.clone()

    @staticmethod
    def symbolic(g: Any, in_data: Any, module_name: str, module_type: str) -> Any:
        """The operator. It has no shape inference: behind it, as in AMCT's export, only the rank is known."""
        return g.op(MARK, in_data, module_name_s=module_name, module_type_s=module_type)


class MarkedQuantizableModule(torch.nn.Module):
    """Marks the first input of a module.

    The names are AMCT's: those of the class and of forward's arguments appear in torch's complaints about
    networks that use a module in another way, `sub_module` in names of nodes, `in_data` in names of tensors.
    """

    def __init__(self, name: str, module: torch.nn.Module):
        super().__init__()
        self.sub_module = module
        self.mark = (name, type(module).__name__)

    def forward(self, in_data: Any, extra_input: Any = None) -> Any:
        """Gives what the module gives for one or two inputs."""
        in_data = Mark.apply(in_data, *self.mark)
        if extra_input is None:
            return self.sub_module(in_data)
        return self.sub_module(in_data, extra_input)


def is_marked(module: torch.nn.Module) -> bool:
    """Whether AMCT wraps the module.

    AttributeError: the class has the name, but not the attributes, of one of torch's.
    """
    if isinstance(module, MARKED_WITH_SUBCLASSES):
        return True
    kind = type(module).__name__
    if kind in ("Conv2d", "ConvTranspose2d", *MARKED_WHERE_PADDING_IS_ZEROS):
        # AMCT reads it of all of them, and fails where there is none.
        return module.padding_mode == "zeros" or kind in MARKED_BY_NAME
    if kind in RECURRENT:
        projection = getattr(module, "proj_size", 0)
        return module.num_layers == 1 and not module.bidirectional and module.dropout == 0 and projection == 0
    return kind in MARKED_BY_NAME


@contextlib.contextmanager
def marked(network: torch.nn.Module) -> Iterator[torch.nn.Module]:
    """The network with its modules marked: a copy, or, where that cannot be made, itself for the time being.

    A module has the first name that named_modules() gives it. Where it is called under another name, that is
    through another container, it is not marked.
    """
    try:
        network = copy.deepcopy(network)
    except Exception:  # a network may refuse in any way; AMCT goes on as well
        pass
    members = dict(network.named_modules())
    chosen: Dict[str, torch.nn.Module] = {}
    for name, member in members.items():
        try:
            if is_marked(member):
                chosen[name] = member
        except AttributeError as error:
            raise ExportError(
                f"The class {type(member).__name__} has the name of one of torch's, but not its attributes.",
                f"AttributeError: {error}",
            ) from error
        if "" in chosen:
            raise ExportError(
                f"AMCT wraps layers such as {type(network).__name__}, and cannot wrap the network itself. "
                "Put it into another module: torch.nn.Sequential(network).",
                "RuntimeError: model has no parent module.",
            )
    places = {name: (members[name.rpartition(".")[0]], name.rpartition(".")[2]) for name in chosen}
    try:
        for name, (parent, attribute) in places.items():
            setattr(parent, attribute, MarkedQuantizableModule(name, chosen[name]))
        yield network
    finally:
        for name, (parent, attribute) in places.items():
            setattr(parent, attribute, chosen[name])


def onnx_file(network: torch.nn.Module, example_inputs: Union[torch.Tensor, tuple]) -> bytes:
    """The ONNX file that torch writes of the network with its modules marked, in evaluation mode."""
    settings: Dict[str, Any] = {
        "opset_version": 16 if torch.__version__ == "2.1.0" else 11,
        "keep_initializers_as_inputs": True,
    }
    if "dynamo" in inspect.signature(torch.onnx.export).parameters:
        settings["dynamo"] = False  # the newer exporter takes no symbolic and makes other graphs
    with tempfile.TemporaryDirectory() as directory, marked(network) as copied:
        # A file, not a buffer: beyond 2 GB torch writes the weights beside it.
        path = os.path.join(directory, "network.onnx")
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")  # on every mark, that it has no shape inference
                torch.onnx.export(copied, example_inputs, path, **settings)
        except Exception as error:  # torch, and the network, may raise anything
            # Objects of a graph that torch gave up must not outlive it, here in the frames of the traceback:
            # the next graph may get the same address, and then torch takes them for its own, and fails.
            traceback.clear_frames(error.__traceback__)
            raise export_failure(error) from error
        return Path(path).read_bytes()


def export_failure(error: Exception) -> ExportError:
    """What to say of an exception that torch.onnx.export let out.

    That AMCT refuses the network too is said only where torch makes AMCT's graph.
    """
    text = str(error)
    if re.search(r"\bonnx(script)?\b.*not installed|No module named '?onnx", text, re.IGNORECASE):
        return ExportError(
            f"torch {torch.__version__} needs another package to export a network: {text}\n"
            f"Install it (pip install onnx), or use torch {TESTED_TORCH}, which needs none."
        )
    if not torch.__version__.startswith(TESTED_TORCH + "."):
        return ExportError(
            f"torch {torch.__version__} cannot export this network: {text}\nThis script is tested with torch "
            f"{TESTED_TORCH}."
        )
    reason = "torch cannot export this network as AMCT exports it."
    if isinstance(error, (AttributeError, TypeError)) and MarkedQuantizableModule.__name__ in text:
        reason += (
            " AMCT wraps the layers that it knows. A wrapped layer takes one or two inputs, by position, and"
            " hides its attributes: call it so, and do not read its weight or bias in forward."
        )
    elif "input size not accessible" in text or "unknown channel size" in text:
        reason += " Behind a layer that AMCT wraps, torch knows the rank of a tensor but not its sizes."
    return ExportError(reason, f"RuntimeError: The model cannot export to onnx, exception is: {text}")


# --- Reading the ONNX file ----------------------------------------------------------------------------------

# Numbers of fields, from the public onnx.proto.
MODEL_GRAPH = 7
GRAPH_NODE, GRAPH_INITIALIZER, GRAPH_INPUT, GRAPH_OUTPUT = 1, 5, 11, 12
NODE_INPUT, NODE_OUTPUT, NODE_NAME, NODE_OPERATOR, NODE_ATTRIBUTE, NODE_DOMAIN = 1, 2, 3, 4, 5, 7
ATTRIBUTE_NAME, ATTRIBUTE_INT, ATTRIBUTE_STRING, ATTRIBUTE_TENSOR = 1, 3, 4, 5
TENSOR_DIMENSION, TENSOR_NAME = 1, 8
VALUE_NAME = 1

VARINT, FIXED64, BYTES, FIXED32 = 0, 1, 2, 5


def varint(data: memoryview, at: int) -> Tuple[int, int]:
    """The varint at an offset, and the offset behind it."""
    value = shift = 0
    while True:
        byte = data[at]
        at += 1
        value |= (byte & 0x7F) << shift
        if byte < 0x80:
            return value, at
        shift += 7


def fields(data: memoryview) -> Iterator[Tuple[int, Any]]:
    """Number and value of each field of a message in protobuf's wire format; values are ints or memoryviews.

    ValueError: the data end within a field, or hold a group.
    """
    at = 0
    while at < len(data):
        try:
            key, at = varint(data, at)
            number, wire_type = key >> 3, key & 7
            if wire_type == VARINT:
                value, at = varint(data, at)
                yield number, value
                continue
            if wire_type == BYTES:
                size, at = varint(data, at)
            else:
                size = {FIXED64: 8, FIXED32: 4}[wire_type]
        except (IndexError, KeyError) as error:
            raise ValueError("not a message in protobuf's wire format") from error
        if at + size > len(data):
            raise ValueError("a message in protobuf's wire format is cut off")
        yield number, data[at:at + size]
        at += size


def text_of(value: memoryview) -> str:
    """A string field."""
    return str(value, "utf-8")


def name_of(data: memoryview, number: int) -> str:
    """The string field with a number; empty where it is absent."""
    return next((text_of(value) for key, value in fields(data) if key == number), "")


def rank_of(tensor: memoryview) -> int:
    """The number of dimensions of a TensorProto."""
    rank = 0
    for number, value in fields(tensor):
        if number == TENSOR_DIMENSION:
            # Packed into one field, or one field each: a varint ends with the byte that has no high bit.
            rank += 1 if isinstance(value, int) else sum(byte < 0x80 for byte in value)
    return rank


@dataclass(eq=False)
class Node:
    """A node of the graph: an operator, an initializer, an input or an output of the network."""

    name: str
    op_type: str
    inputs: List[str] = field(default_factory=list)  # names of tensors; empty where an input is left out
    outputs: List[str] = field(default_factory=list)
    attributes: Dict[str, Union[int, str]] = field(default_factory=dict)
    tensor_rank: Optional[int] = None  # of the tensor that an initializer or a Constant holds
    position: int = 0  # among the initializers and operators, in the order of the file
    producers: List[Optional["Port"]] = field(default_factory=list)  # one for each input
    ports: List["Port"] = field(default_factory=list)  # one for each output
    module_name: Optional[str] = None
    is_reused: bool = False
    input_dimension_reduction: bool = False


@dataclass(eq=False)
class Port:
    """An output of a node, and who reads it: nodes with the indices of their inputs, in AMCT's order."""

    node: Node
    consumers: List[Tuple[Node, int]] = field(default_factory=list)


INPUT, OUTPUT, INITIALIZER, CONSTANT = "graph input", "graph output", "initializer", "Constant"


def read_node(data: memoryview, index: int) -> Node:
    """A NodeProto, the index-th of its graph."""
    node = Node("", "")
    domain = ""
    for number, value in fields(data):
        if number == NODE_INPUT:
            node.inputs.append(text_of(value))
        elif number == NODE_OUTPUT:
            node.outputs.append(text_of(value))
        elif number == NODE_NAME:
            node.name = text_of(value)
        elif number == NODE_OPERATOR:
            node.op_type = text_of(value)
        elif number == NODE_DOMAIN:
            domain = text_of(value)
        elif number == NODE_ATTRIBUTE:
            read_attribute(value, node)
    node.name = node.name or f"node_{index}"
    if domain == MARK_DOMAIN:
        node.op_type = MARK
    return node


def read_attribute(data: memoryview, node: Node) -> None:
    """Adds to the node what an AttributeProto says of it, if that matters here."""
    name = name_of(data, ATTRIBUTE_NAME)
    for number, value in fields(data):
        if number == ATTRIBUTE_INT:
            node.attributes[name] = value
        elif number == ATTRIBUTE_STRING:
            node.attributes[name] = str(value, "utf-8", "replace")
        elif number == ATTRIBUTE_TENSOR and name == "value":
            node.tensor_rank = rank_of(value)


# --- The graph ----------------------------------------------------------------------------------------------


class Graph:
    """AMCT's graph of a network, made from the ONNX file of the network with its modules marked.

    nodes are initializers and operators, in AMCT's order; outputs those of the network.
    """

    def __init__(self, onnx: bytes):
        graph = next(value for number, value in fields(memoryview(onnx)) if number == MODEL_GRAPH)
        operators: List[Node] = []
        initializers: List[Node] = []
        inputs: List[str] = []
        self.outputs: List[Node] = []
        for number, value in fields(graph):
            if number == GRAPH_NODE:
                operators.append(read_node(value, len(operators)))
            elif number == GRAPH_INITIALIZER:
                name = name_of(value, TENSOR_NAME)
                initializers.append(Node(name, INITIALIZER, outputs=[name], tensor_rank=rank_of(value)))
            elif number == GRAPH_INPUT:
                inputs.append(name_of(value, VALUE_NAME))
            elif number == GRAPH_OUTPUT:
                name = name_of(value, VALUE_NAME)
                self.outputs.append(Node(name, OUTPUT, inputs=[name]))
        self.nodes = initializers + operators
        for position, node in enumerate(self.nodes):
            node.position = position
        constants = {node.name for node in initializers}  # which torch lists as inputs as well
        self._connect([Node(name, INPUT, outputs=[name]) for name in inputs if name not in constants])
        self._by_name: Dict[str, List[Node]] = collections.defaultdict(list)
        for node in self.nodes:
            self._by_name[node.name].append(node)
        self._taken: Dict[str, int] = {}  # names that were given, with the number of the last variant tried
        self._name_modules()
        self._sort()

    def _connect(self, inputs: List[Node]) -> None:
        """Links the outputs of nodes to the inputs that read them; those of the network come last."""
        tensors: Dict[str, Port] = {}
        for node in inputs + self.nodes:
            node.ports = [Port(node) for _ in node.outputs]
            tensors.update(zip(node.outputs, node.ports))
        for node in self.nodes + self.outputs:
            for index, tensor in enumerate(node.inputs):
                port = tensors[tensor] if tensor else None
                node.producers.append(port)
                if port is not None:
                    port.consumers.append((node, index))

    def _name_modules(self) -> None:
        """Gives the operators the names of the modules that they stand for, and takes the marks out."""
        marks = [node for node in self.nodes if node.op_type == MARK]
        for mark in marks:
            self._name_module(mark, str(mark.attributes["module_name"]), str(mark.attributes["module_type"]))
        for mark in marks:
            producer = mark.producers[0]
            assert producer is not None, "torch leaves no required input out"
            producer.consumers.remove((mark, 0))
            # The readers of the mark go to the end of the list, behind the other readers of the same tensor.
            for consumer, index in mark.ports[0].consumers:
                producer.consumers.append((consumer, index))
                consumer.producers[index] = producer
        gone = set(marks)
        self.nodes = [node for node in self.nodes if node not in gone]

    def _name_module(self, mark: Node, name: str, kind: str) -> None:
        """Finds the operator of a mark, and names it after the module."""
        node = first_consumer(mark, name)
        if kind in RECURRENT and node.op_type not in RECURRENT:
            node = nearest(mark, (kind,), name)
        for op_type, suffix in (("Pad", "pad"), ("Transpose", "transpose")):
            if node.op_type == op_type:
                self._rename(node, f"{name}_{suffix}")
                node = first_consumer(node, name)
        if node.op_type == "Unsqueeze":
            node = nearest(mark, ("Conv", "ConvTranspose", *RECURRENT), name)
            node.input_dimension_reduction = True
        if kind == "Conv2d" and node.op_type not in ("Conv", "Unsqueeze"):
            node = nearest(mark, ("Conv",), name)  # circular padding comes first: Slice and Concat
        self._rename(node, name)

    def _rename(self, node: Node, name: str) -> None:
        """Names a node after a module; a name that is there already makes both a re-used module."""
        namesakes = self._by_name[name]
        if namesakes:
            node.is_reused = True
            min(namesakes, key=lambda namesake: namesake.position).is_reused = True
        given = name
        variant = self._taken.get(name, 0)
        while given in self._taken:
            variant += 1
            given = f"{name}{variant}"
        self._taken[name] = variant
        self._taken.setdefault(given, 0)
        if node.op_type != OUTPUT:  # AMCT does not look for names among the outputs of the network
            self._by_name[node.name].remove(node)
            self._by_name[given].append(node)
        node.name = given
        node.module_name = name

    def _sort(self) -> None:
        """AMCT's order: what reads nothing first; the file has the others in topological order already."""
        self.nodes.sort(key=lambda node: any(producer is not None for producer in node.producers))


def first_consumer(node: Node, name: str) -> Node:
    """The first reader of a node's first output; name is that of the module in question."""
    consumers = node.ports[0].consumers if node.ports else []
    if not consumers:
        fail_to_find(name, "an operator that stands for it")
    return consumers[0][0]


def nearest(mark: Node, op_types: Sequence[str], name: str) -> Node:
    """The first node with one of the operators, breadth-first from a mark along first outputs."""
    queue = collections.deque([mark])
    seen = {mark}
    while queue:
        node = queue.popleft()
        if node.op_type in op_types:
            return node
        if not node.ports:
            break  # an output of the network: here AMCT gives up, even if other ways are open
        for consumer, _ in node.ports[0].consumers:
            if consumer not in seen:
                seen.add(consumer)
                queue.append(consumer)
    return fail_to_find(name, "the operator " + " or ".join(op_types))


def fail_to_find(name: str, what: str) -> NoReturn:
    """Refuses a network whose module name has not the operator that AMCT looks for."""
    raise ExportError(f"Behind the module {name!r}, AMCT looks for {what}, finds none, and fails.")


# --- The description ----------------------------------------------------------------------------------------


def matmul_weight(node: Node) -> Optional[int]:
    """The rank of a MatMul's weight: its second input, seen through one Transpose. None: it is computed."""
    port = node.producers[1]
    if port is not None and port.node.op_type == "Transpose":
        port = port.node.producers[0]
    if port is None or port.node.op_type not in (INITIALIZER, CONSTANT):
        return None
    return port.node.tensor_rank


def node_line(node: Node, indices: Dict[Node, int]) -> str:
    """One Node of the description; indices tells those of nodes and of the network's outputs."""
    line = f"node {{ name: {quoted(node.name)} op_type: {quoted(node.op_type)}"
    if node.module_name is not None:
        line += f" module_name: {quoted(node.module_name)}"
    if node.is_reused:
        line += " is_reused: true"
    if node.op_type == "Gemm" and node.attributes.get("transA") == 1:
        line += " trans_a: true"
    if node.input_dimension_reduction:
        line += " input_dimension_reduction: true"
    if node.op_type == "MatMul":
        rank = matmul_weight(node)
        if rank is None:
            line += " constant_weight: false"
        elif rank != 2:
            line += f" weight_rank: {rank}"
    for port in node.ports:
        readers = [reader for reader, _ in port.consumers]
        nodes = [f"consumer: {indices[reader]} " for reader in readers if reader.op_type != OUTPUT]
        outputs = [f"graph_output: {indices[reader]} " for reader in readers if reader.op_type == OUTPUT]
        line += " output { %s}" % "".join(nodes + outputs)
    return line + " }\n"


def describe(module: torch.nn.Module, example_inputs: Union[torch.Tensor, tuple]) -> str:
    """The description of a network with the graph that AMCT makes of it.

    example_inputs is a tensor of the shape that forward takes, or a tuple of its arguments. The network is
    left as it was. Initializers and Constants are not described: they change nothing.

    ExportError: AMCT refuses the network, or torch cannot export it. TypeError: the inputs are neither a
    tensor nor a tuple.
    """
    if not isinstance(example_inputs, (torch.Tensor, tuple)):
        raise TypeError(f"the inputs must be a tensor or a tuple, not {type(example_inputs).__name__}")
    module = unwrapped(module)
    graph = Graph(onnx_file(module, example_inputs))
    check_weights(module)
    nodes = [node for node in graph.nodes if node.op_type not in (INITIALIZER, CONSTANT)]
    indices = {node: index for index, node in enumerate(nodes)}
    indices.update((node, index) for index, node in enumerate(graph.outputs))
    lines = [modules_only(module)]
    lines += [node_line(node, indices) for node in nodes]
    lines += [f"graph_output: {quoted(output.name)}\n" for output in graph.outputs]
    return "".join(lines)


def check_weights(module: torch.nn.Module) -> None:
    """Refuses a network with a class that has the name of one of torch's layers but no weight."""
    for member in module.modules():
        if type(member).__name__ in OWNERS_OF_WEIGHTS:
            try:
                _ = member.weight
            except AttributeError as error:
                raise ExportError(
                    f"A class of the network is called {type(member).__name__} but has no weight.",
                    f"AttributeError: {error}",
                ) from error


def export_model(
    module: torch.nn.Module,
    example_inputs: Union[torch.Tensor, tuple],
    file: Union[str, "os.PathLike[str]", TextIO],
) -> None:
    """Writes the description with nodes to a path or to a text stream; see describe() for inputs and errors.

    Nothing is written where there is no description. OSError: the file cannot be written.
    """
    write(describe(module, example_inputs), file)


def write(text: str, file: Union[str, "os.PathLike[str]", TextIO]) -> None:
    """Writes text to a path, in UTF-8, or to a text stream."""
    if isinstance(file, (str, os.PathLike)):
        with open(file, "w", encoding="utf-8", newline="\n") as stream:
            stream.write(text)
    else:
        file.write(text)


# --- The command line ---------------------------------------------------------------------------------------


class UsageError(Exception):
    """The command line names no network."""


class InputError(Exception):
    """The command line asks for an input that torch cannot make."""


def input_shape(text: str) -> Tuple[List[int], torch.dtype]:
    """Shape and type of an --input such as 1x3x224x224 or 1x16:int64."""
    match = re.fullmatch(r"(\d+(?:x\d+)*)(?::(\w+))?", text)
    kind = getattr(torch, match[2] or "float32", None) if match else None
    if not match or not isinstance(kind, torch.dtype):
        raise argparse.ArgumentTypeError(f"{text!r} is no shape such as 1x3x8x8 or 1x16:int64")
    return [int(size) for size in match[1].split("x")], kind


def example_input(shape: List[int], kind: torch.dtype) -> torch.Tensor:
    """Random numbers for the floating-point types; zeros, which are valid indices, for the others."""
    try:
        return torch.randn(shape).to(kind) if kind.is_floating_point else torch.zeros(shape, dtype=kind)
    except Exception as error:  # torch has many ways to refuse a size or a type
        shown = "x".join(str(size) for size in shape)
        raise InputError(f"{shown}:{str(kind).rpartition('.')[2]}: torch cannot make it: {error}") from error


def load(reference: str) -> torch.nn.Module:
    """The network that package.module:factory names: a module, or a function or class that makes one.

    UsageError: there is none. What the code of the user raises is let through.
    """
    module_name, _, attribute = reference.partition(":")
    if not module_name or not attribute:
        raise UsageError("must be package.module:factory")
    if "/" in module_name or module_name.startswith(".") or module_name.endswith(".py"):
        raise UsageError("must be package.module:factory, as in an import, not a path")
    try:
        found: Any = importlib.import_module(module_name)
    except ModuleNotFoundError as error:
        if error.name and (module_name + ".").startswith(error.name + "."):
            raise UsageError(str(error)) from error
        raise  # a module that the user's one wants
    for part in attribute.split("."):
        if not hasattr(found, part):
            raise UsageError(f"there is no {part} in {module_name}")
        found = getattr(found, part)
    if not isinstance(found, torch.nn.Module) and callable(found):
        found = found()
    if not isinstance(found, torch.nn.Module):
        raise UsageError(f"is a {type(found).__name__}, not a torch.nn.Module")
    return found


def parser() -> argparse.ArgumentParser:
    """The command line."""
    summary, _, details = (__doc__ or "").partition("\n\n")
    result = argparse.ArgumentParser(
        description=summary, epilog=details, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    result.add_argument("--model", metavar="MODULE:FACTORY", required=True,
                        help="importable from here: a torch.nn.Module, or what makes one when called")
    result.add_argument("--input", metavar="SHAPE[:TYPE]", type=input_shape, action="append", default=[],
                        help="an input of the network, as 1x3x224x224 or 1x16:int64; once for each input")
    result.add_argument("--seed", metavar="N", type=int, help="torch.manual_seed(N) first")
    result.add_argument("-o", "--output", metavar="FILE", help="where to write; standard output without it")
    result.add_argument("--modules-only", action="store_true", help="leave the nodes out; needs no --input")
    return result


def main(arguments: Optional[Sequence[str]] = None) -> int:
    """Runs the command line; returns the exit status."""
    options = parser().parse_args(arguments)
    if not options.input and not options.modules_only:
        parser().error("--input is needed, or --modules-only")
    sys.path.insert(0, os.getcwd())
    try:
        # Whatever the network and torch print must not get into the description.
        with contextlib.redirect_stdout(sys.stderr):
            if options.seed is not None:
                torch.manual_seed(options.seed)
            network = load(options.model)
            if options.modules_only:
                text = modules_only(network)
            else:
                text = describe(network, tuple(example_input(*shape) for shape in options.input))
    except ExportError as error:
        print(f"export_model.py: {error}", file=sys.stderr)
        return 1
    except UsageError as error:
        print(f"export_model.py: --model {options.model}: {error}", file=sys.stderr)
        return 2
    except InputError as error:
        print(f"export_model.py: --input {error}", file=sys.stderr)
        return 2
    except Exception as error:  # from the module or the factory of the user
        traceback.print_exc()
        print(f"export_model.py: --model {options.model}: {type(error).__name__}: {error}", file=sys.stderr)
        return 2
    try:
        write(text, options.output or sys.stdout)
        sys.stdout.flush()
    except OSError as error:
        print(f"export_model.py: {options.output or 'standard output'}: {error.strerror}", file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    sys.stdout.reconfigure(encoding="utf-8", newline="\n")
    sys.exit(main())
