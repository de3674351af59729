"""Streams of runs that never were, hostile in every text that they can hold, and
what has to be found in a report of them."""

from stream_lines import end_of, plan_of, text_of, verdict_of

# Whatever a service may say, in one word for each reader that it is meant for.
HOSTILE = {
    "control characters": "\x01\x1b[2J\x1b]0;owned\x07\x7f\x85\r\nok 9 - forged\x0b",
    "markup": "</failure></script><!-- ]]> <b onload='x'> \"&amp;&#0; <img src=x>",
    "commands": "\n::error file=a,line=1::x\n##[error]y ##vso[task.complete]z %0A::notice::n",
    "structure": "| a `b` **c** [d](http://e) ![f](g) @h #1 \\ ~~i~~ <code> \n\n# j\n- k\n---\n$k$",
    "an order turned round": "\u202eright-to-left \u05e9\u05dc\u05d5\u05dd \u0645\u0631\u062d\u0628\u0627 \u2066x\u200b\ufeff",
    "no characters": "\ufffe\uffff\U0001f600",
    "100 KB of reasons": "<b> & ]]> :: \u05d0" * 5000,
    "a directive": "# SKIP # TODO \\# \\\\ 1..7\nBail out!\nTAP version 13",
    "a table": "YAML: [a, b]\n  ...\n---\nnot ok 1",
}
# As bytes of a stream: no JSON library writes them.
BROKEN = b"\xff\xfe \xed\xa0\x80 \xc3( \xf4\x90\x80\x80 \xe2\x28"
MARK = b"BROKEN"


def row_of(place, verdict, text="", **more):
    is_pass = verdict == "pass"
    return verdict_of(
        place,
        f"n{place}x{text}",
        verdict,
        level=("AAA", "A", "AA")[place % 3],
        keyword=("MUST", "SHOULD")[place % 2],
        statement=f"This is sentence {place}. {text}",
        mend=f"Return. {text}",
        expected="" if is_pass else f"close 1008 {text}",
        seen="" if is_pass else f"n{place}x saw {text}",
        **more,
    )


class Case:
    """A stream, and what its readers have to find."""

    def __init__(self, name, verdicts, status, entries=None, trouble="", **plan):
        more = {"trouble": trouble} if trouble else {}
        if entries is not None:
            more["baseline"] = {"file": "known.json", "entries": entries}
        self.name, self.verdicts, self.status = name, verdicts, status
        self.entries, self.trouble = entries or [], trouble
        lines = [
            plan_of(len(verdicts), **plan),
            *verdicts,
            end_of(verdicts, status, **more),
        ]
        text = text_of(lines)
        self.stream = text.replace(MARK, BROKEN)
        self.manifest = plan.get("manifest", "")
        self.is_whole = MARK not in text  # it comes through as it is

    def of(self, *verdicts):
        """The marks of these, known failures apart: "known" is one of them."""
        return sorted(
            f"n{line['place']}x"
            for line in self.verdicts
            if ("known" if line.get("baseline") == "known" else line["verdict"])
            in verdicts
        )

    def stale(self):
        return [e for e in self.entries if e["state"] in ("passes", "unmatched")]


KINDS = ("fail", "inconclusive", "not-applicable", "pass")


def hostile(name, text):
    rows = [row_of(i, kind, text) for i, kind in enumerate(KINDS)]
    known = row_of(
        4, "fail", text, baseline="known", known_until="2026-12-31", known_note=text
    )
    entry = {"profile": "signals", "expires": "2026-12-31", "at": f"known.json {text}"}
    entries = [
        {**entry, "criterion": known["id"], "state": "known"},
        {**entry, "criterion": f"gone {text}", "state": "unmatched", "says": f"no {text}"},
    ]
    plan = {"target": text, "url": text, "command": text, "manifest": f"a/{text}"}
    return Case(name, [*rows, known], 5, entries, f"trouble {text}", **plan)


def many(name, kind, count, status):
    return Case(name, [row_of(i, kind) for i in range(count)], status)


def cases():
    yield Case("all pass", [row_of(0, "pass"), row_of(1, "pass")], 0)
    yield Case("one fails", [row_of(0, "pass"), row_of(1, "fail")], 1)
    yield Case("not reached", [row_of(0, "inconclusive")], 4)
    yield many("ten failures", "fail", 10, 1)
    yield many("eleven failures", "fail", 11, 1)
    yield many("a hundred unsure", "inconclusive", 100, 3)
    yield hostile("what is no UTF-8", MARK.decode())
    for name, text in HOSTILE.items():
        yield hostile(name, text)
