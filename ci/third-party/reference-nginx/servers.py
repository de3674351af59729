"""The reference, in several instances: as its operator would start them behind
a proxy, and with what the judge needs to break and to look inside."""

import os
import secrets
import subprocess
from pathlib import Path

from common.processes import ready_line

BUILD = Path(os.environ.get("BUILD", "build"))
PROGRAM = BUILD / "wsconform-reference"

ORIGINS = {
    "signals": (),
    "factory": ("https://app.example.com", "https://admin.example.com"),
    "pos": ("https://app.example.com", "https://pos.example.com"),
}
# Shorter than by default, so that it takes no longer than it has to.
LIMITS = ("--per-user=5", "--attempts=150", "--window-ms=3000", "--strangers=100", "--auth-ms=3000")
TIGHT = (
    *("--per-user=2", "--attempts=20", "--window-ms=3000", "--strangers=100"),
    *("--connections=10", "--subprotocol=app.v1", "--json-bytes=4096"),
)


class Servers:
    """All that stand behind one proxy, at the address `proxy`."""

    def __init__(self, folder, profile, keys, proxy):
        self.folder = folder
        self.profile = profile
        self.keys = folder / "trusted.json"
        self.keys.write_bytes(Path(keys).read_bytes())
        self.token = folder / "token"
        self.token.write_text(secrets.token_urlsafe(32))
        self.proxy = proxy
        self.running = []

    def limits(self, tight):
        proxy = f"--trusted-proxy={self.proxy}"
        if self.profile == "signals":
            return "--token-minutes=7", proxy
        origins = [f"--origin={origin}" for origin in ORIGINS[self.profile]]
        return *(TIGHT if tight else LIMITS), *origins, proxy

    def start(self, timezone="UTC", tight=False):
        """What it says of itself: {"url", "control"}."""
        command = [
            *(PROGRAM, "--die-with-parent", "--profile", self.profile),
            *("--keys", self.keys, "--log", self.folder / "server.log"),
            *("--control-port", "0", "--control-token-file", self.token),
            *self.limits(tight),
        ]
        if self.profile == "pos":
            command += ["--db", self.folder / "directory"]
        if self.profile != "signals":
            command += ["--audit", self.folder / "audit"]
        process = subprocess.Popen(
            command, stdout=subprocess.PIPE, env={**os.environ, "TZ": timezone}
        )
        self.running.append(process)
        return ready_line(process)

    def end(self):
        for process in self.running:
            process.terminate()
        for process in self.running:
            process.wait()

    # --- Hooks ----------------------------------------------------------------

    def request(self, path, body=None):
        headers = {"Authorization": "Bearer {control_token}", "Content-Type": "application/json"}
        hook = {"url": "{control}" + path, "method": "POST" if body else "GET", "headers": headers}
        return {**hook, "body": body} if body else hook

    def breakages(self):
        """The real thing each, as `wsconform run --reference` has them."""
        audit, directory = self.folder / "audit", self.folder / "directory"
        away = f"{self.keys}.off"
        empty = 'cp "$0" "$0.saved" && : > "$0"'
        fill = '[ ! -e "$0.saved" ] || { cat "$0.saved" > "$0" && rm "$0.saved"; }'
        commands = {
            "break_decoder": ("mv", "-f", self.keys, away),
            "mend_decoder": ("mv", "-f", away, self.keys),
            "break_monitor": ("ln", "-sf", "/dev/full", audit),
            "mend_monitor": ("rm", "-f", audit),
            "break_store": ("sh", "-c", empty, directory),
            "mend_store": ("sh", "-c", fill, directory),
        }
        return {
            name: {"command": [str(word) for word in words]} for name, words in commands.items()
        }

    def hooks(self):
        hooks = {
            "log_file": str(self.folder / "server.log"),
            "inspect": self.request("/inspect?since={since}"),
            "publish": self.request("/publish", '{"text":"{text}"}'),
            "revoke": self.request("/revoke", '{"jti":"{jti}"}'),
            **self.breakages(),
        }
        if self.profile == "signals":
            hooks["issue_token"] = self.request("/token", '{"user":"{user}","role":"{role}"}')
        if self.profile == "factory":
            hooks["ask_without_context"] = self.request("/managers", '{"user":""}')
        if self.profile == "pos":
            hooks.update(self.directory())
        return hooks

    def doors(self):
        """The other way to what is broadcast, as `wsconform run --reference` has it."""
        if self.profile != "signals":
            return {}
        read = {"url": "{control}/latest", "headers": {"Authorization": "Bearer {token}"}}
        door = {
            "what": "GET /latest of the control API",
            "url": "{control}/latest",
            "steps": [read],
            "read": [read],
            "admitted": {"http": 200, "body_like": "signals"},
            "refused": [{"http": 401, "body_like": "unauthorized"}],
        }
        return {"other_doors": [door]}

    def directory(self):
        bodies = {
            "tenant": '{"restaurant":{"id":"{tenant}","active":{active}}}',
            "user": '{"user":{"id":"{user}","role":"{role}","restaurant":"{tenant}"}}',
            "remove_user": '{"remove_user":"{user}"}',
            "order": '{"order":{"id":"{order}","restaurant":"{tenant}","status":"{status}"}}',
        }
        to_tenant = self.request("/publish", '{"text":"{text}","restaurant":"{tenant}"}')
        hooks = {name: self.request("/directory", body) for name, body in bodies.items()}
        return {**hooks, "publish_to": to_tenant}
