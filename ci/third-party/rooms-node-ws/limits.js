// Who may knock, how often, and how many stay: origins, the attempts of an
// address in a window, the connections of a user.

'use strict';

const CLEANUP_MS_MIN = 100;

// 0 is unbounded.
const DEFAULTS = {
  origins: [], // none: any
  trustedProxy: '',
  attempts: 500,
  windowMs: 60_000,
  connections: 10_000,
  perUser: 5,
  roomSize: 100,
  roomGraceMs: 60_000,
  roomsPerUser: 100,
  roomHistory: 50,
  messages: 100, // of a user in a second
  roomMessages: 500, // into a room
  presenceCheckMs: 30_000,
  presenceTimeoutMs: 90_000,
  presenceCleanupMs: 300_000,
};

// An entry stands only while attempts of its key are counted.
class Addresses {
  constructor(limits) {
    this.limits = limits;
    this.windows = new Map(); // address: {end, count}; the oldest window first
    this.cleanup = null;
  }

  // Counts it; false when it is one too many.
  attempt(address) {
    const { attempts, windowMs } = this.limits;
    const now = performance.now();
    let window = this.windows.get(address);
    if (!window || window.end <= now) {
      this.windows.delete(address);
      window = { end: now + windowMs, count: 0 };
      this.windows.set(address, window);
      this.cleanLater();
    }
    window.count += 1;
    return !attempts || window.count <= attempts;
  }

  cleanLater() {
    if (this.cleanup || this.windows.size === 0) return;
    const [{ end }] = this.windows.values();
    this.cleanup = setTimeout(() => this.clean(), Math.max(end - performance.now(), CLEANUP_MS_MIN));
    this.cleanup.unref();
  }

  clean() {
    const now = performance.now();
    this.cleanup = null;
    for (const [address, { end }] of this.windows) if (end <= now) this.windows.delete(address);
    this.cleanLater();
  }
}

class Users {
  constructor(limits) {
    this.limits = limits;
    this.counts = new Map();
  }

  take(user) {
    const count = this.counts.get(user) ?? 0;
    if (this.limits.perUser && count >= this.limits.perUser) return false;
    this.counts.set(user, count + 1);
    return true;
  }

  giveBack(user) {
    const count = this.counts.get(user) - 1;
    if (count > 0) this.counts.set(user, count);
    else this.counts.delete(user);
  }
}

// One that is listed, byte for byte; or none, as of native clients.
function originHolds(request, { origins }) {
  const named = request.headersDistinct.origin ?? [];
  return origins.length === 0 || named.length === 0 || (named.length === 1 && origins.includes(named[0]));
}

// The socket's; what a trusted proxy appended, when it is the proxy's.
function addressOf(request, { trustedProxy }) {
  const { remoteAddress } = request.socket;
  const forwarded = request.headersDistinct['x-forwarded-for'];
  if (!trustedProxy || remoteAddress !== trustedProxy || !forwarded) return remoteAddress;
  return forwarded.at(-1).split(',').at(-1).trim() || remoteAddress;
}

module.exports = { DEFAULTS, Addresses, Users, originHolds, addressOf };
