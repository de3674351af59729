// The frames on a connection of node-ws-client.mjs: what the client says, masked with zeros, and
// what it hears, inflated where the server has compressed it (RFC 7692).

import zlib from 'node:zlib';

const FIRST_BYTE = { text: 0x81, binary: 0x82, close: 0x88, ping: 0x89, pong: 0x8a, first: 0x01, next: 0x00, last: 0x80 };
const COMPRESSED = 0x40;
const TAIL = Buffer.of(0, 0, 0xff, 0xff); // which no compressed message bears
const WINDOW_BYTES = 32 * 1024;

// Its length of 7, 16 or 64 bits, and a mask of zeros.
export function frame(what, data) {
  const size = data.length;
  const head = Buffer.alloc(size < 126 ? 6 : size < 65536 ? 8 : 14);
  head[0] = FIRST_BYTE[what];
  head[1] = 0x80 | (size < 126 ? size : size < 65536 ? 126 : 127);
  if (head.length === 8) head.writeUInt16BE(size, 2);
  if (head.length === 14) head.writeBigUInt64BE(BigInt(size), 2);
  return Buffer.concat([head, data]);
}

export class Reader {
  unread = Buffer.alloc(0);
  #window = Buffer.alloc(0); // the end of what was inflated: the server may refer to it

  add(chunk) {
    this.unread = Buffer.concat([this.unread, chunk]);
  }

  // The next frame: its opcode, its content, and for a compressed one how long it was. Nothing, if
  // it has not come as a whole.
  take() {
    const { unread } = this;
    if (unread.length < 2) return;
    const [first, short] = unread;
    const start = short < 126 ? 2 : short === 126 ? 4 : 10;
    if (unread.length < start) return;
    const size = start === 2 ? short : start === 4 ? unread.readUInt16BE(2) : Number(unread.readBigUInt64BE(2));
    if (unread.length < start + size) return;
    this.unread = unread.subarray(start + size);
    const data = unread.subarray(start, start + size);
    if (!(first & COMPRESSED)) return { opcode: first & 15, data };
    return { opcode: first & 15, data: this.#inflate(data), packing: { compressed: true, wire: size } };
  }

  #inflate(data) {
    const setting = { dictionary: this.#window, finishFlush: zlib.constants.Z_SYNC_FLUSH };
    const found = zlib.inflateRawSync(Buffer.concat([data, TAIL]), setting);
    this.#window = Buffer.concat([this.#window, found]).subarray(-WINDOW_BYTES);
    return found;
  }
}
