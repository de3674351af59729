"""A child that keeps to the mock-socket protocol, but for one thing: the one
that is named on its command line. Where that is no part of the beginning or of
the end, it happens when a client opens /misbehave."""

import json
import os
import select
import signal
import sys
import time

MODE = sys.argv[1] if len(sys.argv) > 1 else ""
NOW = 1_700_000_000_000
clock = {"now": NOW, "settled": 0, "late": [], "timers": [], "echoes": []}


def say(on, **members):
    sys.stdout.write(json.dumps({"on": on, **members}) + "\n")


def raw(text):
    sys.stdout.write(text)
    sys.stdout.flush()


def fork_sleeper(own_session):
    pid = os.fork()
    if pid == 0:
        if own_session:
            os.setsid()
        os.close(2)
        time.sleep(600)
    print(f"sleeper {pid}", file=sys.stderr, flush=True)


def leave_sleeper(own_session):
    fork_sleeper(own_session)
    os._exit(0)


def flood(line):
    while True:
        raw(line * 1000)


def close_stdout():
    os.close(1)
    time.sleep(600)


def end_with(status):
    print("Traceback: boom", file=sys.stderr)
    raw("")
    os._exit(status)


def half_line():
    raw('{"on":"acc')
    os._exit(0)


MISBEHAVIOUR = {
    "dies": lambda s: end_with(3),
    "crashes": lambda s: os.kill(os.getpid(), signal.SIGSEGV),
    "hangs": lambda s: time.sleep(600),
    "long_line": lambda s: flood("x"),
    "floods": lambda s: (
        say("accept", socket=s),
        flood('{"on":"text","socket":%d,"data":"%s"}\n' % (s, "x" * 9000)),
    ),
    "garbage": lambda s: raw("Listening on port 8000\n"),
    "half_line": lambda s: half_line(),
    "closes_stdout": lambda s: close_stdout(),
    "grandchild": lambda s: leave_sleeper(False),
    "daemon": lambda s: leave_sleeper(True),
    "never_opened": lambda s: say("accept", socket=s + 1000),
    "socket_of_old": lambda s: say("accept", socket=1),
    "over": lambda s: (
        say("reject", socket=s, status=403),
        say("text", socket=s, data="x"),
    ),
    "behind_close": lambda s: (
        say("accept", socket=s),
        say("close", socket=s, code=1000, reason=""),
        say("text", socket=s, data="x"),
    ),
    "unaccepted": lambda s: say("text", socket=s, data="x"),
    "accepts_twice": lambda s: (say("accept", socket=s), say("accept", socket=s)),
    "violates": lambda s: say("violation", socket=s, what="RSV1"),
    "too_late": lambda s: say("accept", socket=s, at_ms=clock["now"] + 1),
    "too_early": lambda s: say("accept", socket=s, at_ms=clock["now"] - 1),
    "hello_again": lambda s: say("hello", nonce="a", name="x", clock="real", now_ms=0, offers=[]),
    "answers_unasked": lambda s: say("done", seq=1),
    "knows_nothing": lambda s: say("unsupported", do="open"),
    "silent": lambda s: None,
    "settles_first": lambda s: clock["late"].append(s),
    "noisy": lambda s: (os.write(2, b"x\n" * 500_000), say("accept", socket=s)),
}


def settle(line):
    # What is an echo late: not before it has settled.
    clock["timers"] += [(time.time() + 0.05, *echo) for echo in clock["echoes"]]
    clock["echoes"].clear()
    answer = {"seq": line["seq"], "now_ms": clock["now"]}
    mode = MODE if clock["misbehaves"] else ""
    if mode == "wrong_seq":
        answer["seq"] += 1
    if mode == "no_clock":
        del answer["now_ms"]
    if mode == "clock_back":
        answer["now_ms"] -= 1
    if mode == "cannot_settle":
        say("failed", seq=line["seq"], why="no")
    else:
        say("settled", **answer)
    for socket in clock["late"]:
        say("accept", socket=socket)
    clock["late"].clear()


def hello(line):
    if MODE == "real":
        clock["now"] = int(time.time() * 1000)
    if MODE == "banner":
        raw("INFO: started\n")
    if MODE == "mute":
        time.sleep(600)
    members = {
        "nonce": "a" if MODE == "wrong_nonce" else line["nonce"],
        "name": "hostile",
        "clock": "real" if MODE in ("skewed", "real") else "virtual",
        "now_ms": clock["now"],
        "offers": ["broadcast", "inspect"],
    }
    say("hello", **members)


def act(line):
    verb = line["do"]
    if verb == "hello":
        hello(line)
    elif verb == "open":
        clock["misbehaves"] = line["path"] == "/misbehave"
        if clock["misbehaves"] and MODE in MISBEHAVIOUR:
            MISBEHAVIOUR[MODE](line["socket"])
        else:
            say("accept", socket=line["socket"])
    elif verb == "text" and line["data"] == "answer":
        say("done", seq=1)
    elif verb == "text" and MODE == "real":
        clock["echoes"].append((line["socket"], line["data"]))
    elif verb == "text":
        say("text", socket=line["socket"], data=line["data"])
    elif verb == "elapse":
        clock["now"] += 0 if MODE == "clock_stuck" else line["ms"]
    elif verb == "settle":
        settle(line)
    elif verb == "reset" and MODE != "no_reset":
        clock["misbehaves"] = False
        say("done", seq=line["seq"])
    elif verb == "publish" and MODE == "shut":
        say("failed", seq=line["seq"], why="the pool is shut")
    elif verb == "publish":
        say("done", seq=line["seq"])
    elif verb == "inspect" and MODE != "promises":
        say("inspect", seq=line["seq"], state={"pool": []})
    elif verb in ("close", "drop"):
        pass
    elif MODE == "knows_all":
        say("done", seq=line["seq"])
    elif MODE == "knows_nothing_else":
        say("unsupported", seq=line["seq"], do="settle")
    else:
        say("unsupported", seq=line["seq"], do=verb)


def fire_timers():
    due = [timer for timer in clock["timers"] if timer[0] <= time.time()]
    for timer in due:
        clock["timers"].remove(timer)
        say("text", socket=timer[1], data=timer[2])
    sys.stdout.flush()


def lines():
    held = b""
    while True:
        wait = min([max(0, t[0] - time.time()) for t in clock["timers"]], default=None)
        if not select.select([0], [], [], wait)[0]:
            fire_timers()
            continue
        chunk = os.read(0, 65536)
        held += chunk
        *whole, held = held.split(b"\n")
        yield from whole
        if not chunk:
            return


clock["misbehaves"] = False
for text in lines():
    if json.loads(text)["do"] == "bye":
        break
    act(json.loads(text))
    sys.stdout.flush()
if MODE == "stays":
    time.sleep(600)
if MODE == "leaves_sleeper":
    fork_sleeper(True)
sys.exit(1 if MODE == "ends_badly" else 0)
