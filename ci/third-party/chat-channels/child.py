"""The sockets of the chat as a child of wsconform (mocks/kits/asgi.py). Users log
in where `serve` serves them; the database is the same."""

from asgiref.sync import sync_to_async

from chat.asgi import application
from django.contrib.sessions.backends.db import SessionStore


class Hooks:
    offers = ["tenants"]  # its rooms, which stand from the start

    async def revoke(self, jti):
        """As logging out does."""
        await sync_to_async(SessionStore(jti).flush)()


wsconform_hooks = Hooks()
