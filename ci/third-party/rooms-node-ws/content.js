// What a message may hold: measured before it is parsed, whatever it asks for.

'use strict';

const { Malformed, TooLarge, demand } = require('./objections');

const DEFAULTS = { chars: 1000, bytes: 512 * 1024, depth: 10, elements: 1000, members: 100 };

// Strings, what gives JSON its shape, and whatever else stands there.
const TOKEN = /"(?:\\.|[^"\\])*"|[{}[\],:]|[^\s{}[\],:"]+/g;

function tooLarge(kind, size, limit) {
  return new TooLarge(`too large kind=${kind} size=${size} limit=${limit}`);
}

const characters = (text) => [...text].length;

class Content {
  constructor(limits = DEFAULTS) {
    this.limits = { ...limits };
  }

  // The object that a text is; two parsers cannot read it in two ways.
  read(text) {
    this.checkBytes(text);
    try {
      this.measure(text);
      const message = JSON.parse(text);
      demand(message !== null && typeof message === 'object' && !Array.isArray(message), Malformed, 'no object');
      return message;
    } catch (fault) {
      throw fault instanceof TooLarge ? fault : new Malformed(fault.message);
    }
  }

  checkBytes(text) {
    const size = Buffer.byteLength(text);
    if (size > this.limits.bytes) throw tooLarge('json', size, this.limits.bytes);
  }

  measure(text) {
    const open = []; // arrays and objects, the outermost first
    let twins = false;
    let string;
    for (const [token] of text.matchAll(TOKEN)) {
      const inside = open.at(-1);
      if (token === '}' || token === ']') open.pop();
      else if (token === ':') twins = this.name(inside, string) || twins;
      else if (token !== ',') this.count(inside, token);
      if (token === '{' || token === '[') this.enter(open, token);
      if (token === ',' && inside) inside.isNext = true;
      if (token[0] === '"') string = this.checkText(JSON.parse(token));
    }
    demand(!twins, Malformed, 'a name that stands twice');
  }

  enter(open, token) {
    open.push({ isObject: token === '{', size: 0, isNext: true, names: new Set() });
    if (open.length > this.limits.depth) throw tooLarge('depth', open.length, this.limits.depth);
  }

  // The first token behind a bracket or a comma begins an element.
  count(inside) {
    if (!inside?.isNext) return;
    inside.isNext = false;
    inside.size += 1;
    const [kind, limit] = inside.isObject ? ['object', this.limits.members] : ['array', this.limits.elements];
    if (inside.size > limit) throw tooLarge(kind, inside.size, limit);
  }

  name(inside, string) {
    const isTwin = inside?.names.has(string);
    inside?.names.add(string);
    return isTwin;
  }

  checkText(text) {
    const size = characters(text);
    if (size > this.limits.chars) throw tooLarge('text', size, this.limits.chars);
    demand(!/\p{Surrogate}/u.test(text), Malformed, 'a lone surrogate');
    return text;
  }
}

module.exports = { Content };
