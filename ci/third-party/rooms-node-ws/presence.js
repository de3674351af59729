// Who is there: online, away, or offline; told to those who share a room.

'use strict';

const { Denied, Malformed, demand } = require('./objections');

class Presence {
  constructor(service, limits) {
    this.service = service;
    this.limits = limits;
    this.records = new Map(); // by user
    setInterval(() => this.check(), limits.presenceCheckMs).unref();
    setInterval(() => this.clean(), limits.presenceCleanupMs).unref();
  }

  // --- Records ---------------------------------------------------------------

  arrive(member) {
    const { user } = member.claims;
    const fresh = { status: 'offline', since: Date.now(), active: 0, members: new Set(), isLost: false };
    const record = this.records.get(user) ?? fresh;
    this.records.set(user, record);
    record.members.add(member);
    this.wake(user);
  }

  // The status first, while it is known whom to tell.
  depart(member) {
    const { user } = member.claims;
    const record = this.records.get(user);
    if (!record?.members.has(member)) return this.service.leaveRooms(member);
    if (this.isLast(record)) this.set(user, 'offline');
    this.service.leaveRooms(member);
    record.members.delete(member);
  }

  isLast(record) {
    return record.members.size === 1;
  }

  wake(user) {
    const record = this.records.get(user);
    if (!record) return;
    record.active = performance.now();
    if (record.status === 'offline') this.set(user, 'online');
    if (!record.isLost) return;
    record.isLost = false;
    this.tellRooms(user, 'user_joined');
  }

  set(user, status) {
    const record = this.records.get(user);
    if (record.status === status) return;
    Object.assign(record, { status, since: Date.now() });
    this.tellStatus(user, status);
  }

  // --- Time ------------------------------------------------------------------

  check() {
    for (const [user, record] of this.records) {
      const silent = performance.now() - record.active > this.limits.presenceTimeoutMs;
      if (record.members.size === 0 || record.isLost || !silent) continue;
      this.set(user, 'offline');
      this.tellRooms(user, 'user_left');
      record.isLost = true;
    }
  }

  clean() {
    for (const [user, { members }] of this.records) if (members.size === 0) this.records.delete(user);
  }

  // --- Telling ---------------------------------------------------------------

  // Each once, however many connections are inside.
  roomsOf(user) {
    const members = [...(this.records.get(user)?.members ?? [])];
    return new Set(members.flatMap((member) => [...(this.service.rooms.byMember.get(member) ?? [])]));
  }

  // To the others in all rooms of the user, each connection once.
  tellStatus(user, status) {
    const all = new Set([...this.roomsOf(user)].flatMap((room) => [...room.members]));
    const others = [...all].filter(({ claims }) => claims.user !== user);
    this.service.tellAll(others, { type: 'presence_update', user_id: user, status });
  }

  tellRooms(user, type) {
    for (const room of this.roomsOf(user)) this.tellRoom(room, type, user);
  }

  // With the last connection; of one that was lost it has been told already.
  left(room, user) {
    if (!room.hasUser(user) && !this.records.get(user)?.isLost) this.tellRoom(room, 'user_left', user);
  }

  tellRoom(room, type, user) {
    const others = [...room.members].filter(({ claims }) => claims.user !== user);
    this.service.tellAll(others, { type, room: room.id, user_id: user });
  }

  // --- Asking ----------------------------------------------------------------

  // One's own, whatever the message names; offline is found, not said.
  say(member, message) {
    demand(message.status === 'online' || message.status === 'away', Malformed, 'no status to be set');
    this.set(this.subject(member, message), message.status);
  }

  subject({ claims }) {
    return claims.user;
  }

  ask(member, user) {
    const record = this.records.get(user);
    demand(record && this.maySee(member.claims.user, user), Denied, 'nobody that is known');
    this.service.tell(member, { type: 'presence', user_id: user, status: record.status });
  }

  // Oneself, and who is in a room with one.
  maySee(asker, user) {
    const shared = this.roomsOf(asker);
    return asker === user || [...this.roomsOf(user)].some((room) => shared.has(room));
  }

  inspect() {
    return Array.from(this.records, ([user, { status, since }]) => ({ user, status, since }));
  }
}

module.exports = { Presence };
