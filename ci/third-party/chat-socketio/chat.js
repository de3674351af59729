// A chat by Socket.IO, as its documentation has it: a middleware holds the token
// of the handshake to account, rooms are joined.

'use strict';

const fs = require('node:fs');
const { createServer } = require('node:http');
const jwt = require('jsonwebtoken');
const { Server } = require('socket.io');

const CONNECT_MS = 10_000; // who is in no namespace by then is closed (45 s where nothing is said)

// An http.Server that does not listen yet. `file`: the keyring, JSON.
function serverOf(file) {
  const { secret } = JSON.parse(fs.readFileSync(file, 'utf8')).find((key) => key.alg === 'HS256');
  const server = createServer();
  const io = new Server(server, { connectTimeout: CONNECT_MS });

  io.use((socket, next) => {
    try {
      const { sub, exp } = jwt.verify(socket.handshake.auth.token, secret, { algorithms: ['HS256'] });
      if (typeof sub !== 'string' || sub === '' || typeof exp !== 'number') throw new Error('no user');
      socket.data.user = sub;
      next();
    } catch {
      next(new Error('unauthorized'));
    }
  });

  io.on('connection', (socket) => {
    socket.on('join', (room, acknowledge) => {
      socket.join(String(room));
      acknowledge?.({ ok: true });
    });
    socket.on('whoami', (acknowledge) => acknowledge?.({ user: socket.data.user }));
    socket.on('publish', (message) => {
      if (typeof message?.text === 'string') {
        io.to('red').emit('message', { from: socket.data.user, text: message.text });
      }
    });
  });
  return server;
}

module.exports = { serverOf };
