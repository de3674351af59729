"""The chat of the tutorial of Channels (part 3), for users who have logged in and
belong to the group that is named like the room."""

import json

from channels.db import database_sync_to_async
from channels.generic.websocket import AsyncWebsocketConsumer


@database_sync_to_async
def may_enter(user, room):
    return user.is_authenticated and user.groups.filter(name=room).exists()


class ChatConsumer(AsyncWebsocketConsumer):
    room_group_name = None

    async def connect(self):
        room = self.scope["url_route"]["kwargs"]["room_name"]
        if not await may_enter(self.scope["user"], room):
            await self.close()
            return
        self.room_group_name = f"chat_{room}"
        await self.channel_layer.group_add(self.room_group_name, self.channel_name)
        await self.accept()

    async def disconnect(self, close_code):
        if self.room_group_name:
            await self.channel_layer.group_discard(self.room_group_name, self.channel_name)

    async def receive(self, text_data):
        text_data_json = json.loads(text_data)
        message = text_data_json["message"]
        await self.channel_layer.group_send(
            self.room_group_name, {"type": "chat_message", "message": message}
        )

    async def chat_message(self, event):
        await self.send(text_data=json.dumps({"message": event["message"]}))
