// Rooms: who owns them, whom they admit, who is inside.

'use strict';

const { Denied, Malformed, Full, demand } = require('./objections');

const ROOMS_MAX = 10_000;
const HISTORY_BYTES_MAX = 64 * 1024; // of one room
const ROOMS_OF_MEMBER_MAX = 100;
const GUESTS_MAX = 1000;
const ROLES_MAX = 8;
const ROLE_CHARS_MAX = 64;

// What no path and no key of another store reads as something else.
const ROOM_ID = /^(?!\.)[\w.-]{1,64}$/;

// Who may enter. A permission that is not here does not exist.
const ADMITS = {
  PUBLIC: () => true,
  PRIVATE: (room, claims) => room.isOwner(claims) || room.guests.has(claims.user),
  RESTRICTED: (room, { role }) => role !== '' && room.roles.includes(role),
  OWNER_ONLY: (room, claims) => room.isOwner(claims),
};

const isRole = (role) => typeof role === 'string' && role !== '' && role.length <= ROLE_CHARS_MAX;

// What a message says of the rules, all of it understood.
function readRules({ permission, roles, size }, sizeMax) {
  demand(Object.hasOwn(ADMITS, permission ?? '') && typeof permission === 'string', Malformed, 'permission');
  const rules = { permission };
  if (roles !== undefined) {
    demand(Array.isArray(roles) && roles.length <= ROLES_MAX && roles.every(isRole), Malformed, 'roles');
    rules.roles = roles;
  }
  if (size !== undefined) {
    demand(Number.isInteger(size) && size >= 1 && size <= sizeMax, Malformed, 'size');
    rules.size = size;
  }
  return rules;
}

class Room {
  constructor(id, owner, rules) {
    this.id = id;
    this.owner = owner; // null: a room of ours, which stays
    this.roles = [];
    this.writers = null; // roles; null: every member writes
    this.guests = new Set(); // of user ids
    this.members = new Set(); // of connections, oldest first
    this.timer = null; // while it is empty
    this.history = []; // what was said, oldest first
    Object.assign(this, rules);
  }

  isOwner({ user }) {
    return this.owner !== null && this.owner === user;
  }

  // By the claims of the verified token, never by what a message says.
  admits(claims) {
    return ADMITS[this.permission](this, claims);
  }

  isManagedBy(claims) {
    return this.isOwner(claims) || claims.role === 'admin';
  }

  get isFull() {
    return this.members.size >= this.size;
  }

  users() {
    return Array.from(this.members, ({ claims }) => claims.user);
  }

  hasUser(user) {
    return this.users().includes(user);
  }
}

class Rooms {
  constructor({ roomSize, roomGraceMs, roomsPerUser, roomHistory }) {
    this.sizeMax = roomSize;
    this.graceMs = roomGraceMs;
    this.perUser = roomsPerUser;
    this.historyMax = roomHistory;
    this.owned = new Map(); // user: how many rooms
    this.byId = new Map();
    this.byMember = new Map(); // connection: the set of rooms that it is inside of
    this.make('lobby', null, { permission: 'PUBLIC' });
    this.make('operations', null, { permission: 'RESTRICTED', roles: ['admin'] });
    this.make('announcements', null, { permission: 'PUBLIC', writers: ['admin'] });
  }

  readId(id) {
    demand(typeof id === 'string' && ROOM_ID.test(id), Malformed, 'no room id');
    return id;
  }

  // A room without a record is closed, and does not come into being.
  find(id) {
    const room = this.byId.get(this.readId(id));
    demand(room, Denied, 'no such room');
    return room;
  }

  make(id, owner, rules) {
    this.readId(id);
    demand(this.isFree(id), Denied, 'the id is taken');
    demand(this.byId.size < ROOMS_MAX, Error, 'too many rooms');
    this.takeQuota(owner);
    const room = new Room(id, owner, { size: this.sizeMax, ...rules });
    this.byId.set(id, room);
    this.forgetLater(room);
    return room;
  }

  takeQuota(owner) {
    const count = this.owned.get(owner) ?? 0;
    if (owner === null) return;
    demand(!this.perUser || count < this.perUser, Denied, 'too many rooms of one user');
    this.owned.set(owner, count + 1);
  }

  giveQuotaBack(owner) {
    const count = (this.owned.get(owner) ?? 0) - 1;
    if (count > 0) this.owned.set(owner, count);
    else this.owned.delete(owner);
  }

  // The oldest go.
  keep(room, said) {
    const size = ({ user_id: user, text }) => Buffer.byteLength(user) + Buffer.byteLength(text);
    room.history.push(said);
    let bytes = room.history.reduce((sum, one) => sum + size(one), 0);
    while (room.history.length > this.historyMax || bytes > HISTORY_BYTES_MAX) bytes -= size(room.history.shift());
  }

  isFree(id) {
    return !this.byId.has(id);
  }

  remove(room) {
    for (const member of room.members) this.leave(room, member);
    clearTimeout(room.timer);
    if (this.byId.get(room.id) !== room) return;
    this.byId.delete(room.id);
    this.giveQuotaBack(room.owner);
  }

  // A room that nobody is inside of goes, rules and all.
  forgetLater(room) {
    clearTimeout(room.timer);
    if (room.owner !== null && room.members.size === 0) {
      room.timer = setTimeout(() => this.remove(room), this.graceMs);
      room.timer.unref();
    }
  }

  invite(room, user) {
    demand(room.guests.size < GUESTS_MAX, Error, 'too many guests');
    room.guests.add(user);
  }

  // The one way into a room.
  enter(room, member) {
    demand(room.admits(member.claims), Denied, 'not admitted to the room');
    if (room.members.has(member)) return;
    demand(!room.isFull, Full, `room full room=${room.id} limit=${room.size}`);
    const inside = this.byMember.get(member) ?? new Set();
    demand(inside.size < ROOMS_OF_MEMBER_MAX, Denied, 'inside too many rooms');
    this.byMember.set(member, inside.add(room));
    room.members.add(member);
    clearTimeout(room.timer);
  }

  leave(room, member) {
    const inside = this.byMember.get(member);
    room.members.delete(member);
    inside?.delete(room);
    if (inside?.size === 0) this.byMember.delete(member);
    this.forgetLater(room);
  }


  inspect() {
    return Array.from(this.byId.values(), (room) => {
      return { room: room.id, permission: room.permission, owner: room.owner ?? '', members: room.users() };
    });
  }
}

module.exports = { Rooms, readRules };
