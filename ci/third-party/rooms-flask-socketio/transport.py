"""What eventlet's WebSockets lack: a ceiling on a message, however many frames
it has, and an unmasking that does not stop the whole service for a second."""

from eventlet import websocket


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


def harden(bytes_max):
    Message.bytes_max = bytes_max
    websocket.RFC6455WebSocket.Message = Message
    websocket.RFC6455WebSocket._apply_mask = staticmethod(unmask)
