"""The faults of which the review speaks, one function each: it replaces one
decision of the sound service. The service itself knows nothing of them."""

import asyncio
import json
import math
import time

import jwt
from starlette.websockets import WebSocketState

from common import records
from common.token_faults import exp_optional, signature_unchecked, timezone_naive_expiry
from common.tokens import Claims
from service import INVALID, MISSING, Member

GUEST_LIFE_S = 600
LOOKUP_S = 0.02  # what a look into a database takes


def guest():
    return Claims("guest", time.time() + GUEST_LIFE_S)


# --- Who comes in -------------------------------------------------------------


def pool_before_auth(service):
    """Adds to the pool, looks the user up, and removes who is refused."""
    authenticate = service.authenticate

    async def add_then_authenticate(websocket, token):
        newcomer = Member(websocket, guest())
        service.join(newcomer)
        try:
            await asyncio.sleep(LOOKUP_S)
            return await authenticate(websocket, token)
        finally:
            service.leave(newcomer)
            newcomer.writer.cancel()

    service.authenticate = add_then_authenticate


def missing_return_after_close(service):
    authenticate = service.authenticate

    async def close_and_go_on(websocket, token):
        return await authenticate(websocket, token) or guest()

    service.authenticate = close_and_go_on


def refuses_everybody(service):
    def verify(token):
        raise jwt.InvalidTokenError

    service.verify = verify


def empty_token_reaches_decoder(service):
    """`if token is None` where `if not token` is right."""
    authenticate = service.authenticate

    async def authenticate_empty(websocket, token):
        if token == "":
            return await service.refuse(websocket, INVALID, "invalid", "DecodeError")
        return await authenticate(websocket, token)

    service.authenticate = authenticate_empty


def null_is_missing(service):
    authenticate = service.authenticate

    async def authenticate_words(websocket, token):
        absent = token in ("null", "undefined", "None")
        return await authenticate(websocket, None if absent else token)

    service.authenticate = authenticate_words


def alg_from_header(service):
    """`algorithms=[header["alg"]]`, with whatever key is of the family."""

    def choose_key(header):
        family = header["alg"][:2]
        keys = service.verifier.keys.items()
        return next(key for alg, key in keys if alg[:2] == family), [header["alg"]]

    service.verifier.choose_key = choose_key


# --- Time ---------------------------------------------------------------------


def expiry_unchecked(service):
    service.verifier.options["verify_exp"] = False
    service.verifier.seconds_left = lambda claims: math.inf


# --- How it is told -----------------------------------------------------------


def http_403_before_accept(service):
    async def attend(websocket, token):
        claims = await service.authenticate(websocket, token)
        if claims is not None:
            await websocket.accept()
            await service.serve(Member(websocket, claims))

    service.attend = attend


def decoder_exception_escapes(service):
    """Expects the errors of the JWT library, and no others."""

    async def authenticate(websocket, token):
        if not token:
            return await service.refuse(websocket, MISSING, "missing")
        try:
            return service.verify(token)
        except jwt.InvalidTokenError as fault:
            detail = type(fault).__name__
            return await service.refuse(websocket, INVALID, "invalid", detail)

    service.authenticate = authenticate


def wrong_close_code(service):
    close = service.close
    service.close = lambda websocket, refusal: close(websocket, (4001, refusal[1]))


def close_without_reason(service):
    close = service.close
    service.close = lambda websocket, refusal: close(websocket, (refusal[0], ""))


def oracle_reasons(service):
    refuse = service.refuse

    def refuse_with_detail(websocket, refusal, cause, detail=""):
        return refuse(websocket, (refusal[0], detail or refusal[1]), cause, detail)

    service.refuse = refuse_with_detail


def welcome_before_auth(service):
    authenticate = service.authenticate

    async def greet(websocket, token):
        await websocket.send_json({"type": "connected", "clients": len(service.pool)})
        return await authenticate(websocket, token)

    service.authenticate = greet


def exception_text_to_client(service):
    service.error_message = lambda fault: json.dumps(
        {"type": "error", "message": f"Message processing failed: {fault!r}"}
    )


# --- The old path -------------------------------------------------------------


def old_path_unchecked(service):
    """A handler of its own, into which the check was not copied."""

    async def attend_unchecked(websocket, token):
        await websocket.accept()
        await service.serve(Member(websocket, guest()))

    service.attend_old = attend_unchecked


# --- The pool and the log -----------------------------------------------------


def first_failed_send_aborts_broadcast(service):
    """Looks up whom to tell, learns of a departure from a send that fails, and
    stops there."""

    def send_to_all(signal):
        for member in list(service.pool):
            if member.websocket.client_state is WebSocketState.DISCONNECTED:
                leave(member)
                return
            member.hear(signal)

    def broadcast(text):
        signal = json.dumps({"type": "signal", "text": text})
        asyncio.get_running_loop().call_later(LOOKUP_S, send_to_all, signal)

    leave = service.leave
    service.leave = lambda member: None
    service.broadcast = broadcast


def token_in_access_log(service):
    records.OneLine.mask = lambda formatter, line: line


FAULTS = {
    fault.__name__: fault
    for fault in (
        pool_before_auth,
        missing_return_after_close,
        refuses_everybody,
        empty_token_reaches_decoder,
        null_is_missing,
        signature_unchecked,
        alg_from_header,
        expiry_unchecked,
        exp_optional,
        timezone_naive_expiry,
        http_403_before_accept,
        decoder_exception_escapes,
        wrong_close_code,
        close_without_reason,
        oracle_reasons,
        welcome_before_auth,
        exception_text_to_client,
        old_path_unchecked,
        first_failed_send_aborts_broadcast,
        token_in_access_log,
    )
}
