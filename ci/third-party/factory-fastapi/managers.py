"""A manager belongs to one connection of one verified user, and is made from
that user's context alone: there is none that anybody could share."""

import itertools
import json
from dataclasses import dataclass

from common.limits import Users

WITHOUT_CONTEXT = (
    "CRITICAL SECURITY ERROR: there is no manager without a user's context. "
    "Use manager_create(context)."
)
METRICS = (
    "managers_created",
    "managers_active",
    "managers_ended",
    "auth_failures",
    "limit_violations",
    "contextless_requests",
)


@dataclass(frozen=True)
class UserContext:
    """Of a user whose token held."""

    user_id: str


class TooManyManagers(Exception):
    """The user has as many as a user may have."""


class Manager:
    def __init__(self, number, context, member):
        self.id = str(number)
        self.context = context
        self.member = member

    def send(self, message):
        self.member.hear(json.dumps(message))


class ManagerFactory:
    def __init__(self, limits):
        self.users = Users(limits)
        self.numbers = itertools.count(1)
        self.managers = {}  # id: manager
        self.metrics = dict.fromkeys(METRICS, 0)

    def count(self, metric, by=1):
        self.metrics[metric] += by

    def take_place(self, context):
        if not self.users.take(context.user_id):
            raise TooManyManagers

    def give_place_back(self, context):
        self.users.give_back(context.user_id)

    def manager_create(self, context, member):
        manager = Manager(next(self.numbers), context, member)
        self.managers[manager.id] = manager
        self.count("managers_created")
        self.count("managers_active")
        return manager

    def end(self, manager):
        del self.managers[manager.id]
        self.count("managers_ended")
        self.count("managers_active", -1)

    def of_user(self, user_id):
        return [m for m in self.managers.values() if m.context.user_id == user_id]

    def manager_for(self, user_id):
        """What was a global accessor once. There is no such manager."""
        self.count("contextless_requests")
        raise RuntimeError(WITHOUT_CONTEXT)

    def inspect(self):
        return [
            {"id": m.id, "user": m.context.user_id, "peers": [m.member.peer]}
            for m in self.managers.values()
        ]
