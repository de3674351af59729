"""The signals service on python-socketio as a child of wsconform:

    WSCONFORM_KEYS=keys.json mocks/kits/asgi.py child:config"""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from common import child
from common.server import configuration
from faults import FAULTS
from service import Service, application


class Hooks(child.Hooks):
    async def publish(self, text):
        await self.service.broadcast(text)


service = child.sound_or_faulty(Service, FAULTS)
config = configuration(application(service, control_token=""))
wsconform_hooks = Hooks(service)
