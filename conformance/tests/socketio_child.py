"""A service on Socket.IO behind the mock-socket protocol, on a clock that stands
still. It joins whoever asks, beats as it announces, ends whose heart has stopped,
and acknowledges each event with the number of heartbeats that were answered, the
query of the handshake and the names of the events that asked for no answer; it
disconnects whose event is "leave". Its argument says what is odd about it:

    deaf      its clients can be told to leave a Close unanswered
    early     the heart beats long before it is announced
    endless   a heartbeat upon each answer to one
    hurried   it announces that an answer is missed within a millisecond
    silent    it announces no heartbeat, and has none
    real      the clock is the machine's"""

import json
import sys
import time

MODE = sys.argv[1] if len(sys.argv) > 1 else ""
INTERVAL_MS = 300 if MODE == "early" else 25_000
ANNOUNCED = {"pingInterval": 25_000, "pingTimeout": 1 if MODE == "hurried" else 20_000}
TIMEOUT_MS = 20_000

now_ms = int(time.time() * 1000) if MODE == "real" else 1_700_000_000_000
clients = {}


def say(on, **members):
    sys.stdout.write(json.dumps({"on": on, **members}) + "\n")


class Client:
    def __init__(self, line):
        self.number, self.query = line["socket"], line["query"]
        self.answered, self.events = 0, []
        self.tell("accept")
        self.text("0" + json.dumps({"sid": "s", **({} if MODE == "silent" else ANNOUNCED)}))
        self.await_beat()

    def tell(self, on, **members):
        moment = {} if MODE == "real" else {"at_ms": now_ms}
        say(on, socket=self.number, **moment, **members)

    def text(self, data):
        self.tell("text", data=data)

    def await_beat(self):
        self.beat_ms = now_ms + INTERVAL_MS if MODE != "silent" else 10**15
        self.end_ms = 10**15

    def beat(self):
        self.beat_ms, self.end_ms = 10**15, now_ms + TIMEOUT_MS
        self.text("2")

    def end(self):
        self.tell("close", code=1000, reason="its heart has stopped")
        del clients[self.number]

    def hear(self, data):
        if data == "3":
            self.answered += 1
            self.await_beat()
        if data.startswith("40"):
            self.text('40{"sid":"j"}')
        if data.startswith("42"):
            number, names = data[2 : data.index("[")], json.loads(data[data.index("[") :])
            if number:
                self.text("43" + number + json.dumps([self.answered, self.query, *self.events]))
            else:
                self.events += names
            if names == ["leave"]:
                self.text("41")
        if MODE == "endless":
            self.beat()


def elapse(ms):
    global now_ms
    until_ms = now_ms + ms
    while clients:
        due = min(clients.values(), key=lambda client: min(client.beat_ms, client.end_ms))
        if min(due.beat_ms, due.end_ms) > until_ms:
            break
        now_ms = min(due.beat_ms, due.end_ms)
        due.beat() if due.beat_ms == now_ms else due.end()
    now_ms = until_ms


def act(line):
    verb, socket = line["do"], line.get("socket")
    if verb == "hello":
        clock = "real" if MODE == "real" else "virtual"
        wire = {"wire": ["deaf"]} if MODE == "deaf" else {}
        say("hello", nonce=line["nonce"], name="heart", clock=clock, now_ms=now_ms, offers=[], **wire)
    elif verb == "open":
        clients[socket] = Client(line)
    elif verb == "text" and socket in clients:
        clients[socket].hear(line["data"])
    elif verb == "elapse":
        elapse(line["ms"])
    elif verb == "settle":
        say("settled", seq=line["seq"], now_ms=now_ms)
    elif verb == "deaf":
        pass
    elif verb in ("text", "close", "drop"):
        clients.pop(socket, None)
    else:
        say("unsupported", do=verb, seq=line["seq"])


for text in sys.stdin:
    if json.loads(text)["do"] == "bye":
        break
    act(json.loads(text))
    sys.stdout.flush()
