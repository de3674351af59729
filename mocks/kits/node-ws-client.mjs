// A client of wsconform's for node-ws.mjs: its TCP connection, which is none. To the server it is
// the socket that `net` would have given to it.

import { Duplex } from 'node:stream';

import { Reader, frame } from './node-ws-frames.mjs';

const UPGRADE = [['Connection', 'Upgrade'], ['Upgrade', 'websocket'], ['Sec-WebSocket-Version', '13'],
  ['Sec-WebSocket-Key', 'd3Njb25mb3JtLXdzY29uZg==']]; // prettier-ignore
const NO_CODE = 1005;

function closing({ code, reason }) {
  if (code === NO_CODE) return Buffer.alloc(0);
  return Buffer.concat([Buffer.of(code >> 8, code & 0xff), Buffer.from(reason)]);
}

const bytesOf = ({ data, base64 }) => (base64 === undefined ? Buffer.from(data) : Buffer.from(base64, 'base64'));

export class Client extends Duplex {
  #reader = new Reader();
  #isOpen = false;
  #isOver = false;
  #isDeaf = false;
  #hasClosed = false;
  #owe;
  bytesWritten = 0; // whoever ends what nobody has answered looks at it

  // `line` is that of the protocol which opens it; `report` is told what comes of it; `owe(debt)`
  // calls that once the harness has had its chance to make it deaf.
  constructor(line, report, owe) {
    super();
    this.#owe = owe;
    this.remoteAddress = line.ip;
    this.remotePort = line.port;
    this.tell = (on, more) => report({ on, socket: line.socket, at_ms: Date.now(), ...more });
    const target = line.query ? `${line.path}?${line.query}` : line.path;
    const fields = [...line.headers, ...UPGRADE].map(([name, value]) => `${name}: ${value}\r\n`);
    this.push(`GET ${target} HTTP/1.1\r\n${fields.join('')}\r\n`);
  }

  // --- What a server asks of its socket --------------------------------------

  _read() {}

  _write(chunk, encoding, done) {
    this.bytesWritten += chunk.length;
    this.#reader.add(chunk);
    while (!this.#isOver && (this.#isOpen ? this.#takeFrame() : this.#takeHead()));
    done();
  }

  _final(done) {
    this.#end();
    done();
  }

  _destroy(fault, done) {
    this.#end();
    done(fault);
  }

  // The server ends TCP, and so the client does.
  #end() {
    if (this.#isOver) return;
    this.tell('end', { how: 'fin' });
    this.#leave();
  }

  #leave() {
    this.#isOver = true;
    if (!this.destroyed) this.push(null);
  }

  // --- What the client makes of it -------------------------------------------

  #takeHead() {
    const { unread } = this.#reader;
    const end = unread.indexOf('\r\n\r\n');
    if (end < 0) return false;
    const [first, ...lines] = unread.toString('latin1', 0, end).split('\r\n');
    const fields = new Headers(lines.map((line) => line.split(': ', 2)));
    const status = Number(first.split(' ')[1]);
    const body = unread.subarray(end + 4);
    if (body.length < Number(fields.get('content-length') ?? 0)) return false;
    this.#reader.unread = body;
    if (status === 101) {
      this.#isOpen = true;
      const deflate = (fields.get('sec-websocket-extensions') ?? '').startsWith('permessage-deflate');
      this.tell('accept', { subprotocol: fields.get('sec-websocket-protocol') ?? undefined, deflate });
    } else {
      this.tell('reject', { status, body: body.toString() });
      this.#leave();
    }
    return true;
  }

  #takeFrame() {
    const heard = this.#reader.take();
    if (heard) this.#hear(heard);
    return heard !== undefined;
  }

  #hear({ opcode, data, packing }) {
    const base64 = data.toString('base64');
    if (opcode === 1 && !data.includes(0)) this.tell('text', { data: data.toString(), ...packing });
    else if (opcode === 1) this.tell('text', { base64, ...packing });
    else if (opcode === 2) this.tell('binary', { base64, ...packing });
    else if (opcode === 9) this.#owe(() => this.#send('pong', data));
    else if (opcode === 10) this.tell('pong', { base64 });
    else {
      this.tell('close', { code: data.length ? data.readUInt16BE(0) : NO_CODE, reason: data.toString('utf8', 2) });
      this.#owe(() => this.#isDeaf || this.#hasClosed || this.#send('close', data));
    }
  }

  // --- What it says ----------------------------------------------------------

  #send(what, data) {
    if (what === 'close') this.#hasClosed = true;
    if (!this.#isOver) this.push(frame(what, data));
  }

  text = (line) => this.#send('text', bytesOf(line));
  binary = (line) => this.#send('binary', bytesOf(line));
  ping = (line) => this.#send('ping', bytesOf(line));
  part = (line) => this.#send(line.which, bytesOf(line));
  close = (line) => this.#send('close', closing(line));
  deaf = (line) => (this.#isDeaf = line.deaf);
  bytes = (line) => this.#isOver || this.push(bytesOf(line));

  drop({ how }) {
    if (this.#isOver) return;
    this.#leave();
    if (how === 'reset') this.destroy(Object.assign(new Error('read ECONNRESET'), { code: 'ECONNRESET' }));
  }
}
