"""The faults of which the review speaks, one function each: it replaces one
decision of the sound service. The service itself knows nothing of them."""

import logging
import time
from dataclasses import replace

import eventlet
from eventlet import websocket
from flask import request

import transport
from common.token_faults import exp_optional, signature_unchecked
from permissions import Room, RoomPermission

LOOKUP_S = 0.02  # what a look into a database takes


def everybody(*_):
    return True


# --- Who comes in -------------------------------------------------------------


def refused_client_is_kept(module):
    """The library leaves TCP to the client, and some clients leave it to us."""
    module.manager.end_later = lambda environ: None


def user_id_from_the_handshake(module):
    """`request.args.get("user_id", claims.user)`"""
    authenticate = module.authenticate

    def authenticate_as_claimed():
        claims = authenticate()
        return replace(claims, user=request.args.get("user_id", claims.user))

    module.authenticate = authenticate_as_claimed


def cors_star(module):
    """`cors_allowed_origins="*"`"""
    module.manager.validate_origin = everybody


def startswith_origin(module):
    allowed = module.manager.config.WS_ALLOWED_ORIGINS
    module.manager.validate_origin = lambda environ: environ.get(
        "HTTP_ORIGIN", allowed[0]
    ).startswith(allowed)


def forged_x_forwarded_for(module):
    address_of = module.manager.address_of
    module.manager.address_of = lambda environ: environ.get(
        "HTTP_X_FORWARDED_FOR", address_of(environ)
    ).partition(",")[0]


def attempts_off_by_one(module):
    module.manager.attempts.limit += 1


def per_user_limit_missing(module):
    module.manager.has_place = everybody


def revocation_forgotten(module):
    module.revoke = lambda jti, now: None


def token_in_access_log(module):
    for handler in logging.getLogger().handlers:
        handler.formatter.mask = lambda line: line


# --- Permissions --------------------------------------------------------------


def unknown_permission_is_public(module):
    """`RoomPermission.__members__.get(name, RoomPermission.PUBLIC)`"""
    read_rules = module.read_rules

    def read_any(data):
        if data.get("permission") not in list(RoomPermission.__members__):
            data = {**data, "permission": "PUBLIC"}
        return read_rules(data)

    module.read_rules = read_any


def replace_access(module, admits):
    check = module.rooms.check_room_access
    module.rooms.check_room_access = lambda room, claims: admits(room, claims) or check(
        room, claims
    )


def private_without_guests_is_open(module):
    private = RoomPermission.PRIVATE
    replace_access(
        module, lambda room, claims: room.permission is private and not room.guests
    )


def administrators_enter_everywhere(module):
    replace_access(module, lambda room, claims: claims.role == "admin")


def guests_of_an_owner_only_room(module):
    own = RoomPermission.OWNER_ONLY
    replace_access(
        module,
        lambda room, claims: room.permission is own and claims.user in room.guests,
    )


def no_roles_is_every_role(module):
    restricted = RoomPermission.RESTRICTED
    replace_access(
        module, lambda room, claims: room.permission is restricted and not room.roles
    )


def admission_cached(module):
    """Who was let in once is let in for ever."""
    check, admitted = module.rooms.check_room_access, set()

    def check_once(room, claims):
        if check(room, claims):
            admitted.add((room.id, claims.user))
        return (room.id, claims.user) in admitted

    module.rooms.check_room_access = check_once


def join_room_of_the_library(module):
    """`flask_socketio.join_room(data["room"])`, and no question before it."""
    rooms = module.rooms
    rooms.enter = lambda room, connection: (
        rooms.of_connection[connection].add(room),
        room.members.setdefault(connection, True),
    )


def unknown_room_is_made(module):
    """`permissions.get(room, PUBLIC)`"""
    rooms, find = module.rooms, module.rooms.find

    def find_or_make(room_id):
        if room_id not in rooms.by_id:
            rooms.make(room_id, "nobody", RoomPermission.PUBLIC, (), 100)
        return find(room_id)

    rooms.find = find_or_make


def room_made_over_another(module):
    module.rooms.is_taken = lambda room_id: False


def rechecked_at_the_next_join_only(module):
    module.recheck = lambda room: None


def everybody_manages(module):
    module.rooms.may_manage = everybody


def rules_told_to_everybody(module):
    module.may_see = everybody


def closed_room_told_from_none(module):
    error_message = module.error_message

    def tell_more(event, fault):
        message = error_message(event, fault)
        if "not admitted" in str(fault):
            message["message"] = "You are not invited"
        return message

    module.error_message = tell_more


def exception_text_to_client(module):
    error_message = module.error_message
    module.error_message = lambda event, fault: {
        **error_message(event, fault),
        "message": f"Message processing failed: {fault!r}",
    }


def error_emitted_to_everybody(module):
    """`emit("error", …, broadcast=True)`"""
    tell = module.tell

    def tell_all(connection, event, data):
        everyone = list(module.manager.pool.values())
        for listener in everyone if event == "error" else [connection]:
            tell(listener, event, data)

    module.tell = tell_all


def deleted_room_keeps_its_rules(module):
    rooms = module.rooms

    def remove_members(room):
        for connection in list(room.members):
            rooms.leave(room, connection)

    rooms.remove = remove_members


# --- Members ------------------------------------------------------------------


def handshake_joins_unchecked(module):
    serve = module.serve

    def serve_or_sit(connection, event, arguments):
        if event == "join_room" and isinstance(arguments, list):
            room = module.rooms.by_id.get(arguments[0]["room"])
            if room is not None:
                room.members[connection] = True
        else:
            serve(connection, event, arguments)

    module.serve = serve_or_sit


def departed_members_stay(module):
    module.leave_all = lambda connection: None


def room_message_to_everybody(module):
    """`emit(…, broadcast=True)` where `to=room` is right."""
    module.audience = lambda room: list(module.manager.pool.values())


def outsiders_speak(module):
    module.may_speak = everybody


def readers_write(module):
    module.may_write = everybody


def size_off_by_one(module):
    module.rooms.is_full = lambda room: len(room.members) > room.size


def size_counted_across_a_lookup(module):
    """Counts in Redis, waits, adds: who came meanwhile is not counted yet."""
    rooms, enter, is_full = module.rooms, module.rooms.enter, module.rooms.is_full

    def enter_later(room, connection):
        full = is_full(room)
        eventlet.sleep(LOOKUP_S)
        rooms.is_full = lambda _: full
        try:
            enter(room, connection)
        finally:
            rooms.is_full = is_full

    rooms.enter = enter_later


def empty_rooms_are_kept(module):
    module.rooms.forget_later = lambda room: None


def full_room_not_logged(module):
    class Quiet(logging.Filter):
        def filter(self, record):
            return "room full" not in record.getMessage()

    for handler in logging.getLogger().handlers:
        handler.addFilter(Quiet())


# --- Messages -----------------------------------------------------------------


def any_room_id(module):
    module.validator.validate_room = lambda data: str(data.get("room"))


def text_unsanitised(module):
    module.validator.sanitize = lambda value: value


def text_length_unchecked(module):
    module.validator.validate_message = lambda text: None


def json_depth_unchecked(module):
    module.manager.config.WS_MAX_JSON_DEPTH = 10_000


def json_size_unchecked(module):
    module.validator.check_size = lambda message: None


def arrays_unchecked(module):
    module.manager.config.WS_MAX_ARRAY_SIZE = 1_000_000


def messages_unlimited(module):
    module.manager.check_rate_limit = everybody


def rate_of_a_connection(module):
    """A counter in the session: two connections have two."""
    obey, windows = module.obey, module.manager.messages

    def obey_one(connection, event, arguments):
        module.manager.check_rate_limit = lambda user: windows.take(connection.sid)
        obey(connection, event, arguments)

    module.obey = obey_one


def refused_messages_prolong(module):
    windows = module.manager.messages
    take = windows.take

    def take_and_prolong(key):
        taken = take(key)
        if not taken:
            windows.entries[key][0] = time.monotonic() + windows.window_s
        return taken

    windows.take = take_and_prolong


def fragments_without_a_ceiling(module):
    transport.Message.push = websocket.RFC6455WebSocket.Message.push


# --- Presence -----------------------------------------------------------------


def join_not_told(module):
    tell_presence = module.tell_presence
    module.tell_presence = lambda room, event, user: (
        event == "user_joined" or tell_presence(room, event, user)
    )


def coming_told_for_each_connection(module):
    Room.has_user = lambda room, user: False


def offline_with_any_connection(module):
    module.presence.is_last = everybody


def status_of_another_set(module):
    module.presence.subject = lambda connection, data: data.get(
        "user_id", connection.claims.user
    )


def status_told_to_strangers(module):
    module.presence.may_see = everybody


FAULTS = {
    fault.__name__: fault
    for fault in (
        signature_unchecked,
        exp_optional,
        refused_client_is_kept,
        user_id_from_the_handshake,
        cors_star,
        startswith_origin,
        forged_x_forwarded_for,
        attempts_off_by_one,
        per_user_limit_missing,
        revocation_forgotten,
        token_in_access_log,
        unknown_permission_is_public,
        private_without_guests_is_open,
        administrators_enter_everywhere,
        guests_of_an_owner_only_room,
        no_roles_is_every_role,
        admission_cached,
        join_room_of_the_library,
        unknown_room_is_made,
        room_made_over_another,
        rechecked_at_the_next_join_only,
        everybody_manages,
        rules_told_to_everybody,
        closed_room_told_from_none,
        exception_text_to_client,
        error_emitted_to_everybody,
        deleted_room_keeps_its_rules,
        handshake_joins_unchecked,
        departed_members_stay,
        room_message_to_everybody,
        outsiders_speak,
        readers_write,
        size_off_by_one,
        size_counted_across_a_lookup,
        empty_rooms_are_kept,
        full_room_not_logged,
        any_room_id,
        text_unsanitised,
        text_length_unchecked,
        json_depth_unchecked,
        json_size_unchecked,
        arrays_unchecked,
        messages_unlimited,
        rate_of_a_connection,
        refused_messages_prolong,
        fragments_without_a_ceiling,
        join_not_told,
        coming_told_for_each_connection,
        offline_with_any_connection,
        status_of_another_set,
        status_told_to_strangers,
    )
}
