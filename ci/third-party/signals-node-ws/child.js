// The signals service as a child of wsconform, without a port:
//
//     WSCONFORM_KEYS=keys.json mocks/kits/node-ws.mjs child.js

'use strict';

const fs = require('node:fs');

const { FAULTS } = require('./faults');
const { Journal, Log } = require('../common/records');
const { Service, serverOf } = require('./service');
const { Verifier, readKeyring } = require('../common/tokens');

let service;

exports.default = () => {
  const keys = readKeyring(JSON.parse(fs.readFileSync(process.env.WSCONFORM_KEYS, 'utf8')));
  service = new Service(new Verifier(keys), new Journal(new Log()));
  const fault = process.env.WSCONFORM_FAULT;
  if (fault) FAULTS[fault](service);
  return serverOf(service);
};

exports.hooks = {
  offers: ['decoder_fault'],
  publish: ({ text }) => service.broadcast(text),
  inspect: ({ since }) => service.inspect(since),
  revoke: ({ jti }) => service.revoke(jti),
  fault: ({ broken }) => (service.verifier.broken = broken),
};
