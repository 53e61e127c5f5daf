'use strict';
// TypeScript 7, warm: one `tsc --api` process holds all open projects. A candidate is a new snapshot of the compiler, a
// few milliseconds old; the way back is sent together with the next candidate.

const { byCommandLine } = require('./native_command_line.js');
const { CompilerError, Connection, text } = require('./native_connection.js');
const { Diagnostics } = require('./native_diagnostics.js');
const { Project } = require('./native_project.js');
const { Base } = require('./native_base.js');
const { Graph } = require('./native_graph.js');
const { isSource, judge, relevant } = require('./native_judge.js');

// The versions whose protocol we know. Any other is "no verdict" when warm, and cold by its command line.
const KNOWN = new Set(['7.0.2']);
const LIMIT = 120_000; // milliseconds for one answer

/**
 * @param {{version: string, folder: string, fs: import('./overlay.js').Overlay, root: string}} given
 */
function createAdapter(given) {
  return new NativeAdapter(given);
}

class NativeAdapter {
  constructor({ version, folder, fs, root }) {
    Object.assign(this, { version, folder, fs, root });
    this.disk = new fs.constructor(root, fs.also); // without any overlay
    this.diagnostics = new Diagnostics(fs, root);
    this.connection = null;
    this.configs = new Set();
    this.bases = new Map(); // config -> Base, what is known of a project at the base state
    this.snapshot = null; // the compiler's newest: {id, projects}
    this.origin = null; // the one of the base state
    this.shown = new Map(); // the overlaid files that the newest snapshot has: path -> Buffer or null
    this.nudged = null;
  }

  async open(config) {
    this.known();
    this.configs.add(config);
    try {
      await this.present();
      if (!this.has(config)) await this.update({ openProjects: [config] });
      return await this.read(config);
    } catch (error) {
      this.configs.delete(config);
      this.bases.delete(config);
      throw error;
    }
  }

  async close(config) {
    if (!this.configs.delete(config)) return;
    this.bases.delete(config);
    await this.present();
    await this.update({ closeProjects: [config] });
    if (this.bases.size) await this.becomesOrigin();
  }

  async errors(config) {
    if (!this.base(config).complete) await this.read(config);
    return this.base(config).complete;
  }

  judge(config, changes) {
    return judge(this, config, changes);
  }

  async settle(keep, changes) {
    this.diagnostics.reset();
    if (keep) return this.move(changes, true);
    for (const base of this.bases.values()) base.seen = [];
    if (!this.origin && this.bases.size) await this.becomesOrigin();
  }

  async rebase(changes) {
    this.diagnostics.reset();
    await this.move(changes, false);
  }

  async cold(config, fs) {
    if (!KNOWN.has(this.version)) return byCommandLine({ folder: this.folder, root: this.root, fs, config });
    const { checked, files, stops } = await this.everythingCold(config, fs);
    return { files, errors: Object.values(checked).flat(), stops };
  }

  memory() {
    return { rss_mb: this.connection ? this.connection.memory() : 0 };
  }

  dispose() {
    if (this.connection) this.connection.dispose();
    this.connection = null;
    this.snapshot = null;
    this.origin = null;
  }

  // ------------------------------------------------------------------------------------------- for native_judge.js

  /** The project at what the overlay shows now. @param {string} config @returns {Promise<Project>} */
  async project(config) {
    await this.present();
    return this.of(config);
  }

  /** The same files in a new program and with a new checker: no earlier question has an effect on its answers. */
  async afresh(config) {
    const project = this.of(config);
    const file = (await project.sourceFiles()).find((path) => project.listed(path));
    if (file === undefined) return project;
    for (const nudged of [file, null]) {
      this.nudged = nudged;
      await this.update({ fileChanges: { changed: [file] } });
    }
    return this.of(config);
  }

  /** Every error by file, of a process that knows nothing yet. */
  async everythingCold(config, fs) {
    this.known();
    const fresh = new NativeAdapter({ version: this.version, folder: this.folder, fs, root: this.root });
    fresh.configs.add(config);
    try {
      const project = await fresh.project(config);
      return { ...(await project.everything()), files: await project.files() };
    } finally {
      fresh.dispose();
    }
  }

  /** @param {string} config @returns {Base} */
  base(config) {
    const base = this.bases.get(config);
    if (!base) throw new CompilerError(`${this.diagnostics.name(config)} is not open`, 'usage');
    return base;
  }

  /** @param {string} file @returns {string | null} its text at the base state */
  atBase(file) {
    const held = this.fs.base.get(file);
    const content = held === undefined ? this.disk.read(file) : held;
    return content === null ? null : text(content);
  }

  /** The project at the base state; null if that is no longer at hand. */
  original(config) {
    const found = this.origin?.projects.find((each) => each.configFileName === config);
    return found ? new Project(this.connection, this.diagnostics, this.origin.id, found) : null;
  }

  /** The tree that a file has at the base state; null if that is no longer at hand. */
  async before(config, file) {
    const project = this.original(config);
    const content = this.atBase(file);
    return project && content !== null ? project.tree(file, content) : null;
  }

  /** The graph of imports; an edited file has the base's imports and the candidate's. */
  async graph(config, project) {
    const base = this.base(config);
    const candidate = this.fs.candidate ? [...this.fs.candidate.keys()] : [];
    base.graph?.edited(candidate);
    if (base.graph) await base.graph.refresh(project);
    else base.graph = await Graph.of(project);
    base.graph.edited(candidate);
    return base.graph;
  }

  /** The text of a file that no candidate changes, kept. @param {Base} base @param {string} file */
  text(base, file) {
    if (!base.texts.has(file)) base.texts.set(file, this.diagnostics.content(file));
    return base.texts.get(file);
  }

  // ------------------------------------------------------------------------------------------------------ inside

  /** The base has become what the overlay shows now. */
  async move(changes, kept) {
    if (!this.bases.size) return;
    for (const base of this.bases.values()) base.moved(changes);
    await this.becomesOrigin();
    for (const [config, base] of this.bases) await base.settle(this.of(config), kept);
  }

  /** The base is what the compiler shows; its snapshot stays, for questions about what an edit started from. */
  async becomesOrigin() {
    await this.present();
    const before = this.origin;
    this.origin = this.snapshot;
    if (before && before !== this.snapshot) await this.connection.request('release', { snapshot: before.id });
  }

  known() {
    if (!KNOWN.has(this.version)) throw new CompilerError(`the protocol of TypeScript ${this.version} is not known`);
  }

  has(config) {
    return this.snapshot !== null && this.snapshot.projects.some((each) => each.configFileName === config);
  }

  of(config) {
    const found = this.snapshot.projects.find((each) => each.configFileName === config);
    if (!found) throw new CompilerError(`the compiler has not opened ${this.diagnostics.name(config)}`);
    found.project ??= new Project(this.connection, this.diagnostics, this.snapshot.id, found);
    return found.project;
  }

  /** Everything that the compiler says of a project at the base state. */
  async read(config) {
    const project = await this.project(config);
    const fresh = project.asked ? await this.afresh(config) : project;
    const { checked, stops } = await fresh.everything();
    const complete = { files: await fresh.files(), errors: Object.values(checked).flat(), stops };
    const names = await fresh.sourceFiles();
    this.bases.set(config, new Base(names, await fresh.quick(), complete));
    await this.afresh(config); // without the checker, which holds every type of the program
    await this.becomesOrigin();
    return { ...complete, options: OPTIONS(fresh.options) };
  }

  /** The compiler's files become those of the overlay. */
  async present() {
    const changes = this.differences();
    if (!this.snapshot || this.connection.ended !== null) return void (await this.restart());
    if (!changes) return;
    // A configuration, a package.json, a module of JSON: the process would have to forget more than it can be told to.
    if (!Object.values(changes).flat().every(isSource)) return void (await this.restart());
    const shown = new Map(this.fs.overlaid());
    await this.update({ fileChanges: changes });
    this.shown = shown;
  }

  async restart() {
    this.dispose();
    this.shown = new Map(this.fs.overlaid());
    await this.update({ openProjects: [...this.configs] });
  }

  /** What differs between the newest snapshot and the overlay; null if nothing does. */
  differences() {
    const now = this.fs.overlaid();
    const changes = { changed: [], created: [], deleted: [] };
    for (const path of new Set([...this.shown.keys(), ...now.keys()])) {
      const before = this.shown.has(path) ? this.shown.get(path) : this.disk.read(path);
      const after = this.fs.read(path);
      if (before === null && after !== null) changes.created.push(path);
      else if (before !== null && after === null) changes.deleted.push(path);
      else if (before !== null && !before.equals(after)) changes.changed.push(path);
    }
    const read = relevant(changes);
    return Object.values(read).some((paths) => paths.length) ? read : null;
  }

  async update(params) {
    if (!this.connection) {
      this.connection = new Connection(this.folder, this.root, this.view(), LIMIT);
      await this.connection.request('initialize');
    }
    const before = this.snapshot;
    const { snapshot, projects } = await this.connection.request('updateSnapshot', params);
    if (!Array.isArray(projects)) throw new CompilerError('the compiler answers without projects');
    this.snapshot = { id: snapshot, projects };
    if (before && before !== this.origin) await this.connection.request('release', { snapshot: before.id });
  }

  /** The overlay, with one file nudged: a new line at its end makes it another file. */
  view() {
    const { fs } = this;
    return {
      read: (path) => (path === this.nudged ? Buffer.concat([fs.read(path), Buffer.from('\n')]) : fs.read(path)),
      exists: (path) => fs.exists(path),
      isDirectory: (path) => fs.isDirectory(path),
      entries: (path) => fs.entries(path),
      realpath: (path) => fs.realpath(path),
    };
  }
}

const OPTIONS = ({ composite, declaration, skipLibCheck, allowJs, checkJs }) => ({
  composite: Boolean(composite),
  declaration: Boolean(declaration || composite),
  skipLibCheck: Boolean(skipLibCheck),
  allowJs: Boolean(allowJs ?? checkJs),
  checkJs: Boolean(checkJs),
});

module.exports = { createAdapter };
