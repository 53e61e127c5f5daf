'use strict';
// TypeScript 5 and 6 behind the checker server's interface: the compiler's own API in this process, one warm project a
// tsconfig. Nothing of the repository is run: this API loads no plugins.

const { spawn } = require('node:child_process');
const { join } = require('node:path');
const { makeWorld } = require('./classic_host.js');
const { Project } = require('./classic_project.js');

/** @returns {object} the compiler; an error if it is another version than was asked for */
function load(folder, version) {
  const ts = require(join(folder, 'lib', 'typescript.js'));
  const major = Number(version.split('.')[0]);
  if (ts.version !== version || (major !== 5 && major !== 6)) throw failure('usage', `${folder} has TypeScript ${ts.version}, not ${version}`);
  return ts;
}

function failure(kind, message) {
  return Object.assign(new Error(message), { kind });
}

class ClassicAdapter {
  constructor({ version, folder, fs, root }) {
    this.version = version;
    this.folder = folder;
    this.root = root;
    this.ts = load(folder, version);
    this.world = makeWorld({ ts: this.ts, folder, fs, root });
    this.projects = new Map();
    this.shown = null; // the changes of the judgement that is under way
  }

  open(config) {
    this.projects.delete(config);
    const project = this.guarded(config, () => new Project(this.world, config));
    this.projects.set(config, project);
    this.sweep();
    return { ...this.guarded(config, () => project.report()), options: project.options() };
  }

  close(config) {
    this.projects.delete(config);
    this.sweep();
  }

  errors(config) {
    return this.guarded(config, () => this.project(config).report());
  }

  *judge(config, changes) {
    this.show(changes);
    const batches = this.project(config).judge(changes);
    while (true) {
      const { value, done } = this.guarded(config, () => batches.next());
      if (done) return;
      yield value;
      if (value.done) return;
    }
  }

  settle(keep, changes) {
    this.shown = null;
    this.world.sources.forget(all(changes));
    for (const project of this.projects.values()) project.settle(keep, changes);
    this.sweep();
  }

  rebase(changes) {
    this.world.sources.forget(all(changes));
    for (const project of this.projects.values()) project.moved(changes);
  }

  memory() {
    return { rss_mb: 0 }; // it is part of the server's own process
  }

  dispose() {
    this.projects.clear();
    this.world.sources.clear();
  }

  cold(config, fs) {
    const files = [...fs.overlaid()].map(([path, bytes]) => [path, bytes === null ? null : bytes.toString('base64')]);
    const { version, folder, root } = this;
    return run(JSON.stringify({ version, folder, root, also: fs.also, config, files }));
  }

  // ------------------------------------------------------------------------------------------------------ inside

  show(changes) {
    if (this.shown === changes) return;
    this.shown = changes;
    this.world.sources.forget(all(changes));
  }

  project(config) {
    let project = this.projects.get(config);
    if (!project) throw failure('usage', `${config} is not open`);
    return project;
  }

  /** A compiler that throws has a state that nobody knows: the project is thrown away. */
  guarded(config, work) {
    try {
      return work();
    } catch (error) {
      this.projects.delete(config);
      throw error.kind ? error : failure('compiler', String(error.stack || error));
    }
  }

  sweep() {
    const live = new Set();
    for (const { base } of this.projects.values()) {
      for (const file of base?.program.getSourceFiles() || []) live.add(file.redirectInfo?.unredirected || file);
    }
    this.world.sources.sweep(live);
  }
}

function all({ changed, created, deleted }) {
  return [...changed, ...created, ...deleted];
}

/** @param {string} request @returns {Promise<object>} the answer of a fresh process */
function run(request) {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [join(__dirname, 'classic_cold.js')], { stdio: ['pipe', 'pipe', 'pipe'], env: {} });
    const out = [];
    let complaint = '';
    child.stdout.on('data', (part) => out.push(part));
    child.stderr.on('data', (part) => (complaint = (complaint + part).slice(-4000)));
    child.stdin.on('error', () => {}); // it died early; its end says why
    child.on('error', (error) => reject(failure('crash', String(error))));
    child.on('close', (code, signal) => {
      if (code === 0) resolve(JSON.parse(Buffer.concat(out).toString('utf8')));
      else reject(failure(/heap|memory/.test(complaint) || signal === 'SIGKILL' ? 'memory' : 'compiler', complaint || `ended with ${code || signal}`));
    });
    child.stdin.end(request);
  });
}

/** @param {{version: string, folder: string, fs: object, root: string}} options @returns {ClassicAdapter} */
function createAdapter(options) {
  return new ClassicAdapter(options);
}

module.exports = { createAdapter, load };
