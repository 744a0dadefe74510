#!/usr/bin/env python3
"""resolution_schema_test.py TOOL: docs/resolution.schema.json describes what `resolve --format json` writes.

Of every case of tests/amct that AMCT accepts, with and without the nodes of its network, and of its default
configuration. Exit status 77, which test runners count as skipped, where jsonschema is missing.
"""

import json
import pathlib
import subprocess
import sys
import tempfile

try:
    from jsonschema import Draft202012Validator
except ImportError:
    print("skipped: jsonschema is not installed (Debian: python3-jsonschema)")
    sys.exit(77)

HERE = pathlib.Path(__file__).resolve().parent
SCHEMA = HERE.parent / "docs" / "resolution.schema.json"
AMCT = HERE / "amct"
RESERVED = {"batch_num", "group_size", "data_dump", "distill_group"}


def accepted_cases():
    """The configuration of each case, or None, and the description of its network."""
    for line in (AMCT / "cases.tsv").read_text(encoding="utf-8").splitlines():
        if line.startswith("#") or not line:
            continue
        name, config, model, _, outcome = line.split("\t")
        if outcome in ("refused", "accepted") or outcome.startswith('"'):
            continue
        yield AMCT / "cfg" / (name + ".cfg") if config == "cfg" else None, AMCT / "models" / (model + ".textproto")


def resolved(tool, config, model):
    command = [tool, "resolve", "--semantics", "amct", "--format", "json", "--model", model]
    result = subprocess.run(command + ([config] if config else []), capture_output=True, timeout=60)
    assert result.returncode == 0, (config, model, result.stderr.decode())
    return json.loads(result.stdout)


def without_nodes(model, folder):
    """AMCT's cases have one module on each line."""
    lines = model.read_text(encoding="utf-8").splitlines(keepends=True)
    copy = pathlib.Path(folder) / model.name
    copy.write_text("".join(line for line in lines if line.startswith("module {")), encoding="utf-8")
    return copy


def check_numbers(name, document):
    """What the schema says in words: of reserved names, and of how many layers the rules decide."""
    layers, summary = document["layers"], document["summary"]
    undecided = [layer for layer in layers if layer["name"] in RESERVED and not layer["quantize"]]
    assert sum(rule["layers"] for rule in summary["rules"]) == summary["layers"] - len(undecided), name
    assert (summary["layers"], summary["quantized"]) == (len(layers), sum(layer["quantize"] for layer in layers)), name
    return len(undecided)


def spoilt(document):
    """The document with one thing wrong in it, in several ways."""
    yield {**document, "version": 2}
    yield {**document, "batch_num": {**document["batch_num"], "from": "nowhere"}}
    yield {**document, "layers": [{**document["layers"][0], "quantize": None}]}
    yield {key: value for key, value in document.items() if key != "summary"}


def main():
    tool = pathlib.Path(sys.argv[1]).resolve()
    schema = json.loads(SCHEMA.read_text(encoding="utf-8"))
    Draft202012Validator.check_schema(schema)
    validator = Draft202012Validator(schema)
    documents = []
    with tempfile.TemporaryDirectory() as folder:
        for config, model in accepted_cases():
            documents.append((config or model, resolved(tool, config, model)))
        documents.append(("no nodes", resolved(tool, None, without_nodes(AMCT / "models" / "deep_group_500.textproto", folder))))
    failures = 0
    for name, document in documents:
        for error in validator.iter_errors(document):
            failures += 1
            print(f"{name}: {error.json_path}: {error.message}")
    assert sum(check_numbers(name, document) for name, document in documents) > 0, "no case has a reserved name"
    assert documents[-1][1]["distill_groups"] is None
    for wrong in spoilt(documents[0][1]):
        assert not validator.is_valid(wrong), "the schema forbids too little"
    print(f"{len(documents)} documents, {failures} failures")
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
