"""The fault that services on Socket.IO have: it replaces one decision of the
sound service, which knows nothing of it."""

from service import ROOM

LOOKUP_S = 0.02  # what a look into a database takes


def room_before_auth(service):
    """Who is refused has stood in the room for as long as that took."""
    connect = service.connect

    async def enter_and_connect(sid, environ, auth=None):
        service.sio.enter_room(sid, ROOM)
        await service.sio.sleep(LOOKUP_S)
        return await connect(sid, environ, auth)

    service.sio.on("connect", enter_and_connect)


FAULTS = {"room_before_auth": room_before_auth}
