// What operators may ask over HTTP, with a Bearer token.

'use strict';

const crypto = require('node:crypto');

const BODY_BYTES_MAX = 64 * 1024;

const digest = (text) => crypto.createHash('sha256').update(text).digest();

async function readBody(request) {
  const chunks = [];
  let size = 0;
  for await (const chunk of request) {
    size += chunk.length;
    if (size > BODY_BYTES_MAX) throw new RangeError('body too big');
    chunks.push(chunk);
  }
  return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(Buffer.concat(chunks)));
}

function text(value) {
  if (typeof value !== 'string') throw new TypeError('no string');
  return value;
}

function control(service, token) {
  const expected = digest(`Bearer ${token}`);
  const routes = {
    'POST /control/publish': (body) => service.broadcast(body.text),
    'POST /control/revoke': (body) => service.revoke(text(body.jti)),
    'POST /control/fault': ({ what, broken }) => {
      if (what !== 'decoder') throw new TypeError('no such fault');
      service.verifier.broken = broken === true;
    },
    'GET /control/inspect': (_, query) => service.inspect(Number(query.get('since'))),
  };

  async function answer(request) {
    if (!crypto.timingSafeEqual(digest(request.headers.authorization ?? ''), expected)) return [401];
    const [path, query] = request.url.split('?');
    const route = routes[`${request.method} ${path}`];
    if (!route) return [404];
    try {
      const body = request.method === 'POST' ? await readBody(request) : null;
      const found = route(body, new URLSearchParams(query));
      return found ? [200, JSON.stringify(found)] : [204];
    } catch (fault) {
      service.log.line('WARNING', `control: ${fault}`);
      return [400];
    }
  }

  return async (request, response) => {
    const [status, body] = await answer(request);
    response.writeHead(status, body && { 'Content-Type': 'application/json' }).end(body);
  };
}

module.exports = { control };
