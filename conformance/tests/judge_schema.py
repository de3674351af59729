"""Holds manifests to spec/manifest.schema.json. Each line on stdin is
[whether it should hold, manifest]; the lines that do not are printed."""

import json
import sys

import jsonschema

with open("spec/manifest.schema.json", encoding="utf-8") as file:
    schema = json.load(file)
jsonschema.Draft202012Validator.check_schema(schema)
judge = jsonschema.Draft202012Validator(schema)
wrong = []
for line in sys.stdin:
    should_hold, manifest = json.loads(line)
    if judge.is_valid(manifest) != should_hold:
        wrong.append(line)
        if should_hold:
            print(jsonschema.exceptions.best_match(judge.iter_errors(manifest)))
print("".join(wrong), end="")
sys.exit(len(wrong) != 0)
