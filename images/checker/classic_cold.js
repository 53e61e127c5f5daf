'use strict';
// One cold run in a process of its own: a new program, everything looked at in the program's order, nothing reused.
// The request is one JSON object on stdin, the answer one on stdout.

const { Overlay } = require('./overlay.js');
const { load } = require('./classic.js');
const { makeWorld } = require('./classic_host.js');
const { State, configure, makeProgram } = require('./classic_state.js');
const { tidy } = require('./classic_errors.js');

/** @param {object} world @param {string} config @returns {{files: string[], errors: object[], stops: string | null}} */
function cold(world, config) {
  const setup = configure(world, config, 0);
  if (!setup.parsed) return { files: [], errors: setup.failed, stops: 'config' };
  const state = new State(world, setup, makeProgram(world, setup, null, false));
  const { errors, stops } = state.summary;
  state.check(state.program.getSourceFiles());
  return { files: state.listed(), errors: tidy([...errors, ...[...state.errors.values()].flat()]), stops };
}

async function main() {
  const parts = [];
  for await (const part of process.stdin) parts.push(part);
  const { version, folder, root, also, config, files } = JSON.parse(Buffer.concat(parts).toString('utf8'));
  const fs = new Overlay(root, also);
  fs.rebase(new Map(files.map(([path, text]) => [path, text === null ? null : Buffer.from(text, 'base64')])));
  const ts = load(folder, version);
  const answer = cold(makeWorld({ ts, folder, fs, root }), config);
  process.stdout.write(JSON.stringify(answer));
}

if (require.main === module) main();

module.exports = { cold };
