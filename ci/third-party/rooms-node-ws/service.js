// The rooms of the third review: members meet in rooms that admit everybody,
// the invited, certain roles, or their owner alone. Here is who comes in;
// messages.js is what they ask, rooms.js what is remembered.

'use strict';

const { Member, Members, checkText } = require('../common/members');
const { Addresses, Users, addressOf, originHolds } = require('./limits');
const { Messages } = require('./messages');
const { Rooms } = require('./rooms');

const PATH = '/rooms';
const BEARER = /^Bearer +/i;

const MISSING = [4001, 'Authentication required'];
const INVALID = [4001, 'Invalid or expired token'];
const TOO_OFTEN = [1013, 'Too many attempts'];
const TOO_MANY = [1013, 'Too many connections'];

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
    this.rooms = new Rooms(limits);
    this.messages = new Messages(this, this.rooms);
  }

  // --- A connection ----------------------------------------------------------

  // What is wrong with a request that is not even upgraded: an HTTP status.
  turnAway(request) {
    if (!this.originHolds(request)) return 403;
    request.isAllowed = this.addresses.attempt(this.addressOf(request));
    return request.isAllowed && request.url.split('?')[0] !== PATH ? 404 : 0;
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

  leave(member) {
    this.rooms.leaveAll(member);
    super.leave(member);
  }

  obey(member, text) {
    this.messages.answer(member, text);
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
      rooms: this.rooms.inspect(),
    };
  }
}

module.exports = { Service, PATH, INVALID, queryOf };
