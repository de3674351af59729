"""JSON as two parsers cannot read it in two ways."""

import json


def unique(pairs):
    members = dict(pairs)
    if len(members) != len(pairs):
        raise ValueError("a member twice")
    return members


def no_constant(name):
    raise ValueError(f"{name} is no JSON")


def read_object(text, bytes_max=0):
    """A dict, or ValueError; RecursionError where it is nested too deeply.
    `bytes_max`: of the text; 0 is unbounded."""
    if not isinstance(text, str):
        raise ValueError("no text")
    if bytes_max and len(text.encode()) > bytes_max:
        raise ValueError("too long")
    message = json.loads(text, object_pairs_hook=unique, parse_constant=no_constant)
    if not isinstance(message, dict):
        raise ValueError("no object")
    return message
