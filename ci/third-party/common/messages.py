"""JSON as two parsers cannot read it in two ways."""

import json


def unique(pairs):
    members = dict(pairs)
    if len(members) != len(pairs):
        raise ValueError("a member twice")
    return members


def no_constant(name):
    raise ValueError(f"{name} is no JSON")


def read_object(text):
    """A dict, or ValueError; RecursionError where it is nested too deeply."""
    if not isinstance(text, str):
        raise ValueError("no text")
    message = json.loads(text, object_pairs_hook=unique, parse_constant=no_constant)
    if not isinstance(message, dict):
        raise ValueError("no object")
    return message
