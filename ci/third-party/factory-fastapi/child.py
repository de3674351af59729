"""The factory service as a child of wsconform (common/kit.py)."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from common import child
from common.server import configuration, log_to
from service import application
from start import options, service_of


class Hooks(child.Hooks):
    def publish(self, text):
        self.service.broadcast(text)

    def ask_without_context(self):
        answer = self.service.manager_without_context("")
        return answer.status_code >= 400, answer.body.decode()


def config_of(service):
    return configuration(application(service, control_token=""))


log_to(None)
service = service_of(options(__doc__, child.OPTIONS))
config = config_of(service)
wsconform_hooks = Hooks(service)
wsconform_hooks.tight = config_of(service_of(options(__doc__, child.TIGHT)))
