// The rooms of the third review: members meet in rooms that admit everybody,
// the invited, certain roles, or their owner alone. Here is who comes in;
// messages.js is what they ask, rooms.js what is remembered.

'use strict';

const { Member, Members, checkText } = require('../common/members');
const { Addresses, Users, addressOf, originHolds } = require('./limits');
const { Messages } = require('./messages');
const { TooOften, demand } = require('./objections');
const { Presence } = require('./presence');
const { Rooms } = require('./rooms');
const { LIFETIME_MAX_S } = require('../common/tokens');

const PATH = '/rooms';
const BEARER = /^Bearer +/i;

const MISSING = [4001, 'Authentication required'];
const INVALID = [4001, 'Invalid or expired token'];
const TOO_OFTEN = [1013, 'Too many attempts'];
const TOO_MANY = [1013, 'Too many connections'];
const LOGGED_OUT = [4001, 'Logged out'];

const MESSAGE_BYTES_MAX = 1024 * 1024; // of text; there is no other

const DEFLATE = { serverNoContextTakeover: true, clientNoContextTakeover: true, threshold: 1025 };

const queryOf = ({ url }) => new URLSearchParams(url.slice(PATH.length));

// Of a request for PATH, by either way, and there may be several.
function tokensOf(request) {
  const bearers = (request.headersDistinct.authorization ?? []).filter((value) => BEARER.test(value));
  return [...queryOf(request).getAll('token'), ...bearers.map((value) => value.replace(BEARER, ''))];
}

class Service extends Members {
  constructor(verifier, journal, limits) {
    super(verifier, journal, { missing: MISSING, invalid: INVALID }, limits.connections);
    this.limits = limits;
    this.tokensOf = tokensOf;
    this.addresses = new Addresses(limits);
    this.users = new Users(limits);
    this.userMessages = new Addresses({ attempts: limits.messages, windowMs: 1000 });
    this.roomMessages = new Addresses({ attempts: limits.roomMessages, windowMs: 1000 });
    this.loggedOut = new Map(); // user: tokens issued until then hold no longer
    this.server.options.maxPayload = MESSAGE_BYTES_MAX;
    this.server.options.perMessageDeflate = DEFLATE;
    this.rooms = new Rooms(limits);
    this.messages = new Messages(this, this.rooms);
    this.presence = new Presence(this, limits);
  }

  // --- A connection ----------------------------------------------------------

  // What is wrong with a request that is not even upgraded: an HTTP status.
  turnAway(request) {
    if (!this.originHolds(request)) return this.refuseOrigin(request);
    request.isAllowed = this.addresses.attempt(this.addressOf(request));
    return request.isAllowed && request.url.split('?')[0] !== PATH ? 404 : 0;
  }

  refuseOrigin({ socket }) {
    const peer = `${socket.remoteAddress}:${socket.remotePort}`;
    this.journal.audit('auth_refused', 'WARNING', { peer, cause: 'origin' });
    return 403;
  }

  originHolds(request) {
    return originHolds(request, this.limits);
  }

  addressOf(request) {
    return addressOf(request, this.limits);
  }

  attend(socket, tokens, request) {
    if (!request.isAllowed) return this.refuse(socket, TOO_OFTEN, 'attempts');
    const claims = this.authenticate(socket, tokens);
    if (!claims) return;
    const { user } = claims;
    if (!this.users.take(user)) return this.refuse(socket, TOO_MANY, 'per_user', '', user);
    socket.on('close', () => this.users.giveBack(user));
    const member = new Member(socket, claims);
    this.serve(member);
    this.enterAtOnce(member, queryOf(request).get('room'));
  }

  // The room that the handshake names, as a message would ask for it.
  enterAtOnce(member, room) {
    if (room !== null) this.attempt(member, () => this.messages.join(member, { room }));
  }

  // Who did what, and no word of what was said.
  note(member, event, room = '-') {
    this.log.line('INFO', `activity ${member.peer} user=${member.claims.user} event=${event} room=${room} outcome=ok`);
  }

  join(member) {
    super.join(member);
    this.note(member, 'connect');
    member.since = Date.now();
    this.presence.arrive(member);
    member.socket.on('ping', () => this.presence.wake(member.claims.user));
  }

  leave(member) {
    if (this.pool.has(member)) this.note(member, 'disconnect');
    this.presence.depart(member);
    super.leave(member);
  }

  leaveRooms(member) {
    for (const room of this.rooms.byMember.get(member) ?? []) this.messages.putOut(member, room);
  }

  // --- Messages --------------------------------------------------------------

  read(member, data, isBinary) {
    if (!this.pool.has(member)) return; // dismissed, its Close not yet answered
    member.lastActivity = Date.now();
    this.presence.wake(member.claims.user);
    this.attempt(member, () => {
      demand(this.mayMessage(member), TooOften, 'messages of a user');
      this.messages.answer(member, isBinary ? '' : data.toString());
    });
  }

  mayMessage({ claims }) {
    return this.userMessages.attempt(claims.user);
  }

  // Everywhere, and whatever was issued until now.
  logOut(user) {
    const now = Math.floor(Date.now() / 1000);
    for (const [old, { until }] of this.loggedOut) if (until < now) this.loggedOut.delete(old);
    this.loggedOut.set(user, { at: now, until: now + LIFETIME_MAX_S });
    for (const member of [...this.pool]) if (member.claims.user === user) this.dismiss(member, LOGGED_OUT);
  }

  verify(token) {
    const claims = super.verify(token);
    const out = this.loggedOut.get(claims.user);
    if (out && !(claims.iat > out.at)) throw new Error('logged out');
    return claims;
  }

  errorMessage(fault) {
    const { event, code = 'failed' } = fault;
    return { ...super.errorMessage(fault), event, code };
  }

  broadcast(text) {
    this.tellAll(this.pool, { type: 'event', text: checkText(text) });
  }

  // --- For operators ---------------------------------------------------------

  inspect(since) {
    const { gauges, ...found } = super.inspect(since);
    const more = {
      tracked_addresses: this.addresses.windows.size,
      tracked_users: this.users.counts.size,
      cleanups: this.addresses.cleanup ? 1 : 0,
    };
    return {
      ...found,
      gauges: { ...gauges, ...more },
      addresses: [...this.addresses.windows.keys()],
      senders: [...this.userMessages.windows.keys()],
      rooms: this.rooms.inspect(),
      presence: this.presence.inspect(),
      sessions: Array.from(this.pool, ({ claims, since, lastActivity = since }) => {
        return { user: claims.user, since, last_activity: lastActivity };
      }),
    };
  }
}

module.exports = { Service, PATH, INVALID, queryOf };
