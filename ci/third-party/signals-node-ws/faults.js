// The faults of which the review speaks, one function each: it replaces one
// decision of the sound service. The service itself knows nothing of them.

'use strict';

const jwt = require('jsonwebtoken');
const { Member, tokensOf, INVALID } = require('./service');
const { seconds } = require('../common/tokens');

const GUEST_LIFE_S = 600;
const LOOKUP_MS = 20; // what a look into a database takes

const guest = () => ({ user: 'guest', exp: seconds() + GUEST_LIFE_S, role: '', jti: '' });

// Calls `replace(original)` for what now stands in the place of a method.
function replace(object, name, replacement) {
  object[name] = replacement(object[name].bind(object));
}

const FAULTS = {
  // --- Who comes in ----------------------------------------------------------

  // Adds to the pool, looks the user up, and removes who is refused.
  pool_before_auth(service) {
    replace(service, 'attend', (attend) => (socket, tokens) => {
      const newcomer = new Member(socket, guest());
      service.join(newcomer);
      setTimeout(() => {
        service.leave(newcomer);
        attend(socket, tokens);
      }, LOOKUP_MS);
    });
  },

  missing_return_after_close(service) {
    replace(service, 'authenticate', (authenticate) => (socket, tokens) =>
      authenticate(socket, tokens) ?? guest());
  },

  refuses_everybody(service) {
    service.verify = () => {
      throw new jwt.JsonWebTokenError('invalid token');
    };
  },

  // `token === undefined` where `!token` is right.
  empty_token_reaches_decoder(service) {
    replace(service, 'authenticate', (authenticate) => (socket, tokens) => {
      if (tokens[0] === '') return service.refuse(socket, INVALID, 'invalid', 'jwt malformed');
      return authenticate(socket, tokens);
    });
  },

  null_is_missing(service) {
    const words = ['null', 'undefined', 'None'];
    replace(service, 'authenticate', (authenticate) => (socket, tokens) =>
      authenticate(socket, tokens.filter((token) => !words.includes(token))));
  },

  // `jwt.decode` where `jwt.verify` is right.
  signature_unchecked(service) {
    service.verifier.decode = (token) => jwt.decode(token);
  },

  // `algorithms: [header.alg]`, with whatever key is of the family.
  alg_from_header(service) {
    const keys = [...service.verifier.keys];
    service.verifier.chooseKey = ({ alg }) => {
      const [, key] = keys.find(([own]) => own.slice(0, 2) === alg.slice(0, 2));
      return [key, [alg]];
    };
  },

  // --- Time ------------------------------------------------------------------

  expiry_unchecked(service) {
    service.verifier.options.ignoreExpiration = true;
    service.verifier.secondsLeft = () => GUEST_LIFE_S;
  },

  // jsonwebtoken judges `exp` where it stands, and is content where it does not.
  exp_optional(service) {
    replace(service.verifier, 'read', (read) => (payload) =>
      read({ exp: seconds() + GUEST_LIFE_S, ...payload }));
  },

  // An ISO date without its Z is local time.
  timezone_naive_expiry(service) {
    const verifier = service.verifier;
    verifier.options.ignoreExpiration = true;
    verifier.secondsLeft = ({ exp }) => exp - new Date(new Date().toISOString().slice(0, -1)) / 1000;
    replace(verifier, 'read', (read) => (payload) => {
      const claims = read(payload);
      if (verifier.secondsLeft(claims) < 0) throw new Error('jwt expired');
      return claims;
    });
  },

  lifetime_unbounded(service) {
    replace(service.verifier, 'read', (read) => ({ iat, ...payload }) => {
      const { exp } = payload;
      return { ...read({ ...payload, exp: Math.min(exp, seconds() + GUEST_LIFE_S) }), exp };
    });
  },

  // --- How it is told --------------------------------------------------------

  http_403_before_accept(service) {
    replace(service, 'upgrade', (upgrade) => (request, socket, head) => {
      try {
        service.verify(tokensOf(request)[0] ?? '');
        upgrade(request, socket, head);
      } catch {
        socket.end('HTTP/1.1 403 Forbidden\r\nConnection: close\r\nContent-Length: 0\r\n\r\n');
      }
    });
  },

  // What no token can cause is not caught. Without the handler the service
  // would be gone after the first.
  decoder_exception_escapes(service) {
    process.on('uncaughtException', (fault) => service.log.line('ERROR', `uncaught: ${fault}`));
    replace(service, 'authenticate', (authenticate) => (socket, tokens) => {
      if (service.verifier.broken && tokens[0]) service.verify(tokens[0]);
      return authenticate(socket, tokens);
    });
  },

  wrong_close_code(service) {
    replace(service, 'close', (close) => (socket, [, reason]) => close(socket, [4001, reason]));
  },

  close_without_reason(service) {
    replace(service, 'close', (close) => (socket, [code]) => close(socket, [code, '']));
  },

  oracle_reasons(service) {
    replace(service, 'refuse', (refuse) => (socket, [code, reason], cause, detail) =>
      refuse(socket, [code, detail || reason], cause, detail));
  },

  welcome_before_auth(service) {
    replace(service, 'attend', (attend) => (socket, tokens) => {
      socket.send(JSON.stringify({ type: 'connected', clients: service.pool.size }));
      attend(socket, tokens);
    });
  },

  exception_text_to_client(service) {
    service.errorMessage = (fault) => {
      return { type: 'error', message: `Message processing failed: ${fault.stack}` };
    };
  },

  // ws waits 30 s for the answer to a Close unless it is told otherwise.
  close_waits_for_the_client(service) {
    service.server.options.closeTimeout = 30_000;
  },

  // --- The pool and the log --------------------------------------------------

  // Looks up whom to tell, learns of a departure from a send that fails, and
  // stops there.
  first_failed_send_aborts_broadcast(service) {
    const leave = service.leave.bind(service);
    service.leave = () => {};
    service.broadcast = (text) => {
      setTimeout(() => {
        for (const member of service.pool) {
          if (member.socket.readyState !== member.socket.OPEN) return leave(member);
          service.tell(member, { type: 'signal', text });
        }
      }, LOOKUP_MS);
    };
  },

  revocation_forgotten(service) {
    service.revoke = () => {};
  },

  token_in_access_log(service) {
    service.log.mask = (line) => line;
  },
};

module.exports = { FAULTS };
