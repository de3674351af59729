"""The service of a review: trading signals for whoever presents a token, `/ws?token=…`. `mended`
is as the review accepted it, `faulty` as it was before: in the pool, and then authenticated.

    cd mocks/kits/examples
    wsconform run --target signals_review.json --exec "python3 ../asgi.py signals_review:mended"
    wsconform run --target signals_review.json --exec "python3 ../asgi.py signals_review:faulty" """

import asyncio
from typing import List

import jwt
from fastapi import FastAPI, Query, WebSocket, WebSocketDisconnect

SECRET = "a-secret-of-the-staging-service-0123456789"  # signals_review.json has it, too
YEAR_10000 = 253402300800
LOOKUP_S = 0.01  # what it takes to ask the database whether the token has been revoked


class ConnectionManager:
    def __init__(self):
        self.active_connections = []

    async def connect(self, websocket: WebSocket, already_accepted=False):
        if not already_accepted:
            await websocket.accept()
        self.active_connections.append(websocket)

    def disconnect(self, websocket: WebSocket):
        if websocket in self.active_connections:
            self.active_connections.remove(websocket)

    async def broadcast(self, text):
        for websocket in list(self.active_connections):
            try:
                await websocket.send_json({"type": "signal", "text": text})
            except Exception:
                self.disconnect(websocket)


manager = ConnectionManager()
faulty, mended = FastAPI(), FastAPI()


async def decode_access_token(token):
    await asyncio.sleep(LOOKUP_S)
    try:
        payload = jwt.decode(token, SECRET, ["HS256"], options={"require": ["exp", "sub"]})
    except Exception:
        return None
    sub, exp = payload["sub"], payload["exp"]
    is_sound = isinstance(sub, str) and sub and type(exp) in (int, float) and exp < YEAR_10000
    return payload if is_sound else None


async def is_authenticated(websocket, tokens):
    payload = await decode_access_token(tokens[0]) if len(tokens) == 1 else None
    if payload is None:
        is_missing = not any(tokens)
        reason = "Authentication required" if is_missing else "Invalid or expired token"
        await websocket.close(1008, reason)
    return payload is not None


async def listen(websocket):
    try:
        while True:
            await websocket.receive_text()
            await websocket.send_json({"type": "error", "message": "Nothing is to be said here"})
    except (WebSocketDisconnect, RuntimeError):
        pass


@faulty.websocket("/ws")
async def faulty_endpoint(websocket: WebSocket, token: List[str] = Query(default=[])):
    await manager.connect(websocket)
    if await is_authenticated(websocket, token):
        await listen(websocket)
    manager.disconnect(websocket)


@mended.websocket("/ws")
async def mended_endpoint(websocket: WebSocket, token: List[str] = Query(default=[])):
    await websocket.accept()
    if await is_authenticated(websocket, token):
        await manager.connect(websocket, already_accepted=True)
        await listen(websocket)
    manager.disconnect(websocket)


class wsconform_hooks:
    publish = manager.broadcast
