// Verifies JWTs: each key serves one algorithm, and what is odd is refused.

'use strict';

const crypto = require('node:crypto');
const jwt = require('jsonwebtoken');

const TOKEN_CHARS_MAX = 4096;
const USER_BYTES_MAX = 128;
const JTI_BYTES_MAX = 64;
const LIFETIME_MAX_S = 900;
const SECRET_BYTES_MIN = 32; // RFC 7518 3.2

const COMPACT = /^[\w-]+\.[\w-]+\.[\w-]+$/;
// A string, or one of the characters that give JSON its shape.
const JSON_SHAPE = /"(?:\\.|[^"\\])*"|[{}[\]:]/g;

// What jsonwebtoken verifies, and the key that each takes. EdDSA is not among
// it, and a second verifier beside the library's would be ours to get wrong.
const SERVES = {
  HS256: ({ symmetricKeySize }) => symmetricKeySize >= SECRET_BYTES_MIN,
  RS256: ({ asymmetricKeyType, asymmetricKeyDetails }) =>
    asymmetricKeyType === 'rsa' && asymmetricKeyDetails.modulusLength >= 2048,
  ES256: ({ asymmetricKeyType, asymmetricKeyDetails }) =>
    asymmetricKeyType === 'ec' && asymmetricKeyDetails.namedCurve === 'prime256v1',
};

const seconds = () => Date.now() / 1000;

// [{"alg", "secret" | "public_key"}, …] as a Map of algorithms to keys.
function readKeyring(entries) {
  const keys = new Map();
  for (const { alg, secret, public_key: pem } of entries) {
    const key = pem ? crypto.createPublicKey(pem) : crypto.createSecretKey(secret, 'utf8');
    if (keys.has(alg)) throw new Error(`a second key for ${alg}`);
    if (!SERVES[alg]?.(key)) throw new Error(`this key does not serve ${alg}`);
    keys.set(alg, key);
  }
  if (keys.size === 0) throw new Error('no key');
  return keys;
}

// JSON.parse would silently take the last of them.
function refuseTwins(json) {
  const objects = [];
  let string;
  for (const [piece] of json.matchAll(JSON_SHAPE)) {
    if (piece === '{' || piece === '[') objects.push(new Set());
    else if (piece === '}' || piece === ']') objects.pop();
    else if (piece !== ':') string = JSON.parse(piece);
    else if (objects.at(-1).has(string)) throw new Error('a name that stands twice');
    else objects.at(-1).add(string);
  }
}

// A part has one spelling in base64url.
function readPart(part) {
  const bytes = Buffer.from(part, 'base64url');
  if (bytes.toString('base64url') !== part) throw new Error('not canonical');
  return bytes;
}

function readObject(part) {
  const json = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(readPart(part));
  const value = JSON.parse(json);
  if (Object.prototype.toString.call(value) !== '[object Object]') throw new Error('no JSON object');
  refuseTwins(json);
  return value;
}

const isText = (value, bytesMax) =>
  typeof value === 'string' && value !== '' && Buffer.byteLength(value) <= bytesMax;

class Verifier {
  constructor(keys) {
    this.keys = keys;
    this.broken = false;
    this.options = {}; // of jwt.verify, beyond the algorithms
  }

  // {user, exp, role, jti} of a token that holds; throws whatever for any other.
  verify(token) {
    if (this.broken) throw new RangeError('the key store does not answer');
    const header = this.checkForm(token);
    if ('crit' in header) throw new Error('crit'); // we understand no extension (RFC 7515 4.1.11)
    const [key, algorithms] = this.chooseKey(header);
    return this.read(this.decode(token, key, algorithms));
  }

  checkForm(token) {
    if (token.length > TOKEN_CHARS_MAX) throw new Error('too long');
    if (!COMPACT.test(token)) throw new Error('not in compact form');
    const [header, payload, signature] = token.split('.');
    readPart(signature);
    readObject(payload);
    return readObject(header);
  }

  // The token names an algorithm; ours is the table that has a key for it.
  chooseKey({ alg }) {
    if (!this.keys.has(alg)) throw new Error('no key for this algorithm');
    return [this.keys.get(alg), [alg]];
  }

  decode(token, key, algorithms) {
    return jwt.verify(token, key, { ...this.options, algorithms, clockTimestamp: seconds() });
  }

  // jsonwebtoken checks `exp` and `nbf` where they stand, and no other claim.
  read({ sub, exp, iat, aud, role = '', jti = '' }) {
    const issued = iat ?? seconds();
    if (!isText(sub, USER_BYTES_MAX)) throw new Error('sub');
    if (!Number.isFinite(exp)) throw new Error('exp');
    if (!Number.isFinite(issued) || issued > seconds()) throw new Error('iat');
    if (exp - issued > LIFETIME_MAX_S) throw new Error('lives too long');
    if (aud !== undefined) throw new Error('aud'); // it cannot mean us: we have no name
    if (typeof role !== 'string') throw new Error('role');
    if (jti !== '' && !isText(jti, JTI_BYTES_MAX)) throw new Error('jti');
    return { user: sub, exp, role, jti, iat: iat ?? 0 };
  }

  secondsLeft(claims) {
    return claims.exp - seconds();
  }
}

module.exports = { Verifier, readKeyring, refuseTwins, seconds, LIFETIME_MAX_S };
