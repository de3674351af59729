"""The pos service as a child of wsconform (common/kit.py). Its directory is in
memory, and both know it: the service, and the one with tight limits."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from common import child
from common.server import configuration, log_to
from directory import Directory
from service import application
from start import options, service_of

OFFERS = ("decoder_fault", "store_fault", "monitor_fault", "tenants", "orders", "withdrawal")


class Hooks(child.Hooks):
    def publish(self, text, tenant):
        self.service.publish(text, tenant)

    def provision(self, what, values):
        directory = self.service.directory
        if what == "tenant":
            directory.put_restaurant(values["tenant"], values["active"] == "true")
        elif what == "user":
            directory.put_user(values["user"], values["role"], values["tenant"])
        elif what == "remove_user":
            directory.remove_user(values["user"])
        elif what == "order":
            directory.put_order(values["order"], values["tenant"], values["status"])
        self.service.directory_changed()


def config_of(service):
    return configuration(application(service, control_token=""))


log_to(None)
directory = Directory()
service = service_of(options(__doc__, child.OPTIONS), directory)
config = config_of(service)
wsconform_hooks = Hooks(service, OFFERS)
wsconform_hooks.tight = config_of(service_of(options(__doc__, child.TIGHT), directory))
