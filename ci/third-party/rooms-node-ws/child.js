// The rooms service as a child of wsconform (common/kit.py).

'use strict';

const { optionsOf, serverOf, serviceOf } = require('./start');

const words = (name) => JSON.parse(process.env[name]);

let service;

exports.default = () => {
  service = serviceOf(optionsOf(words('WSCONFORM_OPTIONS')));
  return serverOf(service);
};

exports.tight = () => serverOf(serviceOf(optionsOf(words('WSCONFORM_TIGHT'))));

exports.hooks = {
  offers: ['decoder_fault'],
  publish: ({ text }) => service.broadcast(text),
  inspect: ({ since }) => service.inspect(since),
  revoke: ({ jti }) => service.revoke(jti),
  fault: ({ broken }) => (service.verifier.broken = broken),
};
