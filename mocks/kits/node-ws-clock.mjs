// A clock that stands still, for node-ws.mjs: what a service has to be at before a line is obeyed,
// how time passes, and how the service's module is read, anew for each world.

import { createHook } from 'node:async_hooks';
import { createRequire, syncBuiltinESMExports } from 'node:module';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import zlib from 'node:zlib';

const [name, silenceMs = 20] = process.argv.slice(2);
export const file = path.resolve(name);
export const require = createRequire(file);

const turn = () => new Promise(setImmediate);
const silence = ((later) => () => new Promise((done) => later(done, silenceMs)))(setTimeout);
const toFake = ['setTimeout', 'clearTimeout', 'setInterval', 'clearInterval', 'Date', 'performance', 'hrtime'];
export const clock = require('@sinonjs/fake-timers').install({ now: Date.now(), toFake });
syncBuiltinESMExports();

const calls = new Set(); // into the thread pool
const over = (id) => calls.delete(id);
const note = (id, type) => /REQ|WORKER|generic/i.test(type) && calls.add(id);
createHook({ init: note, after: over, destroy: over }).enable();

// Those of zlib have no hook; of each stream there is one at a time.
const streams = Object.getPrototypeOf(Object.getPrototypeOf(zlib.Deflate.prototype));
const { _transform: transform, _destroy: destroy } = streams;

streams._transform = function (chunk, encoding, done) {
  calls.add(this);
  transform.call(this, chunk, encoding, (...found) => {
    calls.delete(this);
    done(...found);
  });
};

streams._destroy = function (fault, done) {
  calls.delete(this);
  destroy.call(this, fault, done);
};

export async function rest() {
  for (let left = ['Immediate']; calls.size > 0 || left.includes('Immediate'); ) {
    await turn();
    left = process.getActiveResourcesInfo();
    if (left.some((kind) => /^(TCP|TLS|UDP)/.test(kind))) await silence();
  }
}

// A delay of 0 is none of Node's: it makes 1 of it.
export async function elapse({ ms }) {
  let isOver = ms === 0;
  if (!isOver) clock.setTimeout(() => (isOver = true), ms);
  for (; !isOver; await rest()) clock.next();
}

let worlds = 0;

export async function load() {
  const ours = Object.keys(require.cache).filter((path) => !path.includes('node_modules'));
  for (const path of ours) delete require.cache[path];
  try {
    return require(file);
  } catch (fault) {
    if (fault.code !== 'ERR_REQUIRE_ESM') throw fault;
    return import(`${pathToFileURL(file)}?world=${++worlds}`);
  }
}
