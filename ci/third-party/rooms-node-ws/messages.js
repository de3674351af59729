// What members ask. A message is read whole before anything is changed; what is
// refused is refused in the same words: a closed room looks like none.

'use strict';

const { Content } = require('./content');
const { Denied, Malformed, TooLarge, TooOften, demand } = require('./objections');
const { readRules } = require('./rooms');

const USER_BYTES_MAX = 128;

const HANDLERS = {
  whoami: 'whoami',
  create_room: 'create',
  update_room: 'update',
  delete_room: 'remove',
  get_room: 'describe',
  invite: 'invite',
  uninvite: 'uninvite',
  kick: 'kick',
  join_room: 'join',
  leave_room: 'leave',
  room_message: 'speak',
  room_data: 'sendData',
  get_history: 'tellHistory',
  presence: 'setPresence',
  get_presence: 'getPresence',
  logout: 'logout',
};

const ESCAPES = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };

// Harmless in a page and in a terminal.
const sanitized = (text) =>
  text.replace(/[&<>"']/g, (character) => ESCAPES[character]).replace(/(?![\n\t])\p{Cc}/gu, '');

// All texts of a value, names aside; and no number that JSON cannot tell.
function sanitizedData(value) {
  if (typeof value === 'string') return sanitized(value);
  demand(typeof value !== 'number' || Number.isFinite(value), Malformed, 'a number beyond a double');
  if (Array.isArray(value)) return value.map(sanitizedData);
  if (value === null || typeof value !== 'object') return value;
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, sanitizedData(member)]));
}

function readUser({ user_id: user }) {
  const isId = typeof user === 'string' && user !== '' && Buffer.byteLength(user) <= USER_BYTES_MAX && !/\p{Cc}/u.test(user);
  demand(isId, Malformed, 'user_id');
  return user;
}

class Messages {
  constructor(service, rooms) {
    this.service = service;
    this.rooms = rooms;
    this.content = new Content();
  }

  answer(member, text) {
    const message = this.read(text);
    this.handle(member, message, HANDLERS[this.readType(message)]);
  }

  // Of one that is too large to be parsed, what it is can be seen at its front.
  read(text) {
    try {
      return this.content.read(text);
    } catch (fault) {
      const [, type] = text.slice(0, 100).match(/^\s*{\s*"type"\s*:\s*"(\w+)"/) ?? [];
      if (fault instanceof TooLarge && Object.hasOwn(HANDLERS, type ?? '')) fault.event = type;
      throw fault;
    }
  }

  readType({ type }) {
    demand(typeof type === 'string' && Object.hasOwn(HANDLERS, type), Malformed, 'no message that we know');
    return type;
  }

  // A fault tells which message it is of.
  handle(member, message, name) {
    try {
      this[name](member, message);
      this.service.note(member, message.type, typeof message.room === 'string' ? message.room : '-');
    } catch (fault) {
      fault.event = message.type;
      throw fault;
    }
  }

  confirm(member, type, room) {
    this.service.tell(member, { type, room: room.id });
  }

  whoami(member) {
    this.service.tell(member, { type: 'identity', user_id: member.claims.user });
  }

  // --- Coming, going, speaking -----------------------------------------------

  join(member, { room: id }) {
    const room = this.rooms.find(id);
    const isKnown = room.hasUser(member.claims.user);
    const isInside = room.members.has(member);
    this.rooms.enter(room, member);
    this.confirm(member, 'joined', room);
    if (!isInside && room.history.length > 0) this.replay(member, room);
    if (!isKnown) this.service.presence.tellRoom(room, 'user_joined', member.claims.user);
  }

  replay(member, room, limit = room.history.length) {
    const messages = room.history.slice(room.history.length - limit);
    this.service.tell(member, { type: 'room_history', room: room.id, messages });
  }

  tellHistory(member, { room: id, limit }) {
    const room = this.inside(member, id);
    demand(limit === undefined || (Number.isInteger(limit) && limit >= 1), Malformed, 'limit');
    this.replay(member, room, Math.min(limit ?? Infinity, room.history.length));
  }

  // The one way out, whoever opens it.
  putOut(member, room) {
    this.rooms.leave(room, member);
    this.service.presence.left(room, member.claims.user);
  }

  leave(member, { room: id }) {
    const room = this.rooms.find(id);
    demand(room.members.has(member), Denied, 'not in the room');
    this.confirm(member, 'left', room);
    this.putOut(member, room);
  }

  inside(member, id) {
    const room = this.rooms.find(id);
    demand(this.maySpeak(room, member), Denied, 'not in the room');
    demand(this.mayWrite(room, member.claims), Denied, 'reads the room only');
    return room;
  }

  say(member, room, type, said) {
    demand(this.service.roomMessages.attempt(room.id), TooOften, 'messages into a room');
    this.service.tellAll(this.audience(room), { type, room: room.id, user_id: member.claims.user, ...said });
  }

  speak(member, { room: id, text }) {
    const room = this.inside(member, id);
    demand(typeof text === 'string', Malformed, 'text');
    const said = sanitized(text);
    this.say(member, room, 'room_message', { text: said });
    this.rooms.keep(room, { user_id: member.claims.user, text: said, at: new Date().toISOString() });
  }

  sendData(member, message) {
    const room = this.inside(member, message.room);
    demand(Object.hasOwn(message, 'data'), Malformed, 'no data');
    this.say(member, room, 'room_data', { data: sanitizedData(message.data) });
  }

  setPresence(member, message) {
    this.service.presence.say(member, message);
  }

  getPresence(member, message) {
    this.service.presence.ask(member, readUser(message));
  }

  logout(member) {
    this.service.logOut(member.claims.user);
  }

  maySpeak(room, member) {
    return room.members.has(member);
  }

  mayWrite({ writers }, { role }) {
    return writers === null || writers.includes(role);
  }

  audience(room) {
    return room.members;
  }

  describe(member, { room: id }) {
    const room = this.rooms.find(id);
    demand(this.maySee(room, member.claims), Denied, 'not admitted to the room');
    this.service.tell(member, {
      type: 'room',
      room: room.id,
      permission: room.permission,
      owner: room.owner ?? '',
      size: room.size,
      roles: room.roles,
      invited: [...room.guests],
      members: room.users(),
    });
  }

  maySee(room, claims) {
    return room.admits(claims) || room.isManagedBy(claims);
  }

  // --- Ruling ----------------------------------------------------------------

  create(member, message) {
    const rules = readRules(message, this.rooms.sizeMax);
    this.confirm(member, 'room_created', this.rooms.make(message.room, member.claims.user, rules));
  }

  managed(member, { room: id }) {
    const room = this.rooms.find(id);
    demand(room.isManagedBy(member.claims), Denied, 'not the owner of the room');
    return room;
  }

  update(member, message) {
    const room = this.managed(member, message);
    Object.assign(room, readRules(message, this.rooms.sizeMax));
    this.confirm(member, 'room_updated', room);
    this.recheck(room);
  }

  remove(member, message) {
    const room = this.managed(member, message);
    demand(room.owner !== null, Denied, 'a room of ours stays');
    this.confirm(member, 'room_deleted', room);
    this.removed(room, [...room.members]);
    this.rooms.remove(room);
  }

  invite(member, message) {
    const room = this.managed(member, message);
    this.rooms.invite(room, readUser(message));
    this.confirm(member, 'invited', room);
  }

  uninvite(member, message) {
    const room = this.managed(member, message);
    room.guests.delete(readUser(message));
    this.confirm(member, 'uninvited', room);
    this.recheck(room);
  }

  // Out, and no guest any more.
  kick(member, message) {
    const room = this.managed(member, message);
    const user = readUser(message);
    room.guests.delete(user);
    this.confirm(member, 'kicked', room);
    this.removed(room, [...room.members].filter(({ claims }) => claims.user === user));
  }

  // Ends the stay of everybody whom the rules admit no longer.
  recheck(room) {
    this.removed(room, [...room.members].filter(({ claims }) => !room.admits(claims)));
  }

  removed(room, members) {
    for (const member of members) {
      this.confirm(member, 'removed', room);
      this.putOut(member, room);
    }
  }
}

module.exports = { Messages };
