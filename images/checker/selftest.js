'use strict';
// A tiny project in memory on which a compiler must find what is there and nothing else. An unstable protocol or a
// compiler that differs from the one we know shows here first.

const { Overlay } = require('./overlay.js');

const ROOT = '/patchgate-selftest';
const CONFIG = `${ROOT}/tsconfig.json`;
// The smallest library, unread: this is about the protocol, and every start waits for it.
const LIBRARY = { lib: ['es5'], skipLibCheck: true, types: [] };
const OPTIONS = { strict: true, noEmit: true, module: 'esnext', moduleResolution: 'bundler', target: 'es2020', ...LIBRARY };
const FILES = {
  'tsconfig.json': JSON.stringify({ compilerOptions: OPTIONS, files: ['a.ts', 'b.ts'] }),
  'a.ts': 'export const size = (text: string): number => text.length;\n',
  'b.ts': "import { size } from './a';\nexport const total: number = size('x') + 1;\n",
};
const EDITS = [
  { name: 'a good edit of a body', file: 'a.ts', text: FILES['a.ts'].replace('text.length', 'text.length * 2'), want: [] },
  { name: 'an error in the edited file', file: 'b.ts', text: FILES['b.ts'].replace("'x'", '1'), want: ['b.ts:TS2345'] },
  { name: 'an error in an importer', file: 'a.ts', text: FILES['a.ts'].replace('size', 'length'), want: ['b.ts:TS2305'] },
  { name: 'a good edit after bad ones', file: 'b.ts', text: FILES['b.ts'].replace('+ 1', '+ 2'), want: [] },
];

/**
 * @param {(fs: Overlay) => object} make  makes an adapter of the compiler on these files
 * @returns {Promise<{ok: boolean, why: string}>}
 */
async function selftest(make) {
  const fs = new Overlay(ROOT);
  fs.rebase(new Map(Object.entries(FILES).map(([name, text]) => [`${ROOT}/${name}`, Buffer.from(text)])));
  let adapter;
  try {
    adapter = make(fs);
    const opened = await adapter.open(CONFIG);
    if (opened.errors.length || opened.stops || opened.files.length !== 2) {
      return { ok: false, why: `a good project opened as ${JSON.stringify(opened).slice(0, 500)}` };
    }
    for (const { name, file, text, want } of EDITS) {
      const found = await judged(adapter, fs, new Map([[`${ROOT}/${file}`, Buffer.from(text)]]));
      if (found.join() !== want.join()) return { ok: false, why: `${name}: ${found.join() || 'nothing'}, not ${want.join() || 'nothing'}` };
    }
    return { ok: true, why: '' };
  } catch (error) {
    return { ok: false, why: String(error.message || error).slice(0, 1000) };
  } finally {
    if (adapter) await adapter.dispose();
  }
}

async function judged(adapter, fs, files) {
  const found = new Map();
  for await (const batch of adapter.judge(CONFIG, fs.show(files))) {
    for (const [path, errors] of Object.entries(batch.checked)) {
      found.set(path, errors.map((error) => `${error.file}:${error.code}`));
    }
    if (batch.done) break;
  }
  await adapter.settle(false, fs.hide());
  return [...new Set([...found.values()].flat())].sort();
}

module.exports = { selftest };
