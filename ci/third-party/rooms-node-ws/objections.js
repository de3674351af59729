// Why a message fails; anything else that is thrown is a fault of ours.

'use strict';

class Denied extends Error {
  code = 'refused';
}
class Malformed extends Error {
  code = 'malformed';
}
class TooLarge extends Error {
  code = 'too_large';
  level = 'WARNING';
}
class TooOften extends Error {
  code = 'rate_limited';
}
class Full extends Denied {
  level = 'WARNING';
}

// Raised, never returned: what was refused has changed nothing.
function demand(holds, Fault, detail) {
  if (!holds) throw new Fault(detail);
}

module.exports = { Denied, Malformed, TooLarge, TooOften, Full, demand };
