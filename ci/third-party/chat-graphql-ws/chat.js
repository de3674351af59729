// The chat, as the documentation of graphql-ws has it, on a server of "ws": for
// `serve` and for child.js. A JSON Web Token comes in connection_init.

'use strict';

const fs = require('node:fs');
const jwt = require('jsonwebtoken');
const { useServer } = require('graphql-ws/use/ws');

const schema = require('./schema');

const OPTIONS = { path: '/graphql', maxPayload: 64 * 1024 };

const secretOf = (file) => JSON.parse(fs.readFileSync(file, 'utf8')).find((key) => key.alg === 'HS256').secret;

function chat(server, secret) {
  useServer(
    {
      schema,
      context: ({ extra }) => ({ user: extra.user, role: extra.role }),
      onConnect({ connectionParams, extra }) {
        try {
          const { sub, role, exp } = jwt.verify(connectionParams?.token, secret, { algorithms: ['HS256'] });
          if (typeof sub !== 'string' || sub === '' || typeof exp !== 'number') return false;
          extra.user = sub;
          extra.role = role;
          return { user: sub };
        } catch {
          return false;
        }
      },
    },
    server,
  );
}

module.exports = { OPTIONS, chat, secretOf };
