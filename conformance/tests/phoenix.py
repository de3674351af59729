"""Keeps odd_service.py, which may die, and starts it again when it is asked to.

    phoenix.py [--moves] [--once] [ARGUMENT OF odd_service.py …]

Prints its own port and that of the service; ends, and the service with it, when
its standard input does. `POST /restart` and SIGUSR1 start the service again: at
the same port, or with --moves at another, which `GET /port` tells; with --once
it dies no more.
"""

import http.server
import json
import os
import signal
import subprocess
import sys
import threading

HERE = os.path.dirname(os.path.abspath(__file__))
words = sys.argv[1:]
moves, once = "--moves" in words, "--once" in words
words = [word for word in words if word not in ("--moves", "--once")]
kept = {"child": None, "port": 0}
lock = threading.Lock()


def start():
    with lock:
        again = kept["child"] is not None
        if again:
            kept["child"].kill()
            kept["child"].wait()
        port = "0" if moves else str(kept["port"])
        more = ["--fatal", "nothing"] if again and once else []
        kept["child"] = subprocess.Popen(
            [sys.executable, HERE + "/odd_service.py", *words, "--port", port, *more],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
        )
        kept["port"] = int(kept["child"].stdout.readline())


class Control(http.server.BaseHTTPRequestHandler):
    def answer(self):
        body = json.dumps({"port": str(kept["port"])}).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def do_GET(self):
        self.answer()

    def do_POST(self):
        start()
        self.answer()

    def log_message(self, *_):
        pass


def start_at_each_signal():
    while True:
        signal.sigwait({signal.SIGUSR1})
        start()


# Waited for by a thread of its own: a handler runs in the main one alone, which
# reads, and is not woken by a signal that the kernel has given to another.
signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGUSR1})
start()
control = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Control)
threading.Thread(target=start_at_each_signal, daemon=True).start()
threading.Thread(target=control.serve_forever, daemon=True).start()
print(control.server_address[1], kept["port"], flush=True)
sys.stdin.read()
kept["child"].kill()
