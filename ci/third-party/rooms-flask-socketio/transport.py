"""What eventlet's WebSockets lack: a ceiling on a message, however many frames
it has, and an unmasking that does not stop the whole service for a second."""

import logging

from eventlet import websocket

from manager import peer_of

FAULTS = (1002, 1007, 1009)

log = logging.getLogger("service")


def unmask(data, mask, length=None, offset=0):
    """As eventlet's, which goes byte by byte."""
    size = len(data)
    start = offset % 4
    key = bytes(mask) * (size // 4 + 2)
    number = int.from_bytes(data, "big") ^ int.from_bytes(
        key[start : start + size], "big"
    )
    return number.to_bytes(size, "big")


class Message(websocket.RFC6455WebSocket.Message):
    bytes_max = 0

    def push(self, data, final=False):
        self.bytes = getattr(self, "bytes", 0) + len(data)
        if self.bytes > self.bytes_max:
            raise websocket.FailedConnectionError(1009, "Message too big")
        super().push(data, final)


def logged(close):
    def close_and_log(self, close_data=None):
        if close_data is not None and close_data[0] in FAULTS:
            log.warning("frame refused %s: %d", peer_of(self.environ), close_data[0])
        close(self, close_data)

    return close_and_log


def harden(bytes_max):
    library = websocket.RFC6455WebSocket
    Message.bytes_max = bytes_max
    library.Message = Message
    library.close = logged(library.close)
    library._apply_mask = staticmethod(unmask)
