"""The faults of which the review speaks, one function each: it replaces one
decision of the sound service. The service itself knows nothing of them."""

import asyncio
import time
from urllib.parse import parse_qs

from starlette.responses import JSONResponse

from common.members import peer_of
from common.token_faults import exp_optional, signature_unchecked, timezone_naive_expiry
from common.tokens import Claims
from managers import Manager, UserContext
from service import TOKEN_SUBPROTOCOL, TOO_MANY

ABNORMAL = 1006  # no Close has come
GUEST_LIFE_S = 600
LOOKUP_S = 0.02  # what a look into a database takes


def guest(user="guest"):
    return Claims(user, time.time() + GUEST_LIFE_S)


# --- Who it is ----------------------------------------------------------------


def user_id_from_the_url(service):
    """`?user_id=` as the identity, beside a token that proves another."""
    authenticate = service.authenticate

    async def authenticate_then_read(websocket):
        claims = await authenticate(websocket)
        named = parse_qs(websocket.url.query).get("user_id")
        return Claims(named[0], claims.exp) if claims and named else claims

    service.authenticate = authenticate_then_read


def anonymous_fallback(service):
    """Whoever brings no token is a guest."""
    authenticate = service.authenticate

    async def authenticate_or_guess(websocket):
        if not service.credentials(websocket):
            return guest("anonymous")
        return await authenticate(websocket)

    service.authenticate = authenticate_or_guess


def no_return_after_close(service):
    authenticate = service.authenticate

    async def close_and_go_on(websocket):
        return await authenticate(websocket) or guest()

    service.authenticate = close_and_go_on


# --- The carriers -------------------------------------------------------------


def only_header_read(service):
    service.credentials = service.bearers


def conflicting_credentials_last_wins(service):
    service.verify_only = lambda presented: service.verify(presented[-1])


def fixed_subprotocol(service):
    """Selects what nobody may have offered."""
    service.subprotocol = lambda offered: "jwt-auth" if offered else None


def token_echoed_as_subprotocol_although_another_is_offered(service):
    subprotocol = service.subprotocol

    def token_first(offered):
        tokens = [name for name in offered if name.startswith(TOKEN_SUBPROTOCOL)]
        return tokens[0] if tokens else subprotocol(offered)

    service.subprotocol = token_first


def no_subprotocol_is_demanded(service):
    """Whatever is offered, or nothing, is as good as what is spoken."""
    service.limits.subprotocol = ""


def long_messages_are_read(service):
    service.limits.soft_bytes = 0


# --- Managers -----------------------------------------------------------------


def shared_manager(service):
    """The singleton of the review: what one user says, all users hear."""
    service.tell_user = lambda context, text: service.broadcast(text)


def manager_per_class(service):
    """A class attribute where an attribute of the instance was meant: the context
    of whoever came last is that of everybody."""

    def manager_create(context, member):
        Manager.context = context
        manager = create(context, member)
        del manager.context
        return manager

    create = service.factory.manager_create
    service.factory.manager_create = manager_create


def global_accessor_returns_a_manager(service):
    def manager_for(user):
        manager = service.factory.manager_create(UserContext(user), Nobody(""))
        return JSONResponse({"id": manager.id})

    service.manager_without_context = manager_for


class Nobody:
    """Stands where a member should."""

    def __init__(self, peer):
        self.peer = peer

    def hear(self, message):
        pass


def manager_before_auth(service):
    """Makes a manager, looks the user up, and ends the manager of who is
    refused."""
    authenticate = service.authenticate

    async def create_then_authenticate(websocket):
        nobody = Nobody(peer_of(websocket))
        manager = service.factory.manager_create(UserContext("unknown"), nobody)
        try:
            await asyncio.sleep(LOOKUP_S)
            return await authenticate(websocket)
        finally:
            service.factory.end(manager)

    service.authenticate = create_then_authenticate


# --- Limits -------------------------------------------------------------------


def sixth_manager(service):
    """`>` where `>=` is right."""
    service.factory.users.limits.per_user += 1


def slot_freed_only_on_clean_close(service):
    """Behind the loop, where `finally` is right: a client that vanishes keeps
    its place for ever."""
    read, give_back = service.read, service.factory.give_place_back
    vanished = []

    async def read_and_look(member):
        receive = member.websocket.receive

        async def receive_and_look():
            message = await receive()
            if message.get("code") == ABNORMAL:
                vanished.append(member.claims.user)
            return message

        member.websocket.receive = receive_and_look
        await read(member)

    def give_back_once(context):
        if context.user_id in vanished:
            vanished.remove(context.user_id)
        else:
            give_back(context)

    service.read = read_and_look
    service.factory.give_place_back = give_back_once


def limit_checked_then_awaited(service):
    """Looks whether there is a place, waits, and takes it unseen."""
    users, manage = service.factory.users, service.manage

    async def look_then_manage(websocket, claims):
        if users.counts[claims.user] >= service.limits.per_user:
            return await service.refuse(websocket, TOO_MANY, "per_user")
        await asyncio.sleep(LOOKUP_S)
        await manage(websocket, claims)

    users.take = lambda user: users.counts.update([user]) or True
    service.manage = look_then_manage


# --- How it is told -----------------------------------------------------------


def wrong_close_code(service):
    close = service.close
    service.close = lambda websocket, refusal: close(websocket, (1008, refusal[1]))


def str_e_as_reason(service):
    """`close(4001, str(e))`."""
    refuse = service.refuse

    def refuse_with_detail(websocket, refusal, cause, detail=""):
        told = (refusal[0], f"Authentication failed: {detail}") if detail else refusal
        return refuse(websocket, told, cause, detail)

    service.refuse = refuse_with_detail


def metrics_not_counted(service):
    service.factory.count = lambda metric, by=1: None


FAULTS = {
    fault.__name__: fault
    for fault in (
        user_id_from_the_url,
        signature_unchecked,
        exp_optional,
        timezone_naive_expiry,
        anonymous_fallback,
        no_return_after_close,
        only_header_read,
        conflicting_credentials_last_wins,
        fixed_subprotocol,
        token_echoed_as_subprotocol_although_another_is_offered,
        no_subprotocol_is_demanded,
        long_messages_are_read,
        shared_manager,
        manager_per_class,
        global_accessor_returns_a_manager,
        manager_before_auth,
        sixth_manager,
        slot_freed_only_on_clean_close,
        limit_checked_then_awaited,
        wrong_close_code,
        str_e_as_reason,
        metrics_not_counted,
    )
}
