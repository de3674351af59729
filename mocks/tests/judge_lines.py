"""Holds what was said over a pipe to mocks/protocol.schema.json: the harness's
lines in the first file, the child's in the second. Of lines with the same
members of the same kinds one is judged. Prints what does not fit."""

import json
import sys

import jsonschema

with open("mocks/protocol.schema.json", encoding="utf-8") as file:
    schema = json.load(file)
wrong = 0
for path, way in zip(sys.argv[1:], ("to_implementation", "from_implementation")):
    judge = jsonschema.Draft202012Validator({**schema, "oneOf": [{"$ref": f"#/$defs/{way}"}]})
    shapes = set()
    with open(path, encoding="utf-8") as file:
        for text in file:
            line = json.loads(text)
            shape = tuple(
                (name, type(value), value if name in ("on", "do", "what") else None)
                for name, value in line.items()
            )
            if shape not in shapes and not judge.is_valid(line):
                print(way, text, end="")
                wrong += 1
            shapes.add(shape)
    if len(shapes) < 10:
        print(path, "holds", len(shapes), "kinds of lines: too few to judge")
        wrong += 1
sys.exit(wrong != 0)
