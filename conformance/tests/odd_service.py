"""A small service of signals with one thing odd about it, for the tests of
`probe`. Prints its port; ends when its standard input does.

    odd_service.py [--mood M] [--carrier C] [--path P] [--signal JSON]
                   [--port P] [--fatal TOKEN [--late | --slow]]

Moods: sound, teapot (HTTP 200), banner (no HTTP), silent, open (admits all),
lax (admits any token), and how it refuses: fails (1011), bare (no code), normal
(1000), own (4401), status (401), forbidden (403), crash (HTTP 500), cut (no Close),
picky (4406, for the want of the sub-protocol app.v1), engine (greets as Engine.IO),
fickle (right, then 4401, in turn), moody (4401, then 1011, in turn), leaks;
floods (with messages, behind every 101), beats (as Engine.IO, and never stops);
terse (hangs up on a head of more than 4096 bytes); litters (with HTTP behind
the 101, before the Close), spills (and with a trace in that);
bytes (broadcasts are 00 03, a length and a text), binary (… JSON in a binary frame),
welcomes (the same, behind a welcome in text).
It dies of the fatal token; late: once the last member has gone behind it; slow: 60 ms later.
"""

import argparse
import base64
import hashlib
import hmac
import itertools
import json
import os
import socketserver
import struct
import sys
import threading
import time

SECRET = b"wsconform-public-test-secret-e7e0c4291bda75655ccea655"
MAGIC = b"258EAFA5-E914-47DA-95CA-C5AB0DC85B11"
CLOSES = {
    "sound": (1008, b"Authentication required", b"Invalid or expired token"),
    "own": (4401, b"who are you?", b"no such ticket"),
    "fails": (1011, b"", b""),
    "normal": (1000, b"bye", b"bye"),
    "leaks": (4401, b"", b"Traceback: File \"/srv/app/auth.py\""),
}
UNSPOKEN = (4406, b"Subprotocol not acceptable", b"Subprotocol not acceptable")
LITTER = {"litters": b"no", "spills": b"Traceback (most recent call last)"}
BINARY = ("bytes", "binary", "welcomes")
GREET = ("engine", "beats")
FLOODS = {"floods": b"hello", "beats": b"2"}
STATUSES = {"status": "401 No", "forbidden": "403 No", "crash": "500 Oh"}

parser = argparse.ArgumentParser()
parser.add_argument("--mood", default="sound")
parser.add_argument("--carrier", default="query:token")
parser.add_argument("--path", default="/ws")
parser.add_argument("--signal", default='{"type":"signal","text":"{text}"}')
parser.add_argument("--port", type=int, default=0)
parser.add_argument("--fatal")
parser.add_argument("--late", action="store_true")
parser.add_argument("--slow", action="store_true")
options = parser.parse_args()
members = set()
doomed = threading.Event()
lock = threading.Lock()


turns = itertools.count()


def mood_of_now():
    """Some are of another mood each time."""
    moods = {"fickle": ("sound", "own"), "moody": ("own", "fails")}.get(options.mood)
    return options.mood if moods is None else moods[next(turns) % 2]


def decoded(part):
    return base64.urlsafe_b64decode(part + "=" * (-len(part) % 4))


def holds(token):
    try:
        head, body, signature = token.split(".")
        good = hmac.new(SECRET, f"{head}.{body}".encode(), hashlib.sha256).digest()
        return (
            json.loads(decoded(head))["alg"] == "HS256"
            and hmac.compare_digest(good, decoded(signature))
            and time.time() < json.loads(decoded(body))["exp"] < 1e11
        )
    except (ValueError, KeyError, TypeError):
        return False


def speaks(headers):
    offers = headers.get("sec-websocket-protocol", "").replace(" ", "").split(",")
    return options.mood == "picky" and "app.v1" in offers


def is_mute(headers):
    return options.mood == "picky" and not speaks(headers)


def token_of(target, headers):
    kind, _, name = options.carrier.partition(":")
    places = {"bearer": ("authorization", "Bearer "), "cookie": ("cookie", name + "=")}
    if kind == "query":
        for pair in target.partition("?")[2].split("&"):
            if pair.startswith(name + "="):
                return pair[len(name) + 1 :]
        return None
    header, begins = places[kind]
    value = headers.get(header, "")
    return value[len(begins) :] if value.startswith(begins) else None


def frame(opcode, payload):
    size = len(payload)
    head = bytes([0x80 | opcode, size]) if size < 126 else None
    return (head or struct.pack("!BBH", 0x80 | opcode, 126, size)) + payload


class Connection(socketserver.StreamRequestHandler):
    def read_frame(self):
        first, second = self.rfile.read(2)
        size = second & 0x7F
        if size == 126:
            size = struct.unpack("!H", self.rfile.read(2))[0]
        elif size == 127:
            size = struct.unpack("!Q", self.rfile.read(8))[0]
        mask = self.rfile.read(4)
        data = self.rfile.read(size)
        return first & 0x0F, bytes(b ^ mask[i % 4] for i, b in enumerate(data))

    def status(self, line, body=b""):
        self.wfile.write(
            f"HTTP/1.1 {line}\r\nContent-Length: {len(body)}\r\n"
            "Connection: close\r\n\r\n".encode() + body
        )

    def upgrade(self, headers):
        key = headers["sec-websocket-key"].encode()
        accept = base64.b64encode(hashlib.sha1(key + MAGIC).digest()).decode()
        chosen = "Sec-WebSocket-Protocol: app.v1\r\n" if speaks(headers) else ""
        self.wfile.write(
            "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n"
            f"Connection: Upgrade\r\nSec-WebSocket-Accept: {accept}\r\n{chosen}\r\n".encode()
        )

    def refuse(self, headers, token):
        if options.mood in STATUSES:
            return self.status(STATUSES[options.mood])
        self.upgrade(headers)
        if options.mood in LITTER:
            self.status("400 Bad Request", LITTER[options.mood])
        if options.mood == "bare":
            self.wfile.write(frame(8, b""))
        elif options.mood != "cut":
            closes = CLOSES.get(mood_of_now(), CLOSES["sound"])
            code, missing, invalid = UNSPOKEN if is_mute(headers) else closes
            reason = missing if token is None else invalid
            self.wfile.write(frame(8, struct.pack("!H", code) + reason))
        return None

    def serve_member(self):
        with lock:
            members.add(self)
        try:
            while True:
                opcode, data = self.read_frame()
                if opcode == 8:
                    return self.wfile.write(frame(8, data))
                if opcode == 9:
                    self.wfile.write(frame(10, data))
        finally:
            with lock:
                members.discard(self)
                if doomed.is_set() and not members:
                    os._exit(7)

    def publish(self, body):
        text = json.loads(body)["text"]
        data = options.signal.replace("{text}", text).encode()
        if options.mood == "bytes":
            data = bytes([0, 3, len(text)]) + text.encode()
        with lock:
            for member in members:
                try:
                    member.wfile.write(frame(2 if options.mood in BINARY else 1, data))
                except OSError:
                    pass  # it has gone, and is about to be discarded
        self.status("200 OK", b"{}")

    def talk(self):
        if options.mood == "banner":
            return self.wfile.write(b"220 mail ESMTP\r\n")
        method, target, _ = self.rfile.readline().decode().split(" ")
        headers = {}
        while (line := self.rfile.readline().decode().strip()) != "":
            name, _, value = line.partition(":")
            headers[name.lower()] = value.strip()
        if options.mood == "silent":
            return self.rfile.read()
        if options.mood == "terse" and len(str(headers)) > 4096:
            return None
        if method == "POST":
            return self.publish(self.rfile.read(int(headers["content-length"])))
        if options.mood == "teapot":
            return self.status("200 OK", b"hello")
        if target.partition("?")[0] != options.path:
            return self.status("404 Not Found")
        token = token_of(target, headers)
        if token is not None and token == options.fatal:
            if options.slow:
                threading.Timer(0.06, os._exit, [7]).start()
            elif not options.late:
                os._exit(7)
            else:
                doomed.set()
        lax = options.mood in ("open", "engine", *FLOODS) or (options.mood == "lax" and token)
        if is_mute(headers) or (not lax and not holds(token or "")):
            return self.refuse(headers, token)
        self.upgrade(headers)
        if options.mood in GREET:
            self.wfile.write(frame(1, b'0{"sid":"x","upgrades":[],"pingInterval":25000}'))
        while options.mood in FLOODS:
            self.wfile.write(100 * frame(1, FLOODS[options.mood]))
        if options.mood == "welcomes":
            self.wfile.write(frame(1, b'{"type":"welcome"}'))
        return self.serve_member()

    def handle(self):
        try:
            self.talk()
        except (OSError, ValueError):
            pass


class Server(socketserver.ThreadingTCPServer):
    daemon_threads = True
    allow_reuse_address = True
    request_queue_size = 64


server = Server(("127.0.0.1", options.port), Connection)
threading.Thread(target=server.serve_forever, daemon=True).start()
print(server.server_address[1], flush=True)
sys.stdin.read()
