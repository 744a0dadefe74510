"""Reads a description back, for the tests."""

import collections
import re
from types import SimpleNamespace

import torch

import export_model as exporter

TOKEN = re.compile(r'\s*(?:(\w+)\s*:\s*(?:"((?:[^"\\\n]|\\.)*)"|(\w+))|(\w+)\s*\{|(\}))')
IMAGE = (1, 3, 8, 8)


def parse(text):
    """A description as nested dictionaries of lists, strings with their escapes."""
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
    """The description of a network; inputs are given by their shapes."""
    torch.manual_seed(seed)
    inputs = tuple(torch.randn(shape) for shape in shapes or (IMAGE,))
    return Description(exporter.describe(network, inputs))
