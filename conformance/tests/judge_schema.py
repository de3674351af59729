"""Holds manifests to spec/manifest.schema.json, and what has a third element to
spec/<that>.schema.json. Each line on stdin is [whether it should hold, manifest];
the lines that do not are printed."""

import functools
import json
import sys

import jsonschema


@functools.cache
def judge(name):
    with open(f"spec/{name}.schema.json", encoding="utf-8") as file:
        schema = json.load(file)
    jsonschema.Draft202012Validator.check_schema(schema)
    return jsonschema.Draft202012Validator(schema)


wrong = []
for line in sys.stdin:
    should_hold, manifest, *name = json.loads(line)
    schema = judge(*name or ["manifest"])
    if schema.is_valid(manifest) != should_hold:
        wrong.append(line)
        if should_hold:
            print(jsonschema.exceptions.best_match(schema.iter_errors(manifest)))
print("".join(wrong), end="")
sys.exit(len(wrong) != 0)
