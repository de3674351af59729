"""nginx as a child: on free ports, in a folder of its own, ended with us.

nginx cannot be asked for any free port. So we bind its sockets, and hand them
down as its own upgrade does: it takes over the descriptors that the environment
variable NGINX lists and that its `listen` lines name."""

import os
import signal
import socket
import subprocess
import sys
import urllib.request

PROGRAM = "/usr/sbin/nginx"
MODULES = "/usr/lib/nginx/modules"  # where Debian has them
TEMPORARY = ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")

FRAME = """\
{user}daemon off;
worker_processes {workers};
pid {folder}/nginx.pid;
error_log {folder}/error.log;
{modules}
events {{ worker_connections 8192; }}
http {{
    {temporary}
    access_log {folder}/access.log;
{http}
}}
"""


class Listener:
    """A port of 127.0.0.1 that is ours until nginx has it."""

    def __init__(self):
        self.socket = socket.create_server(("127.0.0.1", 0), backlog=511)
        self.socket.setblocking(False)  # or a worker waits in accept() for ever
        self.address = "%s:%d" % self.socket.getsockname()


def write_configuration(folder, http, modules, workers):
    temporary = "\n    ".join(f"{name}_temp_path {folder}/{name};" for name in TEMPORARY)
    text = FRAME.format(
        # A worker of root's is nobody otherwise, who may not look into the folder.
        user="user root;\n" if os.geteuid() == 0 else "",
        workers=workers,
        folder=folder,
        modules="\n".join(f"load_module {MODULES}/{name};" for name in modules),
        temporary=temporary,
        http=http,
    )
    path = folder / "nginx.conf"
    path.write_text(text)
    return path


def start(folder, listeners, http, modules=(), workers=2):
    """The process; it has the listeners by then. SIGTERM ends it."""
    path = write_configuration(folder, http, modules, workers)
    numbers = [listener.socket.fileno() for listener in listeners]
    process = subprocess.Popen(
        # Until it has read its error_log it would write to that of the system.
        [PROGRAM, "-p", folder, "-c", path, "-e", folder / "error.log"],
        stdin=subprocess.DEVNULL,
        stdout=sys.stderr,
        env={**os.environ, "NGINX": "".join(f"{number};" for number in numbers)},
        pass_fds=numbers,
    )
    for listener in listeners:
        listener.socket.close()
    return process


def await_answer(url):
    """Until a worker has answered; what nginx refuses to start with is an end
    of the connection."""
    with urllib.request.urlopen(url, timeout=10) as answer:
        answer.read()


def run_until_term(process, at_end=lambda: None):
    """Waits for SIGTERM, or for nginx, whichever comes first."""

    def end(*_):
        process.terminate()

    signal.signal(signal.SIGTERM, end)
    status = process.wait()
    at_end()
    return 0 if status in (0, -signal.SIGTERM) else 1
