'use strict';
// The checker server: one JSON object a line on stdin and stdout, one request at a time. It holds the base state of a
// tree and, during a judgement, the candidate's; it never compares with the base's errors, which is the host's part.
// What it cannot answer is an error, and then the host asks a cold compiler.

const readline = require('node:readline');
const { join } = require('node:path');
const { existsSync } = require('node:fs');
const { Overlay, isOurs } = require('./overlay.js');
const { selftest } = require('./selftest.js');

const VERSION = '1';

/** An error with a kind that the host tells apart: usage, compiler, crash or memory. */
class ServerError extends Error {
  constructor(kind, message) {
    super(message);
    this.kind = kind;
  }
}

class Server {
  constructor() {
    this.fs = null;
    this.adapters = new Map(); // TypeScript version -> adapter
    this.versions = new Map(); // config -> TypeScript version
    this.judging = null; // {changes, running: [{config, batches}]}
  }

  initialize({ root, toolchain }) {
    this.toolchain = toolchain;
    this.fs = new Overlay(root, [toolchain]);
    return { server: VERSION };
  }

  async open({ projects }) {
    this.idle();
    const opened = [];
    for (const { config, typescript } of projects) {
      const began = performance.now();
      const before = this.versions.get(config);
      if (before !== undefined && before !== typescript) await this.adapter(before).close(this.absolute(config));
      this.versions.set(config, typescript);
      const found = await this.adapter(typescript).open(this.absolute(config));
      opened.push({ config, typescript, ...found, ms: performance.now() - began });
    }
    return { projects: opened };
  }

  async close({ configs }) {
    this.idle();
    for (const config of configs) {
      if (!this.versions.has(config)) continue;
      await this.of(config).close(this.absolute(config));
      this.versions.delete(config);
    }
    return {};
  }

  async rebase({ files }) {
    this.idle();
    const changes = this.fs.rebase(this.files(files));
    const seen = Object.values(changes).flat().some((path) => !isOurs(path));
    if (seen) for (const adapter of this.adapters.values()) await adapter.rebase(changes);
    return {};
  }

  async errors({ configs }) {
    this.idle();
    const projects = [];
    for (const config of configs) projects.push({ config, ...(await this.of(config).errors(this.absolute(config))) });
    return { projects };
  }

  async judge({ configs, files }) {
    this.idle();
    const changes = this.fs.show(this.files(files));
    this.judging = { files: this.files(files), changes, running: [] };
    for (const config of configs) {
      this.judging.running.push({ config, batches: this.of(config).judge(this.absolute(config), changes) });
    }
    const first = [];
    for (const each of [...this.judging.running]) first.push(await this.advance(each));
    return { projects: first, done: this.judging.running.length === 0 };
  }

  async more() {
    if (!this.judging) throw new ServerError('usage', 'no judgement is under way');
    const each = this.judging.running[0];
    const projects = each ? [await this.advance(each)] : [];
    return { projects, done: this.judging.running.length === 0 };
  }

  async end({ keep }) {
    if (!this.judging) return {};
    const { files, changes, running } = this.judging;
    this.judging = null;
    for (const { batches } of running) if (batches.return) await batches.return();
    const way = keep ? changes : this.fs.hide();
    if (keep) this.fs.rebase(files);
    for (const adapter of this.adapters.values()) await adapter.settle(keep, way);
    return {};
  }

  async cold({ config, typescript, files }) {
    this.idle();
    const began = performance.now();
    this.fs.show(this.files(files));
    try {
      const found = await this.adapter(typescript).cold(this.absolute(config), this.fs);
      return { ...found, ms: performance.now() - began };
    } finally {
      this.fs.hide();
    }
  }

  selftest({ typescript }) {
    return selftest((fs) => this.make(typescript, fs));
  }

  async status() {
    let mb = process.memoryUsage().rss / 1048576;
    for (const adapter of this.adapters.values()) mb += (await adapter.memory()).rss_mb;
    return { rss_mb: mb, heap_mb: process.memoryUsage().heapUsed / 1048576, projects: [...this.versions.keys()] };
  }

  async dispose() {
    for (const adapter of this.adapters.values()) await adapter.dispose();
  }

  // ------------------------------------------------------------------------------------------------------ inside

  idle() {
    if (!this.fs) throw new ServerError('usage', 'initialize comes first');
    if (this.judging) throw new ServerError('usage', 'a judgement is under way');
  }

  /** The next batch of one project; a finished one leaves the list. */
  async advance(each) {
    const { value, done } = await each.batches.next();
    if (done || value.done) this.judging.running = this.judging.running.filter((other) => other !== each);
    const { checked = {}, files = null, stops = null, how = 'own' } = value || {};
    return { config: each.config, checked, files, stops, how };
  }

  absolute(path) {
    return `${this.fs.root}/${path}`;
  }

  files(files) {
    const decoded = Object.entries(files);
    return new Map(
      decoded.map(([path, text]) => [this.absolute(path), text === null ? null : Buffer.from(text, 'base64')]),
    );
  }

  of(config) {
    const version = this.versions.get(config);
    if (version === undefined) throw new ServerError('usage', `${config} is not open`);
    return this.adapter(version);
  }

  adapter(version) {
    let adapter = this.adapters.get(version);
    if (!adapter) {
      adapter = this.make(version, this.fs);
      this.adapters.set(version, adapter);
    }
    return adapter;
  }

  make(version, fs) {
    const folder = join(this.toolchain, `typescript-${version}`);
    if (!existsSync(folder)) throw new ServerError('usage', `TypeScript ${version} is not in the toolchain store`);
    const native = Number(version.split('.')[0]) >= 7;
    const { createAdapter } = native ? require('./native.js') : require('./classic.js');
    return createAdapter({ version, folder, fs, root: fs.root });
  }
}

const METHODS = new Set([
  'initialize', 'open', 'close', 'rebase', 'errors', 'judge', 'more', 'end', 'cold', 'selftest', 'status',
]);

async function answer(server, line) {
  let id = null;
  try {
    const request = JSON.parse(line);
    id = request.id;
    if (!METHODS.has(request.method)) throw new ServerError('usage', `unknown method ${request.method}`);
    return { id, result: await server[request.method](request.params || {}) };
  } catch (error) {
    return { id, error: { kind: error.kind || 'compiler', message: String(error.stack || error).slice(0, 4000) } };
  }
}

async function main() {
  const server = new Server();
  for await (const line of readline.createInterface({ input: process.stdin, crlfDelay: Infinity })) {
    if (line) process.stdout.write(`${JSON.stringify(await answer(server, line))}\n`);
  }
  await server.dispose();
}

if (require.main === module) main();

module.exports = { Server, ServerError };
