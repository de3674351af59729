// Connections whose token held, and the one way to become such. A service adds
// who may knock, and what is said.
//
// All of a connection's admission happens in one turn of the event loop: what
// the client has sent along with its handshake finds the listeners in place.

'use strict';

const { WebSocketServer } = require('ws');
const { LIFETIME_MAX_S, seconds } = require('./tokens');

const MESSAGE_BYTES_MAX = 64 * 1024;
const OUTBOX_BYTES_MAX = 1024 * 1024;
const REVOKED_MAX = 16_384;
const CLOSE_MS = 1000; // how long a client may take to answer a Close

// A connection whose token held. Only this can stand in the pool.
class Member {
  constructor(socket, claims) {
    this.socket = socket;
    this.claims = claims;
  }

  get peer() {
    return this.socket.peer;
  }
}

class Members {
  // The closed list of refusals: no reason is ever built from an exception.
  constructor(verifier, journal, refusals, connectionsMax = 10_000) {
    this.verifier = verifier;
    this.journal = journal;
    this.log = journal.log;
    this.refusals = { busy: [1013, 'Try again later'], shutdown: [1001, 'Server shutdown'], ...refusals };
    this.connectionsMax = connectionsMax;
    this.pool = new Set(); // of members, oldest first
    this.revoked = new Map(); // jti: when no token can bear it any more
    this.server = new WebSocketServer({
      noServer: true,
      maxPayload: MESSAGE_BYTES_MAX,
      closeTimeout: CLOSE_MS,
    });
  }

  // --- A connection ----------------------------------------------------------

  upgrade(request, socket, head) {
    const { remoteAddress, remotePort } = socket; // gone once the client has
    const peer = `${remoteAddress}:${remotePort}`;
    this.log.line('INFO', `${peer} "GET ${request.url}"`);
    this.server.handleUpgrade(request, socket, head, (ws) => {
      ws.peer = peer;
      ws.on('error', (fault) => this.log.line('WARNING', `${peer} ${fault}`)); // ws has closed it
      this.attend(ws, this.tokensOf(request), request);
    });
  }

  attend(socket, tokens) {
    const claims = this.authenticate(socket, tokens);
    if (claims) this.serve(new Member(socket, claims));
  }

  // The claims of a token that holds. Nothing: the client has been refused.
  authenticate(socket, tokens) {
    if (this.server.clients.size > this.connectionsMax) return this.refuse(socket, this.refusals.busy, 'busy');
    if (tokens.length > 1) return this.refuse(socket, this.refusals.invalid, 'invalid', 'two tokens');
    if (!tokens[0]) return this.refuse(socket, this.refusals.missing, 'missing');
    try {
      const claims = this.verify(tokens[0]);
      this.journal.audit('auth_ok', 'INFO', { peer: socket.peer, user: claims.user });
      return claims;
    } catch (fault) {
      // Whatever the decoder does, one answer to all.
      return this.refuse(socket, this.refusals.invalid, 'invalid', fault.message);
    }
  }

  verify(token) {
    const claims = this.verifier.verify(token);
    if (this.revoked.has(claims.jti)) throw new Error('revoked');
    return claims;
  }

  refuse(socket, refusal, cause, detail = '', user = '') {
    this.journal.audit('auth_refused', 'WARNING', { peer: socket.peer, cause, detail, user });
    this.close(socket, refusal);
  }

  close(socket, [code, reason]) {
    socket.close(code, reason);
  }

  // --- A member --------------------------------------------------------------

  serve(member) {
    const expire = () => this.dismiss(member, this.refusals.invalid);
    const timer = setTimeout(expire, 1000 * this.verifier.secondsLeft(member.claims));
    this.join(member);
    member.socket.on('message', (data, isBinary) => this.read(member, data, isBinary));
    member.socket.on('close', () => {
      clearTimeout(timer);
      this.leave(member);
    });
  }

  join(member) {
    this.pool.add(member);
    this.journal.poolChanged('add', member.peer, member.claims.user);
  }

  leave(member) {
    if (this.pool.delete(member)) this.journal.poolChanged('remove', member.peer, member.claims.user);
  }

  dismiss(member, refusal) {
    this.leave(member);
    this.close(member.socket, refusal);
  }

  read(member, data, isBinary) {
    if (!this.pool.has(member)) return; // dismissed, its Close not yet answered
    this.attempt(member, () => this.obey(member, isBinary ? '' : data.toString()));
  }

  attempt(member, act) {
    try {
      act();
    } catch (fault) {
      const who = `${member.peer} user=${member.claims.user} event=${fault.event ?? '-'}`;
      this.log.line(fault.level ?? 'ERROR', `message refused ${who}: ${fault}`);
      this.tell(member, this.errorMessage(fault));
    }
  }

  // The fault goes to the log; the client learns that there was one.
  errorMessage(fault) {
    return { type: 'error', message: 'Message processing failed' };
  }

  // Never waits: a member that reads too slowly holds up no other.
  tell(member, message) {
    if (member.socket.bufferedAmount > OUTBOX_BYTES_MAX) this.dismiss(member, this.refusals.busy);
    else member.socket.send(JSON.stringify(message));
  }

  tellAll(members, message) {
    for (const member of members) this.tell(member, message);
  }

  // --- For operators ---------------------------------------------------------

  // Until the last token that may bear this jti has expired.
  revoke(jti) {
    const now = seconds();
    for (const [old, end] of this.revoked) if (end <= now) this.revoked.delete(old);
    if (this.revoked.size >= REVOKED_MAX) throw new Error('too many revocations');
    this.revoked.set(jti, now + LIFETIME_MAX_S);
    for (const member of this.pool) if (member.claims.jti === jti) this.dismiss(member, this.refusals.invalid);
  }

  inspect(since) {
    const pool = Array.from(this.pool, ({ peer, claims }) => ({ peer, user: claims.user }));
    const connections = this.server.clients.size;
    const gauges = { connections, strangers: connections - pool.length, members: pool.length, pending: 0 };
    return { pool, gauges, ...this.journal.since(since) };
  }

  shutdown() {
    for (const socket of this.server.clients) this.close(socket, this.refusals.shutdown);
  }
}

// A lone surrogate is no text that a client could read.
const isText = (text) => typeof text === 'string' && !/\p{Surrogate}/u.test(text);

function checkText(text) {
  if (!isText(text)) throw new TypeError('no text');
  return text;
}

module.exports = { Member, Members, isText, checkText };
