// What the service writes down: log lines without secrets, and a bounded
// journal of pool changes and audit events for operators.

'use strict';

const fs = require('node:fs');

const RECORDS_MAX = 8192;
const LINE_CHARS_MAX = 16 * 1024;

// The value of any query parameter, and JSON in base64url wherever it stands.
const PARAMETER = /([?&][^=&\s"]+=)[^&\s"]+/g;
const TOKEN = /eyJ[\w%-]{8,}(?:\.[\w%-]*)*/g;
const UNPRINTABLE = /[^\x20-\x7e]/g;

const escape = (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`;

// One event, one line, hostile text included (CWE-117), and no credential in
// it (CWE-532).
class Log {
  constructor(file) {
    const out = file && fs.openSync(file, 'a');
    this.write = file ? (line) => fs.writeSync(out, line) : (line) => process.stderr.write(line);
  }

  line(level, text) {
    const line = `${new Date().toISOString()} ${level} ${text}`.replace(UNPRINTABLE, escape);
    this.write(this.mask(line).slice(0, LINE_CHARS_MAX) + '\n');
  }

  mask(line) {
    return line.replace(PARAMETER, '$1***').replace(TOKEN, '***');
  }
}

class Journal {
  constructor(log) {
    this.log = log;
    this.history = [];
    this.events = [];
    this.next = 1;
  }

  keep(ring, record) {
    ring.push({ seq: this.next++, ...record });
    if (ring.length > RECORDS_MAX) ring.shift();
  }

  poolChanged(what, peer, user) {
    this.keep(this.history, { what, peer, user });
  }

  // `detail` is for operators alone: it tells what no client may know.
  audit(event, severity, { peer, cause = '', detail = '', user = '' }) {
    this.keep(this.events, { time: new Date().toISOString(), event, severity, cause, detail, peer, user });
    this.log.line(severity, `${event} ${peer} user=${user} ${cause} ${detail}`);
  }

  since(seq) {
    const fresh = (ring) => ring.filter((record) => record.seq >= seq);
    return {
      history: fresh(this.history),
      events: fresh(this.events),
      next: this.next,
      first: Math.max(1, this.next - RECORDS_MAX),
    };
  }
}

module.exports = { Journal, Log };
