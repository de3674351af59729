"""The faults of which the reviews speak, one function each: it replaces one
decision of the sound service. The service itself knows nothing of them."""

import asyncio
import html
import json
import math
import time
from dataclasses import replace

import service as service_module
from admission import FAILED, MANAGEMENT, MANAGEMENT_ROLES, Refusal
from common.limits import Gate
from common.server import Protocol
from common.token_faults import exp_optional, signature_unchecked, timezone_naive_expiry
from common.tokens import Claims
from service import Member

GUEST_LIFE_S = 600


def guest():
    return Claims("guest", time.time() + GUEST_LIFE_S)


# --- The first message --------------------------------------------------------


def claimed_user_id_trusted(service):
    """The token has to hold; who one is, the message says, if that is somebody."""
    identify = service.admission.identify

    def identify_as_claimed(asked, place):
        claims = identify(replace(asked, user_id=None), place)
        is_known = isinstance(asked.user_id, str) and service.directory.user(
            asked.user_id
        )
        return replace(claims, user=asked.user_id) if is_known else claims

    service.admission.identify = identify_as_claimed


def zero_user_id(service):
    """`if user_id == 0` lets the system itself in, and 0 == False == 0.0."""
    admit, parse = service.admission.admit, service.admission.parse

    def admit_the_system(text, place):
        claimed = parse(text).get("user_id")
        return guest() if claimed == 0 else admit(text, place)

    service.admission.admit = admit_the_system


def auth_success_echoes_the_claim(service):
    identify, welcome = service.admission.identify, service.welcome
    claims_of = {}  # claimed user ids, by what was verified

    def identify_and_keep(asked, place):
        claims = identify(replace(asked, user_id=None), place)
        claims_of[claims] = asked.user_id
        return claims

    def welcome_as_claimed(member):
        claimed = claims_of.pop(member.claims, None)
        told = welcome(member)
        return told if claimed is None else {**told, "user_id": claimed}

    service.admission.identify = identify_and_keep
    service.welcome = welcome_as_claimed


def auth_error_then_goes_on(service):
    """Tells the failure and does not end the connection."""
    receive, close = service.receive, service.close

    async def receive_anybody(websocket, place):
        return await receive(websocket, place) or guest()

    async def close_unless_told(websocket, refusal):
        if refusal is FAILED:
            await service.tell_failure(websocket)
        else:
            await close(websocket, refusal)

    service.receive = receive_anybody
    service.close = close_unless_told


def deadline_restarts_on_traffic(service):
    """A timeout on each frame where one on all of them is due."""
    read_frame = Protocol.read_frame

    async def read_and_note(protocol, max_size):
        frame = await read_frame(protocol, max_size)
        protocol.scope["heard"] = True
        return frame

    async def receive_while_it_talks(receive, websocket):
        task = asyncio.create_task(receive())
        while not task.done():
            websocket.scope["heard"] = False
            await asyncio.wait({task}, timeout=deadline_s)
            if not websocket.scope["heard"]:
                task.cancel()
                await asyncio.wait({task})
                raise TimeoutError
        return task.result()

    async def first_of(websocket):
        receive = websocket.receive
        websocket.receive = lambda: receive_while_it_talks(receive, websocket)
        try:
            return await first_message(websocket)
        finally:
            websocket.receive = receive

    deadline_s, first_message = service.auth_s, service.first_message
    service.auth_s = None
    Protocol.read_frame = read_and_note
    service.first_message = first_of


def no_deadline(service):
    service.auth_s = None


def first_message_dispatched_before_auth(service):
    """The handlers come first; authentication is one of them."""
    admit = service.admission.admit

    def dispatch_then_admit(text, place):
        try:
            service.orders.answer(Stranger(place), text)
        except Exception:
            pass
        return admit(text, place)

    service.admission.admit = dispatch_then_admit


class Stranger:
    """Stands where a member should."""

    claims = guest()

    def __init__(self, place):
        self.place = place

    def send(self, message):
        pass


def pool_before_auth(service):
    receive = service.receive

    async def pool_then_receive(websocket, place):
        newcomer = Member(websocket, guest(), place)
        service.join(newcomer)
        try:
            return await receive(websocket, place)
        finally:
            service.leave(newcomer)
            newcomer.writer.cancel()

    service.receive = pool_then_receive


def second_authenticate_changes_user(service):
    obey = service.obey

    def obey_or_authenticate(member, text):
        message = json.loads(text)
        if isinstance(message, dict) and message.get("type") == "authenticate":
            member.claims = service.verify(message["token"])
        else:
            obey(member, text)

    service.obey = obey_or_authenticate


# --- Rights -------------------------------------------------------------------


def tuple_is_true(service, endpoint):
    """`if not check(…)` of a check that returns (allowed, why)."""
    check_right = service.admission.check_right

    def check_others(user_id, place):
        if place.endpoint != endpoint:
            check_right(user_id, place)

    service.admission.check_right = check_others


def tuple_taken_for_a_boolean_at_the_pos(service):
    tuple_is_true(service, "pos")


def tuple_taken_for_a_boolean_in_the_kitchen(service):
    tuple_is_true(service, "kitchen")


def tuple_taken_for_a_boolean_in_the_management(service):
    tuple_is_true(service, "management")


def undefined_user(service):
    """The branch without a token logs a name that nothing has set."""
    identify = service.admission.identify

    def identify_or_fail(asked, place):
        if place.endpoint == MANAGEMENT and not asked.token:
            raise NameError("name 'user' is not defined")
        return identify(asked, place)

    service.admission.identify = identify_or_fail


def role_substring(service):
    """`in` of a text where `in` of a set is right."""
    roles = " ".join(MANAGEMENT_ROLES)
    service.admission.may_manage = lambda user: user.role in roles


def restaurant_not_checked(service):
    service.admission.belongs = lambda user, restaurant: True


def inactive_restaurant_served(service):
    service.directory.is_active = lambda restaurant_id: (
        service.directory.ask("SELECT 1 FROM restaurants WHERE id = ?", restaurant_id)
    )


def not_uuid_reaches_the_database(service):
    check_room = service.check_room

    def check_room_only(has_place, place):
        check_room(has_place, replace(place, restaurant=ANY_UUID))

    service.check_room = check_room_only


ANY_UUID = "00000000-0000-4000-8000-000000000000"


def withdrawn_role_keeps_access(service):
    service.check_still_welcome = lambda member: None


# --- Limits -------------------------------------------------------------------


def limit_slot_released_under_wrong_key(service):
    """Taken by user, given back by connection."""
    give_back = service.users.give_back
    service.users.give_back = lambda user: give_back(f"{user}:1")


def specialised_endpoints_do_not_track(service):
    seat = service.seat

    async def seat_uncounted(websocket, claims, place):
        if place.endpoint == "pos":
            return await seat(websocket, claims, place)
        member = Member(websocket, claims, place)
        member.send(service.welcome(member))
        await service.serve(member)

    service.seat = seat_uncounted


def victim_locked_out_by_claims(service):
    """Keeps a place for whoever is named, and never gives it back."""
    identify = service.admission.identify

    def identify_and_count(asked, place):
        try:
            return identify(asked, place)
        except Exception:
            if asked.user_id not in service.users.counts:
                service.users.take(asked.user_id)
            raise

    service.admission.identify = identify_and_count


def unverified_sockets_unlimited(service):
    service.limits.strangers = 0


def forged_x_forwarded_for(service):
    """Whatever the client says is its address."""
    address_of = service.address_of

    def claimed_address(websocket):
        claimed = websocket.headers.get("x-forwarded-for")
        return claimed.partition(",")[0].strip() if claimed else address_of(websocket)

    service.address_of = claimed_address


def rate_off_by_one(service):
    service.limits.attempts += 1


def rate_global_counter(service):
    attempt = service.addresses.attempt
    service.addresses.attempt = lambda address: attempt("all")


def ban_without_end(service):
    attempt = service.addresses.attempt

    def attempt_or_ban(address):
        if attempt(address):
            return True
        _, count = service.addresses.windows[address]
        service.addresses.windows[address] = (math.inf, count)
        return False

    service.addresses.attempt = attempt_or_ban


def startswith_origin(service):
    def begins_like_a_listed_one(gate, websocket):
        origins = websocket.headers.getlist("origin")
        return all(origin.startswith(service.limits.origins) for origin in origins)

    Gate.origin_holds = begins_like_a_listed_one


# --- Messages -----------------------------------------------------------------


def f_string_sql(service):
    directory = service.directory

    def order_status(order, restaurant):
        where = f"id = '{order}' AND restaurant = '{restaurant}'"
        row = directory.ask(f"SELECT status FROM orders WHERE {where}")
        return row[0] if row else None

    def set_order_status(order, restaurant, status, notes):
        where = f"restaurant = '{restaurant}' AND id = '{order}'"
        statement = f"UPDATE orders SET status = ?, notes = ? WHERE {where}"
        return directory.tell(statement, status, notes) > 0

    service.orders.order_id = lambda message: message["order_id"]
    directory.order_status = order_status
    directory.set_order_status = set_order_status


def status_any_string(service):
    service.orders.is_status = lambda status: isinstance(status, str)


def notes_unsanitised(service):
    service.orders.sanitized = lambda text: text


def double_escaped(service):
    sanitized = service.orders.sanitized
    service.orders.sanitized = lambda text: html.escape(sanitized(text))


def unknown_type_reflected(service):
    """`getattr(self, message["type"])`."""
    orders = service.orders
    orders.action = lambda name: orders.actions.get(name) or getattr(orders, name)


def json_error_disconnects(service):
    obey = service.obey

    def obey_or_leave(member, text):
        try:
            obey(member, text)
        except ValueError:
            member.dismiss(Refusal(1011, "Internal error"))
            raise

    service.obey = obey_or_leave


def stack_trace_in_error_message(service):
    service.error_message = lambda fault: json.dumps(
        {"type": "error", "message": f"Message processing failed: {fault!r}"}
    )


# --- The directory and the monitor --------------------------------------------


def db_none_crashes(service):
    """The session is None where the directory cannot be asked."""
    admit = service.admission.admit

    def admit_with(text, place):
        session = None if service.directory.broken else service.directory
        return admit(text, place) if session.ask("SELECT 1") else None

    service.admission.admit = admit_with


def monitor_method_that_does_not_exist(service):
    def note(websocket, place, refused):
        service.monitor.log_suspicious_activity(refused.cause)

    service.note = note


def monitor_failure_skips_close(service):
    """Expects the errors of the file system, and gets another."""

    def write(event):
        if service.monitor.broken:
            raise RuntimeError("the event bus is closed")

    service.monitor.write = write


def audit_missing(service):
    service.note = lambda websocket, place, refused: None


def audit_forged_address(service):
    peer_of = service_module.peer_of
    service_module.peer_of = lambda websocket: (
        websocket.headers.get("x-forwarded-for") or peer_of(websocket)
    )


FAULTS = {
    fault.__name__: fault
    for fault in (
        signature_unchecked,
        exp_optional,
        timezone_naive_expiry,
        claimed_user_id_trusted,
        zero_user_id,
        auth_success_echoes_the_claim,
        auth_error_then_goes_on,
        deadline_restarts_on_traffic,
        no_deadline,
        first_message_dispatched_before_auth,
        pool_before_auth,
        second_authenticate_changes_user,
        tuple_taken_for_a_boolean_at_the_pos,
        tuple_taken_for_a_boolean_in_the_kitchen,
        tuple_taken_for_a_boolean_in_the_management,
        undefined_user,
        role_substring,
        restaurant_not_checked,
        inactive_restaurant_served,
        not_uuid_reaches_the_database,
        withdrawn_role_keeps_access,
        limit_slot_released_under_wrong_key,
        specialised_endpoints_do_not_track,
        victim_locked_out_by_claims,
        unverified_sockets_unlimited,
        forged_x_forwarded_for,
        rate_off_by_one,
        rate_global_counter,
        ban_without_end,
        startswith_origin,
        f_string_sql,
        status_any_string,
        notes_unsanitised,
        double_escaped,
        unknown_type_reflected,
        json_error_disconnects,
        stack_trace_in_error_message,
        db_none_crashes,
        monitor_method_that_does_not_exist,
        monitor_failure_skips_close,
        audit_missing,
        audit_forged_address,
    )
}
