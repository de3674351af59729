// The service of the review: a token in the query, a refusal told by a Close
// behind the upgrade, signals broadcast to a pool that only members enter.

'use strict';

const http = require('node:http');

const { Member, Members, checkText } = require('../common/members');

const PATH = '/ws';
const SOCKETS_MAX = 11_000; // those of members and strangers, and some for HTTP
const HANDSHAKE_MS = 10_000;
const MISSING = [1008, 'Authentication required'];
const INVALID = [1008, 'Invalid or expired token'];

// Of a request for PATH, and there may be several.
const tokensOf = ({ url }) => new URLSearchParams(url.slice(PATH.length)).getAll('token');

class Service extends Members {
  constructor(verifier, journal) {
    super(verifier, journal, { missing: MISSING, invalid: INVALID });
    this.tokensOf = tokensOf;
  }

  obey(member, text) {
    const message = JSON.parse(text);
    if (message?.type !== 'publish') throw new Error('no message that we know');
    if (member.claims.role !== 'publisher') throw new Error('not a publisher');
    this.broadcast(message.text);
  }

  broadcast(text) {
    this.tellAll(this.pool, { type: 'signal', text: checkText(text) });
  }
}

// What is no upgrade is for `operators`.
function serverOf(service, operators) {
  const patience = { headersTimeout: HANDSHAKE_MS, requestTimeout: HANDSHAKE_MS };
  const server = http.createServer(patience, operators);
  server.maxConnections = SOCKETS_MAX;
  server.on('upgrade', (request, socket, head) => {
    socket.on('error', () => socket.destroy()); // a client that has gone is no fault of ours
    if (request.url.split('?')[0] === PATH) service.upgrade(request, socket, head);
    else socket.end('HTTP/1.1 404 Not Found\r\nConnection: close\r\nContent-Length: 0\r\n\r\n');
  });
  return server;
}

module.exports = { Service, serverOf, Member, tokensOf, INVALID, PATH };
