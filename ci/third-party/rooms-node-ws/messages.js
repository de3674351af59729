// What members ask. A message is read whole before anything is changed; what is
// refused is refused in the same words: a closed room looks like none.

'use strict';

const { isText } = require('../common/members');
const { refuseTwins } = require('../common/tokens');
const { Denied, Malformed, TooLarge, demand, readRules } = require('./rooms');

const TEXT_CHARS_MAX = 1000;
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
};

const ESCAPES = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };

// Harmless in a page and in a terminal.
const sanitized = (text) =>
  text.replace(/[&<>"']/g, (character) => ESCAPES[character]).replace(/(?![\n\t])\p{Cc}/gu, '');

// A message that two parsers cannot read in two ways.
function readObject(text) {
  try {
    refuseTwins(text);
    const message = JSON.parse(text);
    demand(message !== null && typeof message === 'object' && !Array.isArray(message), Malformed, 'no object');
    return message;
  } catch (fault) {
    throw new Malformed(fault.message);
  }
}

function readUser({ user_id: user }) {
  const isId = typeof user === 'string' && user !== '' && Buffer.byteLength(user) <= USER_BYTES_MAX;
  demand(isId, Malformed, 'user_id');
  return user;
}

class Messages {
  constructor(service, rooms) {
    this.service = service;
    this.rooms = rooms;
  }

  answer(member, text) {
    const message = readObject(text);
    this.handle(member, message, HANDLERS[this.readType(message)]);
  }

  readType({ type }) {
    demand(typeof type === 'string' && Object.hasOwn(HANDLERS, type), Malformed, 'no message that we know');
    return type;
  }

  // A fault tells which message it is of.
  handle(member, message, name) {
    try {
      this[name](member, message);
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
    this.rooms.enter(room, member);
    this.confirm(member, 'joined', room);
  }

  leave(member, { room: id }) {
    const room = this.rooms.find(id);
    demand(room.members.has(member), Denied, 'not in the room');
    this.confirm(member, 'left', room);
    this.rooms.leave(room, member);
  }

  speak(member, { room: id, text }) {
    const room = this.rooms.find(id);
    demand(this.maySpeak(room, member), Denied, 'not in the room');
    demand(isText(text), Malformed, 'text');
    demand([...text].length <= TEXT_CHARS_MAX, TooLarge, 'text is too long');
    const said = { type: 'room_message', room: room.id, user_id: member.claims.user, text: sanitized(text) };
    this.service.tellAll(this.audience(room), said);
  }

  maySpeak(room, member) {
    return room.members.has(member);
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
      this.rooms.leave(room, member);
      this.confirm(member, 'removed', room);
    }
  }
}

module.exports = { Messages };
