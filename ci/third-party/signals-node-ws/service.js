// The service of the review: a token in the query, a refusal told by a Close
// behind the upgrade, signals broadcast to a pool that only members enter.

'use strict';

const { Member, Members, checkText } = require('../common/members');

const PATH = '/ws';
const MISSING = [1008, 'Authentication required'];
const INVALID = [1008, 'Invalid or expired token'];

// Of a request for PATH, and there may be several.
const tokensOf = ({ url }) => new URLSearchParams(url.slice(PATH.length)).getAll('token');

class Service extends Members {
  constructor(verifier, journal) {
    super(verifier, journal, { missing: MISSING, invalid: INVALID });
    this.tokensOf = tokensOf;
  }

  obey(member, text) {
    const message = JSON.parse(text);
    if (message?.type !== 'publish') throw new Error('no message that we know');
    if (member.claims.role !== 'publisher') throw new Error('not a publisher');
    this.broadcast(message.text);
  }

  broadcast(text) {
    this.tellAll(this.pool, { type: 'signal', text: checkText(text) });
  }
}

module.exports = { Service, Member, tokensOf, INVALID, PATH };
