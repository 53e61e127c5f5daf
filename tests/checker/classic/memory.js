'use strict';
// Three hundred edits of one project, every third of which lands; prints the heap and what the adapter holds.

const { join } = require('node:path');

const [checker, store, version, config] = process.argv.slice(2);
const { Overlay } = require(join(checker, 'overlay.js'));
const { createAdapter } = require(join(checker, 'classic.js'));
const ROOT = '/repo-in-memory';
const PROJECT = `${ROOT}/tsconfig.json`;

function bytes(files) {
  return new Map(Object.entries(files).map(([path, text]) => [`${ROOT}/${path}`, text === null ? null : Buffer.from(text)]));
}

const users = {};
for (let n = 0; n < 20; n += 1) users[`src/f${n}.ts`] = `import { a } from './hub';\nexport const b${n} = a;\n`;
const fs = new Overlay(ROOT);
fs.rebase(bytes({ 'tsconfig.json': config, 'src/hub.ts': 'export const a = 1;\n', ...users }));
const adapter = createAdapter({ version, folder: join(store, `typescript-${version}`), fs, root: ROOT });
adapter.open(PROJECT);
const heaps = [];
for (let n = 0; n < 300; n += 1) {
  const edit = bytes({ 'src/hub.ts': `export const a = ${n};\n`, [`src/new${n % 7}.ts`]: n % 2 ? 'export {};\n' : null });
  const changes = fs.show(edit);
  for (const batch of adapter.judge(PROJECT, changes)) if (batch.done) break;
  const keep = n % 3 === 0;
  const way = keep ? changes : fs.hide();
  if (keep) fs.rebase(edit);
  adapter.settle(keep, way);
  if (n % 100 !== 99) continue;
  global.gc();
  heaps.push(process.memoryUsage().heapUsed / 1048576);
}
const held = [...adapter.world.sources.files.values()].map((versions) => versions.size);
process.stdout.write(JSON.stringify({ heaps, held }));
