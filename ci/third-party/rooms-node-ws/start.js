// The rooms service as its options have it, for `serve` and for child.js.
//
//     --keys FILE --control-token-file FILE [--port N] [--log FILE]
//     [--origin O]… [--trusted-proxy ADDRESS] and the limits of limits.js
//
// WSCONFORM_FAULT=NAME breaks one decision of it (faults.js).

'use strict';

const fs = require('node:fs');
const http = require('node:http');
const { parseArgs } = require('node:util');

const { Journal, Log } = require('../common/records');
const { Verifier, readKeyring } = require('../common/tokens');
const { FAULTS } = require('./faults');
const { DEFAULTS } = require('./limits');
const { Service } = require('./service');

const SOCKETS_MAX = 11_000; // those of members and strangers, and some for HTTP
const HANDSHAKE_MS = 10_000;

const string = { type: 'string' };
const numbers = {
  attempts: string,
  'window-ms': string,
  connections: string,
  'per-user': string,
  'room-size': string,
  'room-grace-ms': string,
  'rooms-per-user': string,
  'room-history': string,
  messages: string,
  'room-messages': string,
  'presence-check-ms': string,
  'presence-timeout-ms': string,
  'presence-cleanup-ms': string,
};

function optionsOf(args) {
  const known = {
    keys: string,
    'control-token-file': string,
    port: { ...string, default: '0' },
    log: string,
    origin: { ...string, multiple: true, default: [] },
    'trusted-proxy': { ...string, default: '' },
    ...numbers,
  };
  return parseArgs({ args, options: known }).values;
}

function limitsOf(options) {
  const found = { ...DEFAULTS, origins: options.origin, trustedProxy: options['trusted-proxy'] };
  for (const name of Object.keys(numbers)) {
    const member = name.replace(/-(\w)/g, (_, letter) => letter.toUpperCase());
    if (options[name] !== undefined) found[member] = Number(options[name]);
  }
  return found;
}

function serviceOf(options) {
  const keys = readKeyring(JSON.parse(fs.readFileSync(options.keys, 'utf8')));
  const service = new Service(new Verifier(keys), new Journal(new Log(options.log)), limitsOf(options));
  const fault = process.env.WSCONFORM_FAULT;
  if (fault) FAULTS[fault](service);
  return service;
}

function serverOf(service, listener) {
  const patience = { headersTimeout: HANDSHAKE_MS, requestTimeout: HANDSHAKE_MS };
  const server = http.createServer(patience, listener);
  server.maxConnections = SOCKETS_MAX;
  server.on('upgrade', (request, socket, head) => {
    socket.on('error', () => socket.destroy()); // a client that has gone is no fault of ours
    const status = service.turnAway(request);
    if (status === 0) service.upgrade(request, socket, head);
    else socket.end(`HTTP/1.1 ${status} ${http.STATUS_CODES[status]}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`);
  });
  return server;
}

module.exports = { optionsOf, serviceOf, serverOf };
