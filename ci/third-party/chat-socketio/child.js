// The chat as a child of wsconform, without a port:
//
//     WSCONFORM_KEYS=keys.json mocks/kits/node-ws.mjs child.js

'use strict';

const { serverOf } = require('./chat');

exports.default = () => serverOf(process.env.WSCONFORM_KEYS);
