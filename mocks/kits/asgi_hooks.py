"""What an object `wsconform_hooks` of a service's module does for asgi.py, whose head lists it;
and the log, which every service has."""

import inspect
import io
import sys

LOG_CHARS_MAX = 4 * 1024 * 1024
OFFERS = {"publish": "broadcast", "inspect": "inspect", "revoke": "revocation", "issue": "issuer"}
OFFERS["ask_without_context"] = "managers"
ANSWERS = {
    "inspect": lambda found: {"on": "inspect", "state": found},
    "issue": lambda found: {"on": "token", "token": found},
    "ask_without_context": lambda found: {"on": "answer", "refused": found[0], "text": found[1]},
}


class Hooks:
    def __init__(self, module):
        self.one = getattr(module, "wsconform_hooks", None)

    def serve(self, verb):
        return verb != "offers" and callable(getattr(self.one, verb, None))

    def offers(self):
        named = [OFFERS[verb] for verb in OFFERS if self.serve(verb)]
        return [*named, *getattr(self.one, "offers", ())]

    async def call(self, line, tell):
        """With the members of the line that the function names."""
        hook = getattr(self.one, line["do"])
        try:
            found = hook(**{name: line.get(name) for name in inspect.signature(hook).parameters})
            found = await found if inspect.isawaitable(found) else found
            answer = ANSWERS.get(line["do"], lambda _: {"on": "done"})(found)
            tell(seq=line["seq"], **answer)
        except Exception as fault:  # of the hook, or of what it found and no line can hold
            tell(seq=line["seq"], on="failed", why=repr(fault))


class Log(io.StringIO):
    def write(self, text):
        sys.__stderr__.write(text)
        return super().write(text) if self.tell() < LOG_CHARS_MAX else 0
