"""What uvicorn lacks, and the options that all services have."""

import argparse
import http
import json
import logging
import socket

import uvicorn
from uvicorn.protocols.http.h11_impl import H11Protocol
from uvicorn.protocols.websockets.websockets_impl import WebSocketProtocol

from common.records import OneLine

MESSAGE_BYTES_MAX = 64 * 1024
CLOSE_S = 1.0  # how long a client may take to answer a Close
NO_ROUTE = 1000  # the code with which Starlette closes where it has no route


class Protocol(WebSocketProtocol):
    """uvicorn's, which would wait 20 s for a client that answers no Close, end
    TCP without a Close when the server shuts down, and refuse all alike."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.close_timeout = CLOSE_S / 2  # spent twice: on the Close, on the FIN

    async def process_request(self, path, headers):
        if not all(value.isascii() for _, value in headers.raw_items()):
            return http.HTTPStatus.FORBIDDEN, [], b""  # uvicorn would fail: 500
        return await super().process_request(path, headers)

    async def asgi_send(self, message):
        is_refusal = not self.handshake_started_event.is_set()
        await super().asgi_send(message)
        if is_refusal and message.get("code") == NO_ROUTE:
            self.initial_response = (http.HTTPStatus.NOT_FOUND, [], b"")

    def fail_connection(self, code=1006, reason=""):
        if code == 1009:
            self.scope["too_big"] = True
            reason = "Message too big"
        super().fail_connection(code, reason)

    def shutdown(self):
        self.ws_server.closing = True
        if self.handshake_completed_event.is_set():
            self.fail_connection(1001, "Server shutdown")
        else:
            super().shutdown()


class HttpProtocol(H11Protocol):
    """uvicorn's, which loses the frames that come with the handshake."""

    def handle_upgrade(self, event):
        super().handle_upgrade(event)
        upgraded = self.transport.get_protocol()
        frames, _ = self.conn.trailing_data
        if frames and upgraded is not self:
            upgraded.data_received(frames)


class Server(uvicorn.Server):
    def __init__(self, config, path):
        super().__init__(config)
        self.path = path

    async def startup(self, sockets=None):
        await super().startup(sockets)
        host, port = sockets[0].getsockname()
        urls = {
            "url": f"ws://{host}:{port}{self.path}",
            "control": f"http://{host}:{port}/control",
        }
        print(json.dumps(urls), flush=True)


def arguments(description):
    parser = argparse.ArgumentParser(description=description)
    parser.add_argument("--keys", required=True, help="JSON keyring")
    parser.add_argument("--control-token-file", required=True)
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--log", help="file, instead of standard error")
    return parser


def log_to(file):
    handler = logging.FileHandler(file) if file else logging.StreamHandler()
    handler.setFormatter(OneLine())
    logging.basicConfig(level=logging.INFO, handlers=[handler])


def configuration(app):
    return uvicorn.Config(
        app,
        http=HttpProtocol,
        ws=Protocol,
        ws_max_size=MESSAGE_BYTES_MAX,
        proxy_headers=False,  # else whoever dials from 127.0.0.1 forges its address
        lifespan="off",
        log_config=None,
    )


def serve(app, path, port):
    with socket.create_server(("127.0.0.1", port), backlog=1024) as listener:
        Server(configuration(app), path).run(sockets=[listener])
