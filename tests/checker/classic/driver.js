'use strict';
// Runs edits through the adapter and through the command line, side by side. One JSON object a line on stdin:
// {root, typescript, config, files, build, steps: [{files, keep, cold}]}; the answer has both sides' texts for the base and each step.

const readline = require('node:readline');
const { join } = require('node:path');
const { commandLine, printed } = require('./command_line.js');

const [store, checker] = process.argv.slice(2);
const { Overlay } = require(join(checker, 'overlay.js'));
const { createAdapter } = require(join(checker, 'classic.js'));
let ROOT; // of the files; it need not exist

function bytes(files) {
  return new Map(Object.entries(files).map(([path, text]) => [`${ROOT}/${path}`, text === null ? null : Buffer.from(text)]));
}

const known = new Map(); // the same files have the same errors

function reference({ ts, folder, build, config }, fs) {
  const silent = ts.version < '5.6'; // says nothing about declarations where nothing is emitted
  const args = build ? ['-b', `${ROOT}/${config}`] : ['-p', `${ROOT}/${config}`, ...(silent ? [] : ['--noEmit'])];
  const files = [...fs.overlaid()].filter(([, bytes]) => bytes !== null).map(([path, bytes]) => [path, bytes.toString()]);
  const key = JSON.stringify([folder, args, files.sort()]);
  if (!known.has(key)) known.set(key, commandLine(ts, folder, fs, args));
  return known.get(key);
}

/** Every batch of a judgement, put over what was known before. */
async function judged(adapter, config, changes, known) {
  const errors = new Map(known.errors);
  const hows = new Set();
  const order = [];
  let { files } = known;
  let stops = null;
  for await (const batch of adapter.judge(config, changes)) {
    for (const [path, found] of Object.entries(batch.checked)) errors.set(path, found);
    for (const path of Object.keys(batch.checked)) if (path && !order.includes(path)) order.push(path);
    if (batch.files) files = batch.files;
    hows.add(batch.how);
    stops = batch.stops;
    if (batch.done) break;
  }
  const own = (path) => path === '' || files.includes(path);
  for (const path of [...errors.keys()]) if (!own(path)) errors.delete(path);
  return { errors, files, stops, how: [...hows].pop(), order };
}

async function run({ root, typescript, config, files, build, steps }) {
  ROOT = root;
  const fs = new Overlay(ROOT);
  fs.rebase(bytes(files));
  const folder = join(store, `typescript-${typescript}`);
  const adapter = createAdapter({ version: typescript, folder, fs, root: ROOT });
  const side = { ts: adapter.ts, folder, build, config };
  const path = `${ROOT}/${config}`;
  const opened = await adapter.open(path);
  let known = { files: opened.files, errors: byFile(opened), stops: opened.stops };
  const states = [{ warm: printed(opened), cold: reference(side, fs), how: 'open', order: [], files: opened.files }];
  for (const step of steps) {
    const edit = bytes(step.files);
    const changes = fs.show(edit);
    const next = await judged(adapter, path, changes, known);
    const { how, order } = next;
    const warm = printed({ errors: [...next.errors.values()].flat(), stops: next.stops });
    states.push({ warm, cold: reference(side, fs), how, order, files: next.files });
    if (step.cold) states[states.length - 1].process = printed(await adapter.cold(path, fs));
    const way = step.keep ? changes : fs.hide();
    if (step.keep) fs.rebase(edit);
    await adapter.settle(Boolean(step.keep), way);
    if (step.keep) known = next;
    if (step.keep) states[states.length - 1].errors = printed(await adapter.errors(path));
  }
  await adapter.dispose();
  return { states };
}

function byFile({ files, errors }) {
  const found = new Map([['', []], ...files.map((path) => [path, []])]);
  for (const error of errors) found.get(found.has(error.file) ? error.file : '').push(error);
  return found;
}

async function main() {
  for await (const line of readline.createInterface({ input: process.stdin })) {
    let answer;
    try {
      answer = await run(JSON.parse(line));
    } catch (error) {
      answer = { error: String(error.stack || error) };
    }
    process.stdout.write(`${JSON.stringify(answer)}\n`);
  }
}

main();
