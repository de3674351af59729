"""A service for asgi.py: its app behind uvicorn, what the object `wsconform_hooks` of its module
does, which the head of asgi.py lists, and its log."""

import asyncio
import inspect
import io
import sys

import uvicorn

LOG_CHARS_MAX = 4 * 1024 * 1024
OFFERS = {"publish": "broadcast", "inspect": "inspect", "revoke": "revocation", "issue": "issuer"}
OFFERS["ask_without_context"] = "managers"
ANSWERS = {
    "inspect": lambda found: {"on": "inspect", "state": found},
    "issue": lambda found: {"on": "token", "token": found},
    "ask_without_context": lambda found: {"on": "answer", "refused": found[0], "text": found[1]},
}


class Server(uvicorn.Server):
    """Of an app, of a Config of one, or of what makes one. `start()` is awaited where uvicorn
    would listen; `open()` is what uvicorn does then."""

    def __init__(self, app, is_factory, start):
        config = app if isinstance(app, uvicorn.Config) else uvicorn.Config(app, factory=is_factory)
        super().__init__(config)
        config.load()
        self.lifespan = config.lifespan_class(config)
        self.start = start

    async def startup(self, sockets=None):
        await self.start()

    async def open(self):
        await super().startup([None])

    async def main_loop(self):
        await asyncio.Event().wait()

    def install_signal_handlers(self):
        pass


class Hooks:
    def __init__(self, module):
        self.one = getattr(module, "wsconform_hooks", None)

    def serve(self, verb):
        return verb != "offers" and callable(getattr(self.one, verb, None))

    def tight(self):
        return [self.one.tight] if hasattr(self.one, "tight") else []

    def offers(self):
        named = [OFFERS[verb] for verb in OFFERS if self.serve(verb)]
        named += ["tight"] if self.tight() else []
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
