"""A headless Chromium that is spoken with over two pipes: no port, no network.
One page at a time; what it says on its console, throws or asks of a network is
kept."""

import contextlib
import json
import os
import selectors
import signal
import subprocess
import time

STOP_S = 3
ANSWER_S = 60

OPTIONS = """
    --headless=new --disable-gpu --disable-dev-shm-usage --no-first-run
    --no-default-browser-check --disable-extensions --disable-sync
    --disable-background-networking --disable-component-update
    --remote-debugging-pipe --hide-scrollbars
""".split()
NO_NETWORK = "--host-resolver-rules=MAP * ~NOTFOUND"
NOISE = {"Runtime.consoleAPICalled", "Runtime.exceptionThrown", "Log.entryAdded"}


class Fault(Exception):
    """One line for the reader."""


class Page:
    """One page: calls of the DevTools protocol, and what comes of them."""

    def __init__(self, into, out):
        self.into, self.out = into, out
        self.number = 0
        self.session = None
        self.rest = b""
        self.events = []

    # --- Calls ----------------------------------------------------------------

    def receive(self, end):
        while b"\0" not in self.rest:
            with selectors.DefaultSelector() as selector:
                selector.register(self.out, selectors.EVENT_READ)
                if not selector.select(max(0, end - time.monotonic())):
                    raise Fault("the browser does not answer")
            read = os.read(self.out, 1 << 20)
            if not read:
                raise Fault("the browser has ended")
            self.rest += read
        message, self.rest = self.rest.split(b"\0", 1)
        return json.loads(message)

    def call(self, method, **parameters):
        self.number += 1
        message = {"id": self.number, "method": method, "params": parameters}
        if self.session:
            message["sessionId"] = self.session
        os.write(self.into, json.dumps(message).encode() + b"\0")
        end = time.monotonic() + ANSWER_S
        while True:
            answer = self.receive(end)
            if answer.get("id") == self.number:
                break
            if "method" in answer:
                self.events.append(answer)
        if "error" in answer:
            raise Fault(f"{method}: {answer['error']['message']}")
        return answer["result"]

    def wait(self, method, since=0):
        """The event, or the first behind the event of that number."""
        end = time.monotonic() + ANSWER_S
        while True:
            for event in self.events[since:]:
                if event["method"] == method:
                    return event
            answer = self.receive(end)
            if "method" in answer:
                self.events.append(answer)

    # --- What a reader does ---------------------------------------------------

    def attach(self):
        target = self.call("Target.createTarget", url="about:blank")["targetId"]
        self.session = self.call(
            "Target.attachToTarget", targetId=target, flatten=True
        )["sessionId"]
        for domain in ("Page", "Runtime", "Network", "Log"):
            self.call(f"{domain}.enable")

    def open(self, url, painted=True):
        """Seconds until it is loaded and, where a script may tell, painted."""
        since = len(self.events)
        begun = time.monotonic()
        self.call("Page.navigate", url=url)
        self.wait("Page.loadEventFired", since)
        if painted:
            self.value("new Promise(r => requestAnimationFrame(() => setTimeout(r)))")
        return time.monotonic() - begun

    def value(self, expression):
        result = self.call(
            "Runtime.evaluate",
            expression=expression,
            returnByValue=True,
            awaitPromise=True,
        )
        if "exceptionDetails" in result:
            details = result["exceptionDetails"]
            raise Fault(details.get("exception", details).get("description", "?"))
        return result["result"].get("value")

    def press(self, key, text="", modifiers=0):
        codes = {"Tab": 9, "Enter": 13, " ": 32}
        common = {
            "key": key,
            "modifiers": modifiers,
            "windowsVirtualKeyCode": codes.get(key, 0),
        }
        text = {"Enter": "\r", " ": " "}.get(key, text)
        self.call("Input.dispatchKeyEvent", type="keyDown", text=text, **common)
        self.call("Input.dispatchKeyEvent", type="keyUp", **common)

    def type(self, text):
        self.call("Input.insertText", text=text)

    def look(self, scheme="light", media="screen", width=1280, height=900):
        self.call(
            "Emulation.setEmulatedMedia",
            media=media,
            features=[{"name": "prefers-color-scheme", "value": scheme}],
        )
        self.call(
            "Emulation.setDeviceMetricsOverride",
            width=width,
            height=height,
            deviceScaleFactor=1,
            mobile=False,
        )

    def cpu_s(self):
        """What the page's own process has used so far."""
        session, self.session = self.session, None
        processes = self.call("SystemInfo.getProcessInfo")["processInfo"]
        self.session = session
        return max(p["cpuTime"] for p in processes if p["type"] == "renderer")

    # --- What it came to ------------------------------------------------------

    def noise(self):
        """What it said on its console, and what it threw."""
        return [event["params"] for event in self.events if event["method"] in NOISE]

    def requests(self):
        """The addresses that it asked for, but those of files and data."""
        asked = [
            event["params"]["request"]["url"]
            for event in self.events
            if event["method"] == "Network.requestWillBeSent"
        ]
        return [url for url in asked if not url.startswith(("file:", "data:", "about:"))]


@contextlib.contextmanager
def browser(folder):
    """A page of a Chromium whose profile is in the folder; both end with it."""
    to_it, into = os.pipe()
    out, from_it = os.pipe()
    root = ["--no-sandbox"] if os.geteuid() == 0 else []
    profile = f"--user-data-dir={folder}"
    redirect = f'exec "$@" 3<&{to_it} 4>&{from_it}'
    command = ["chromium", *OPTIONS, NO_NETWORK, *root, profile]
    process = subprocess.Popen(
        ["sh", "-c", redirect, "sh", *command],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        pass_fds=(to_it, from_it),
        start_new_session=True,
    )
    os.close(to_it)
    os.close(from_it)
    try:
        page = Page(into, out)
        page.attach()
        yield page
    finally:
        process.terminate()
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(STOP_S)
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        os.close(into)
        os.close(out)
