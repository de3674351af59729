"""Holds values to a JSON Schema: manifests to spec/manifest.schema.json, or
others to the one that is named. Each line on stdin is [whether it should hold,
value]; the lines that do not are printed."""

import json
import sys

import jsonschema

path = sys.argv[1] if len(sys.argv) > 1 else "spec/manifest.schema.json"
with open(path, encoding="utf-8") as file:
    schema = json.load(file)
jsonschema.Draft202012Validator.check_schema(schema)
judge = jsonschema.Draft202012Validator(schema)
wrong = []
for line in sys.stdin:
    should_hold, value = json.loads(line)
    if judge.is_valid(value) != should_hold:
        wrong.append(line)
        if should_hold:
            print(jsonschema.exceptions.best_match(judge.iter_errors(value)))
print("".join(wrong), end="")
sys.exit(len(wrong) != 0)
