#!/usr/bin/env node
// Any service on Node's `ws` as a child of wsconform: its own http.Server and ws, on streams in
// place of TCP, without a port, on a clock that costs nothing. It speaks mocks/PROTOCOL.md.
//
//     wsconform run --target my.json --exec "node node-ws.mjs ./service.mjs [SILENCE_MS]"
//
// The module's default export is called, for each world, with a WebSocketServer, which was made
// with the module's export `options` (verifyClient, maxPayload, …), and its http.Server. If it
// returns an http.Server, that is served instead, 'upgrade' listeners and all. An export `tight` is
// called likewise, for the same with tight limits. What no client can ask for is done by functions
// of the export `hooks`, plain or async, so far as there are any:
//
//     publish({ text, tenant })   revoke({ jti })   inspect({ since }) → { pool: […], … }
//     issue({ user, role }) → token   fault({ what, broken })   provision({ what, values })
//     ask_without_context() → { refused, text }
//     offers: […], what fault and provision serve: "decoder_fault", "tenants", …
// A line is obeyed when the service is at rest: no microtask, no setImmediate, no call into the
// thread pool is left; sockets of its own (a database) have been silent for SILENCE_MS (20). Time
// passes on `elapse` alone, from timer to timer: for setTimeout, setInterval, timers/promises, Date
// and performance (@sinonjs/fake-timers). The log is what comes on process.stdout and stderr. A
// reset reads the module again; of those that it imports, only what is CommonJS.

import fs from 'node:fs';
import http from 'node:http';
import path from 'node:path';
import { Writable } from 'node:stream';

import { Client } from './node-ws-client.mjs';
import { clock, elapse, file, load, require, rest } from './node-ws-clock.mjs'; // its time from here on

const READ_BYTES = 64 * 1024;
const LOG_CHARS_MAX = 4 * 1024 * 1024;
const HOME = process.env.TZ ?? Intl.DateTimeFormat().resolvedOptions().timeZone;
const WIRE = ['end', 'ping', 'parts', 'raw', 'deaf', 'deflate'];
const OFFERS = { publish: 'broadcast', inspect: 'inspect', revoke: 'revocation', issue: 'issuer', ask_without_context: 'managers' };
const ANSWERS = {
  inspect: (state) => ({ on: 'inspect', state }),
  issue: (token) => ({ on: 'token', token }),
  ask_without_context: (answer) => ({ on: 'answer', ...answer }),
};

let said = ''; // and not yet written
let log = '';
let world;
const debts = []; // of the clients

const tell = (line) => (said += JSON.stringify(line) + '\n');

// Node's own would make pipes of these that answer "try again".
const write = (text, encoding, done) => {
  if (log.length < LOG_CHARS_MAX) log += text;
  fs.writeSync(2, text);
  done();
};
for (const name of ['stdout', 'stderr']) Object.defineProperty(process, name, { value: new Writable({ write }) });

function flush() {
  for (let left = Buffer.from(said); left.length; ) left = left.subarray(fs.writeSync(1, left));
  said = '';
}

function* lines() {
  const decoder = new TextDecoder();
  const chunk = Buffer.alloc(READ_BYTES);
  for (let unread = ''; ; ) {
    flush();
    const size = fs.readSync(0, chunk);
    if (size === 0) return;
    const whole = (unread + decoder.decode(chunk.subarray(0, size), { stream: true })).split('\n');
    unread = whole.pop();
    yield* whole;
  }
}

async function serverOf(attach, options) {
  const { WebSocketServer } = require('ws');
  const server = http.createServer();
  const made = await attach(new WebSocketServer({ server, ...options }), server);
  return made instanceof http.Server ? made : server;
}

async function begin() {
  const module = await load();
  const server = await serverOf(module.default ?? module, module.options);
  const tight = module.tight && (await serverOf(module.tight, module.options));
  world = { server, tight, hooks: module.hooks ?? {}, clients: new Map() };
  await rest();
}

const verbs = {
  hello({ nonce, now_ms }) {
    clock.setSystemTime(now_ms);
    const offers = Object.keys(OFFERS).filter((verb) => verb in world.hooks).map((verb) => OFFERS[verb]);
    offers.push('log', 'timezones', ...(world.tight ? ['tight'] : []), ...(world.hooks.offers ?? []));
    tell({ on: 'hello', nonce, name: path.basename(file), clock: 'virtual', now_ms, offers, wire: WIRE });
  },
  open(line) {
    process.env.TZ = line.timezone ?? HOME;
    const client = new Client(line, tell, (debt) => debts.push(debt));
    world.clients.set(line.socket, client);
    (line.tight ? world.tight : world.server).emit('connection', client);
  },
  elapse,
  settle: ({ seq }) => tell({ on: 'settled', seq, now_ms: Date.now() }),
  log: ({ seq }) => tell({ on: 'log', seq, lines: log.replaceAll('\0', '\ufffd').split('\n') }),
  async reset({ seq }) {
    const now = Date.now();
    for (const client of world.clients.values()) client.drop({ how: 'reset' });
    await rest();
    clock.reset();
    clock.setSystemTime(now);
    log = '';
    await begin();
    tell({ on: 'done', seq });
  },
  bye: () => (flush(), process.exit(0)),
};

async function call(hook, { do: verb, seq, ...values }) {
  try {
    const found = await hook(values);
    tell({ seq, ...(ANSWERS[verb]?.(found) ?? { on: 'done' }) });
  } catch (fault) {
    tell({ on: 'failed', seq, why: String(fault) });
  }
}

function obey(line) {
  const { do: verb, socket, seq } = line;
  const client = world.clients.get(socket);
  if (client) return client[verb](line);
  if (Object.hasOwn(verbs, verb)) return verbs[verb](line);
  if (typeof world.hooks[verb] === 'function') return void call(world.hooks[verb], line);
  tell({ on: 'unsupported', do: verb, seq });
}

await begin();
for (const text of lines()) {
  const line = JSON.parse(text);
  while (debts.length > 0 && line.do !== 'deaf') {
    for (const pay of debts.splice(0)) pay();
    await rest();
  }
  await obey(line);
  await rest();
}
process.exit(0);
