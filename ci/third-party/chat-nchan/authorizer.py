"""Says who may subscribe: the other end of `nchan_authorize_request`. 200 lets
in, 403 does not; the token stands in the query of the original request."""

import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit


def is_allowed(verifier, uri):
    tokens = parse_qs(urlsplit(uri).query, keep_blank_values=True).get("token", [])
    if len(tokens) != 1:
        return False
    try:
        verifier.verify(tokens[0])
    except Exception:  # whatever is odd about a token, it lets nobody in
        return False
    return True


def start(verifier):
    """Its port. It ends with the process."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self):
            allowed = is_allowed(verifier, self.headers.get("X-Original-URI", ""))
            self.send_response(200 if allowed else 403)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_):
            pass

    class Server(ThreadingHTTPServer):
        request_queue_size = 512

    server = Server(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return server.server_address[1]
