"""A client of wsconform's for asgi.py: its TCP connection, which is none, and the frames on it.
To the server it is the transport that asyncio would have given to it."""

import asyncio
import base64
import struct

from asgi_clock import clock

FIRST_BYTE = {"text": 0x81, "binary": 0x82, "close": 0x88, "ping": 0x89, "pong": 0x8A}
FIRST_BYTE.update({"first": 0x01, "next": 0x00, "last": 0x80})  # parts of a text
UPGRADE = ["Connection: Upgrade", "Upgrade: websocket", "Sec-WebSocket-Version: 13"]
UPGRADE += ["Sec-WebSocket-Key: d3Njb25mb3JtLXdzY29uZg=="]
NO_CODE = 1005


class Client(asyncio.Transport):
    """`line` is that of the protocol which opens it, `report(**line)` tells what comes of it;
    `owe(debt)` calls that once the harness has had its chance to make it deaf."""

    def __init__(self, line, protocol, report, owe):
        super().__init__({"peername": (line["ip"], line["port"]), "sockname": ("127.0.0.1", 80)})
        self.number, self.protocol, self.unread = line["socket"], protocol, b""
        self.report, self.owe = report, owe
        self.upgraded = self.is_over = self.is_deaf = self.has_closed = False
        protocol.connection_made(self)
        target = line["path"] + "?" * bool(line["query"]) + line["query"]
        fields = [f"{name}: {value}" for name, value in line["headers"]] + UPGRADE
        self.send("\r\n".join([f"GET {target} HTTP/1.1", *fields, "", ""]).encode())

    def tell(self, on, **more):
        self.report(on=on, socket=self.number, at_ms=clock.now_ms(), **more)

    # --- What a server asks of its transport ----------------------------------

    set_protocol = lambda self, protocol: setattr(self, "protocol", protocol)
    get_protocol = lambda self: self.protocol
    is_closing = lambda self: self.is_over
    can_write_eof = lambda self: True
    pause_reading = resume_reading = lambda self: None
    set_write_buffer_limits = lambda self, high=None, low=None: None

    def write(self, data):
        self.unread += data
        while not self.is_over and (self.take_frame() if self.upgraded else self.take_head()):
            pass

    def close(self):
        if not self.is_over:
            self.tell("end", how="fin")
            self.lose()

    write_eof = abort = close

    def lose(self, fault=None):
        self.is_over = True
        asyncio.get_running_loop().call_soon(self.protocol.connection_lost, fault)

    # --- What the client makes of it ------------------------------------------

    def take_head(self):
        head, end, body = self.unread.partition(b"\r\n\r\n")
        first, *fields = head.decode("latin-1").split("\r\n")
        fields = {name.lower(): value for name, _, value in (f.partition(": ") for f in fields)}
        if not end or len(body) < int(fields.get("content-length", 0)):
            return False
        status, chosen = int(first.split()[1]), fields.get("sec-websocket-protocol")
        self.unread, self.upgraded = body, status == 101
        if self.upgraded:
            self.tell("accept", **({"subprotocol": chosen} if chosen else {}))
        else:
            self.tell("reject", status=status, body=body.decode(errors="replace"))
            self.lose()
        return True

    def take_frame(self):
        if len(self.unread) < 2:
            return False
        start, size = 2, self.unread[1]
        if size > 125:
            start = 4 if size == 126 else 10
            size = int.from_bytes(self.unread[2:start], "big")
        if len(self.unread) < start + size:
            return False
        frame, self.unread = self.unread[: start + size], self.unread[start + size :]
        self.hear(frame[0] & 15, frame[start:])
        return True

    def hear(self, opcode, data):
        if opcode == 8:
            code = int.from_bytes(data[:2], "big") or NO_CODE
            self.tell("close", code=code, reason=data[2:].decode(errors="replace"))
            self.owe(lambda: self.is_deaf or self.has_closed or self.send_frame("close", data))
        elif opcode == 9:
            self.owe(lambda: self.send_frame("pong", data))
        elif opcode == 1 and b"\0" not in data:
            self.tell("text", data=data.decode())
        else:
            kind = {1: "text", 2: "binary", 10: "pong"}[opcode]
            self.tell(kind, base64=base64.b64encode(data).decode())

    # --- What it says ---------------------------------------------------------

    def send(self, data):
        if not self.is_over:
            self.protocol.data_received(data)

    def send_frame(self, what, data):
        self.has_closed |= what == "close"
        size, first = len(data), FIRST_BYTE[what]  # and a mask of zeros
        if size < 126:
            head = struct.pack("!BB4x", first, 128 | size)
        elif size < 1 << 16:
            head = struct.pack("!BBH4x", first, 254, size)
        else:
            head = struct.pack("!BBQ4x", first, 255, size)
        self.send(head + data)

    def do_message(self, line):
        data = base64.b64decode(line["base64"]) if "base64" in line else line["data"].encode()
        self.send_frame(line.get("which", line["do"]), data)

    do_text = do_binary = do_ping = do_part = do_message

    def do_close(self, line):
        code = b"" if line["code"] == NO_CODE else line["code"].to_bytes(2, "big")
        self.send_frame("close", code + line["reason"].encode())

    def do_bytes(self, line):
        self.send(base64.b64decode(line["base64"]))

    def do_deaf(self, line):
        self.is_deaf = line["deaf"]

    def do_drop(self, line):
        if not self.is_over:
            self.lose(ConnectionResetError() if line["how"] == "reset" else None)
