// The chat as a child of wsconform, without a port:
//
//     WSCONFORM_KEYS=keys.json mocks/kits/node-ws.mjs child.js

'use strict';

const { OPTIONS, chat, secretOf } = require('./chat');

exports.options = OPTIONS;
exports.default = (server) => chat(server, secretOf(process.env.WSCONFORM_KEYS));
