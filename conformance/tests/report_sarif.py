"""A reader of SARIF 2.1.0 with the rules of a code-scanning tab: it takes what
the schema has, refuses what it has not, and needs a little more."""

import re
from urllib.parse import unquote, urlsplit

import jsonschema

TEXT = {
    "type": "object",
    "additionalProperties": False,
    "required": ["text"],
    "properties": {"text": {"type": "string", "minLength": 1}},
}


def closed(required, **properties):
    return {
        "type": "object",
        "additionalProperties": False,
        "required": [*required],
        "properties": {**properties, "properties": {"type": "object"}},
    }


def described(most):
    return {**TEXT, "properties": {"text": {"type": "string", "minLength": 1, "maxLength": most}}}


def list_of(items):
    return {"type": "array", "items": items}


LEVEL = {"enum": ["none", "note", "warning", "error"]}
NUMBER = {"type": "integer", "minimum": 1}
RULE = closed(
    ("id", "shortDescription", "fullDescription", "help"),
    id={"type": "string", "minLength": 1, "maxLength": 255},
    shortDescription=described(1024),
    fullDescription=described(1024),
    help=TEXT,
    defaultConfiguration=closed(("level",), level=LEVEL),
)
PLACE = closed(
    ("artifactLocation", "region"),
    artifactLocation=closed(("uri",), uri={"type": "string", "minLength": 1}),
    region=closed(
        ("startLine", "startColumn", "endLine", "endColumn"),
        **dict.fromkeys(("startLine", "startColumn", "endLine", "endColumn"), NUMBER),
    ),
)
RESULT = closed(
    ("ruleId", "level", "message", "locations", "partialFingerprints"),
    ruleId={"type": "string"},
    level=LEVEL,
    message=TEXT,
    locations={**list_of(closed(("physicalLocation",), physicalLocation=PLACE)), "minItems": 1},
    partialFingerprints=closed(
        ("primaryLocationLineHash",),
        primaryLocationLineHash={"type": "string", "pattern": "^[0-9a-f]{64}:1$"},
    ),
    suppressions=list_of(
        closed(
            ("kind",),
            kind={"enum": ["inSource", "external"]},
            status={"enum": ["accepted", "underReview", "rejected"]},
            justification={"type": "string"},
        )
    ),
)
NOTICE = closed(
    ("message",),
    level=LEVEL,
    message=TEXT,
    descriptor=closed(("id",), id={"type": "string"}),
)
RUN = closed(
    ("tool", "results", "automationDetails"),
    tool=closed(
        ("driver",),
        driver=closed(
            ("name", "rules"),
            name={"const": "wsconform"},
            version={"type": "string"},
            rules=list_of(RULE),
        ),
    ),
    automationDetails=closed(("id",), id={"type": "string", "pattern": "^[A-Za-z0-9/-]+/$"}),
    invocations=list_of(
        closed(
            ("executionSuccessful",),
            executionSuccessful={"type": "boolean"},
            exitCode={"type": "integer"},
            toolExecutionNotifications=list_of(NOTICE),
        )
    ),
    columnKind={"enum": ["utf16CodeUnits", "unicodeCodePoints"]},
    results={**list_of(RESULT), "maxItems": 25000},
)
LOG = {
    "type": "object",
    "additionalProperties": False,
    "required": ["$schema", "version", "runs"],
    "properties": {
        "$schema": {"type": "string"},
        "version": {"const": "2.1.0"},
        "runs": {**list_of(RUN), "minItems": 1, "maxItems": 20},
    },
}


def check_texts(results):
    for result in results:
        text = result["message"]["text"]
        if re.search(r"\]\(", text):
            raise ValueError(f"a link in a message: {text[:200]}")


def check_places(case, results):
    for result in results:
        uri = result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"]
        if urlsplit(uri).scheme not in ("", "file") or not re.fullmatch(r"[!-~]+", uri):
            raise ValueError(f"no place of a repository: {uri[:200]}")
        if case.is_whole and unquote(uri) != (case.manifest or "spec/profiles/signals.json"):
            raise ValueError(f"another place: {uri[:200]}")


def read_sarif(case, log):
    jsonschema.Draft202012Validator(LOG).validate(log)
    run = log["runs"][0]
    rules = [rule["id"] for rule in run["tool"]["driver"]["rules"]]
    if len(rules) != len(set(rules)):
        raise ValueError("a rule is there twice")
    if not {result["ruleId"] for result in run["results"]} <= set(rules):
        raise ValueError("a result of no rule")
    for rule in run["tool"]["driver"]["rules"]:
        if not 0 < float(rule["properties"]["security-severity"]) <= 10:
            raise ValueError("no severity")
        if len(rule["properties"]["tags"]) > 10:
            raise ValueError("more tags than are shown")
    check_texts(run["results"])
    check_places(case, run["results"])
    prints = {result["partialFingerprints"]["primaryLocationLineHash"] for result in run["results"]}
    if len(prints) != len(run["results"]):
        raise ValueError("two findings are one")
    invocation = run["invocations"][0]
    if invocation["executionSuccessful"] != (case.status in (0, 1)):
        raise ValueError("success is told otherwise")
    return {
        "open": [r["ruleId"] for r in run["results"] if "suppressions" not in r],
        "accepted": [r["ruleId"] for r in run["results"] if "suppressions" in r],
        "errors": [n for n in invocation["toolExecutionNotifications"] if n["level"] == "error"],
    }
