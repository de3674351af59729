// The faults of which the review speaks, one function each: it replaces one
// decision of the sound service. The service itself knows nothing of them.

'use strict';

const jwt = require('jsonwebtoken');
const { Denied, Malformed } = require('./objections');
const { queryOf } = require('./service');
const { seconds } = require('../common/tokens');

const LIFE_S = 600; // of a token that has no end of its own
const LOOKUP_MS = 20; // what a look into a database takes

const OPEN = { permission: 'PUBLIC' };

// Calls `replacement(original)` for what now stands in the place of a method.
function replace(object, name, replacement) {
  object[name] = replacement(object[name].bind(object));
}

// The same of every room, those from the start included.
function replaceInRooms({ rooms }, name, replacement) {
  const [room] = rooms.byId.values();
  const prototype = Object.getPrototypeOf(room);
  const original = prototype[name];
  prototype[name] = function (...given) {
    return replacement(this, original.bind(this), ...given);
  };
}

const FAULTS = {
  // --- Who comes in ----------------------------------------------------------

  // `jwt.decode` where `jwt.verify` is right.
  signature_unchecked(service) {
    service.verifier.decode = (token) => jwt.decode(token);
  },

  // jsonwebtoken judges `exp` where it stands, and is content where it does not.
  exp_optional(service) {
    replace(service.verifier, 'read', (read) => (payload) => read({ exp: seconds() + LIFE_S, ...payload }));
  },

  user_id_from_the_query(service) {
    replace(service, 'attend', (attend) => (socket, tokens, request) => {
      const claimed = queryOf(request).get('user_id');
      replace(service, 'verify', (verify) => (token) => {
        service.verify = verify;
        const claims = verify(token);
        return claimed ? { ...claims, user: claimed } : claims;
      });
      attend(socket, tokens, request);
    });
  },

  user_id_from_the_message(service) {
    replace(service.messages, 'whoami', (whoami) => (member, message) => {
      if (message.user_id) member.claims.user = message.user_id;
      whoami(member, message);
    });
  },

  startswith_origin(service) {
    service.originHolds = ({ headers: { origin } }) =>
      origin === undefined || service.limits.origins.some((listed) => origin.startsWith(listed));
  },

  forged_x_forwarded_for(service) {
    replace(service, 'addressOf', (addressOf) => (request) =>
      request.headers['x-forwarded-for']?.split(',')[0] ?? addressOf(request));
  },

  attempts_off_by_one(service) {
    service.addresses.limits = { ...service.limits, attempts: service.limits.attempts + 1 };
  },

  places_counted_by_connection(service) {
    replace(service, 'authenticate', (authenticate) => (socket, tokens) => {
      const claims = authenticate(socket, tokens);
      if (claims) {
        const take = service.users.take;
        service.users.take = (user) => {
          service.users.take = take;
          return service.users.take(`${user} ${socket.peer}`);
        };
      }
      return claims;
    });
    service.users.giveBack = () => {};
  },

  // --- Permissions -----------------------------------------------------------

  // `PERMISSIONS[name] ?? PUBLIC`
  unknown_permission_is_public(service) {
    const known = ['PUBLIC', 'PRIVATE', 'RESTRICTED', 'OWNER_ONLY'];
    for (const name of ['create', 'update'])
      replace(service.messages, name, (handle) => (member, { permission, ...message }) =>
        handle(member, { ...message, permission: known.includes(permission) ? permission : 'PUBLIC' }));
  },

  update_applied_before_it_is_read(service) {
    replace(service.messages, 'update', (update) => (member, message) => {
      const room = service.messages.managed(member, message);
      if (['PUBLIC', 'PRIVATE', 'RESTRICTED', 'OWNER_ONLY'].includes(message.permission)) return update(member, message);
      Object.assign(room, OPEN);
      throw new Malformed('permission');
    });
  },

  // An empty list of guests is taken for none.
  private_without_guests_is_open(service) {
    replaceInRooms(service, 'admits', (room, admits, claims) =>
      (room.permission === 'PRIVATE' && room.guests.size === 0) || admits(claims));
  },

  administrators_enter_everywhere(service) {
    replaceInRooms(service, 'admits', (room, admits, claims) => claims.role === 'admin' || admits(claims));
  },

  // `case 'PRIVATE': case 'OWNER_ONLY':`
  guests_of_an_owner_only_room(service) {
    replaceInRooms(service, 'admits', (room, admits, claims) =>
      (room.permission === 'OWNER_ONLY' && room.guests.has(claims.user)) || admits(claims));
  },

  no_roles_is_every_role(service) {
    replaceInRooms(service, 'admits', (room, admits, claims) =>
      (room.permission === 'RESTRICTED' && room.roles.length === 0) || admits(claims));
  },

  roles_of_the_message_trusted(service) {
    replace(service.messages, 'join', (join) => (member, message) => {
      const { claims } = member;
      member.claims = { ...claims, role: message.roles?.[0] ?? claims.role };
      try {
        join(member, message);
      } finally {
        member.claims = claims;
      }
    });
  },

  // `permissions.get(room) ?? PUBLIC`
  unknown_room_is_made(service) {
    replace(service.rooms, 'find', (find) => (id) => {
      try {
        return find(id);
      } catch (fault) {
        if (!(fault instanceof Denied)) throw fault;
        return service.rooms.make(id, 'nobody', OPEN);
      }
    });
  },

  rooms_from_the_start_are_public(service) {
    for (const room of service.rooms.byId.values()) Object.assign(room, OPEN);
  },

  // Who was let in once is let in for ever.
  admission_cached(service) {
    const admitted = new Set();
    replaceInRooms(service, 'admits', (room, admits, claims) => {
      const key = `${room.id} ${claims.user}`;
      if (admits(claims)) admitted.add(key);
      return admitted.has(key);
    });
  },

  // The record first, its rules once they are stored.
  rules_come_after_the_room(service) {
    replace(service.rooms, 'make', (make) => (id, owner, rules) => {
      const room = make(id, owner, { ...rules, ...OPEN });
      setTimeout(() => Object.assign(room, rules), 50 * LOOKUP_MS);
      return room;
    });
  },

  room_made_over_another(service) {
    service.rooms.isFree = () => true;
  },

  rechecked_at_the_next_join_only(service) {
    service.messages.recheck = () => {};
  },

  // --- Who rules -------------------------------------------------------------

  members_manage(service) {
    replace(service.messages, 'managed', (managed) => (member, message) => {
      const room = service.rooms.find(message.room);
      return room.members.has(member) ? room : managed(member, message);
    });
  },

  // The check stands in every handler but one.
  kick_unchecked(service) {
    replace(service.messages, 'kick', (kick) => (member, message) => {
      const { managed } = service.messages;
      service.messages.managed = (_, { room }) => service.rooms.find(room);
      try {
        kick(member, message);
      } finally {
        service.messages.managed = managed;
      }
    });
  },

  no_administrators(service) {
    replaceInRooms(service, 'isManagedBy', (room, isManagedBy, claims) => room.isOwner(claims));
  },

  rules_told_to_everybody(service) {
    service.messages.maySee = () => true;
  },

  rules_told_as_they_were(service) {
    const first = new Map();
    replace(service.rooms, 'make', (make) => (id, owner, rules) => {
      first.set(id, rules.permission);
      return make(id, owner, rules);
    });
    replace(service, 'tell', (tell) => (member, message) =>
      tell(member, message.type === 'room' ? { ...message, permission: first.get(message.room) } : message));
  },

  closed_room_told_from_none(service) {
    replace(service, 'errorMessage', (errorMessage) => (fault) =>
      fault.message === 'not admitted to the room'
        ? { type: 'error', message: 'You are not invited' }
        : errorMessage(fault));
  },

  // Who may speak is asked before who may know of the room.
  outsiders_told_that_they_are(service) {
    replace(service, 'errorMessage', (errorMessage) => (fault) => ({
      ...errorMessage(fault),
      ...(fault.message === 'not in the room' && { message: 'You are not in this room' }),
    }));
  },

  // --- How it is told --------------------------------------------------------

  exception_text_to_client(service) {
    replace(service, 'errorMessage', (errorMessage) => (fault) => ({ ...errorMessage(fault), message: fault.stack }));
  },

  // Tells the refusal, goes on, and fails for good.
  error_and_another(service) {
    replace(service, 'errorMessage', (errorMessage) => (fault) => {
      for (const member of service.pool) if (member === service.asking) service.tell(member, errorMessage(fault));
      return errorMessage(fault);
    });
    replace(service, 'attempt', (attempt) => (member, act) => {
      service.asking = member;
      attempt(member, act);
    });
  },

  error_told_to_the_room(service) {
    replace(service.messages, 'handle', (handle) => (member, message, name) => {
      try {
        handle(member, message, name);
      } catch (fault) {
        const others = service.rooms.byId.get(message.room)?.members ?? [];
        service.tellAll(others, service.errorMessage(fault));
        throw fault;
      }
    });
  },

  json_error_swallowed(service) {
    replace(service.messages, 'answer', (answer) => (member, text) => {
      try {
        JSON.parse(text);
      } catch {
        return;
      }
      answer(member, text);
    });
  },

  unknown_type_reflected(service) {
    replace(service.messages, 'readType', (readType) => (message) => {
      try {
        return readType(message);
      } catch (fault) {
        fault.event = message.type;
        throw fault;
      }
    });
  },

  // Members go, the record of the rules stays.
  deleted_room_keeps_its_rules(service) {
    service.rooms.remove = (room) => {
      for (const member of room.members) service.rooms.leave(room, member);
    };
  },

  // --- Members ---------------------------------------------------------------

  handshake_joins_unchecked(service) {
    service.enterAtOnce = (member, id) => {
      const room = service.rooms.byId.get(id);
      if (room) room.members.add(member);
    };
  },

  // Takes the invitation back, and leaves the member where it is.
  kicked_member_stays(service) {
    replace(service.messages, 'kick', () => (member, message) => service.messages.uninvite(member, message));
    service.messages.recheck = () => {};
  },

  departed_members_stay(service) {
    service.leaveRooms = () => {};
  },

  room_message_to_everybody(service) {
    service.messages.audience = () => service.pool;
  },

  outsiders_speak(service) {
    service.messages.maySpeak = () => true;
  },

  who_may_join_may_speak(service) {
    service.messages.maySpeak = (room, { claims }) => room.admits(claims);
  },

  readers_write(service) {
    service.messages.mayWrite = () => true;
  },

  size_off_by_one(service) {
    const [room] = service.rooms.byId.values();
    Object.defineProperty(Object.getPrototypeOf(room), 'isFull', {
      get() {
        return this.members.size > this.size;
      },
    });
  },

  // Counts, awaits, adds: who came in the same instant is not counted yet.
  size_counted_across_an_await(service) {
    replace(service.messages, 'join', () => (member, { room: id }) => {
      const room = service.rooms.find(id);
      if (!room.admits(member.claims) || room.isFull) throw new Denied('room full');
      setTimeout(() => {
        room.members.add(member);
        service.messages.confirm(member, 'joined', room);
      }, LOOKUP_MS);
    });
  },

  // INCR on join, and DECR for those who say that they leave.
  lost_connections_keep_their_place(service) {
    replace(service, 'leaveRooms', (leaveRooms) => (member) => {
      for (const room of service.rooms.byMember.get(member) ?? []) room.size -= 1;
      leaveRooms(member);
    });
  },

  empty_rooms_are_kept(service) {
    service.rooms.forgetLater = () => {};
  },

  // The record goes, and who comes next finds none: PUBLIC by default.
  emptied_room_opens(service) {
    service.rooms.remove = (room) => Object.assign(room, OPEN);
  },

  full_room_not_logged(service) {
    replace(service.log, 'line', (line) => (level, text) => text.includes('room full') || line(level, text));
  },

  any_room_id(service) {
    service.rooms.readId = (id) => String(id);
  },

  // --- Messages --------------------------------------------------------------

  text_length_unchecked(service) {
    service.messages.content.limits.chars = Infinity;
  },

  json_size_unchecked(service) {
    service.messages.content.limits.bytes = Infinity;
  },

  json_depth_unchecked(service) {
    service.messages.content.limits.depth = Infinity;
  },

  arrays_unchecked(service) {
    service.messages.content.limits.elements = Infinity;
  },

  // `JSON.parse` takes the last of them.
  twins_are_no_members(service) {
    service.messages.content.name = () => false;
    service.messages.content.limits.members = Infinity;
  },

  messages_unlimited(service) {
    service.mayMessage = () => true;
  },

  rate_of_a_connection(service) {
    service.mayMessage = (member) => service.userMessages.attempt(member.peer);
  },

  rate_of_an_address(service) {
    service.mayMessage = ({ peer }) => service.userMessages.attempt(peer.split(':')[0]);
  },

  rooms_unlimited(service) {
    service.rooms.takeQuota = () => {};
  },

  // --- Presence --------------------------------------------------------------

  leaving_not_told(service) {
    service.presence.left = () => {};
  },

  offline_with_any_connection(service) {
    service.presence.isLast = () => true;
  },

  status_of_another_set(service) {
    service.presence.subject = ({ claims }, message) => message.user_id ?? claims.user;
  },

  status_told_to_strangers(service) {
    service.presence.maySee = () => true;
  },

  silence_not_noticed(service) {
    service.presence.check = () => {};
  },

  records_of_the_departed_kept(service) {
    service.presence.clean = () => {};
  },

  // --- Later -----------------------------------------------------------------

  logout_of_one_connection(service) {
    replace(service.messages, 'logout', () => (member) => service.dismiss(member, [4001, 'Logged out']));
  },

  token_outlives_the_logout(service) {
    replace(service, 'logOut', (logOut) => (user) => {
      logOut(user);
      service.loggedOut.clear();
    });
  },

  history_told_to_outsiders(service) {
    replace(service.messages, 'tellHistory', () => (member, { room: id }) =>
      service.messages.replay(member, service.rooms.find(id)));
  },
};

module.exports = { FAULTS };
