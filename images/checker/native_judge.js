'use strict';
// A judgement of one project: the edited files first, so that a host can reject early; then the cheapest argument that
// the rest of the program is as it was; without one, the whole program. docs/adr/0018-warm-checking.md has the arguments.

const { cut } = require('./native_cut.js');
const { isOurs } = require('./overlay.js');
const { isTelling } = require('./native_types.js');
const { whoNotices } = require('./native_names.js');

const SOURCE = /\.(?:[cm]?[jt]s|[jt]sx)$/;
const TYPED = /\.(?:[cm]?ts|tsx)$/;
const DECLARATIONS = /\.d\.(?:[^./]+\.)?[cm]?ts$/; // they export what they do not say
const PASSES_ON = /\bexport\s*(?:type\s*)?[{*]/;
const CHUNK = 25; // files a batch
const NEAR = 60; // so many importers are asked before the rest
const SHARE = 0.6; // of the program's own files: above it, the whole program costs no more
const INTEROP = (module) => module >= 100 && module < 200; // node16 and later: a default may be the whole module
const SYNTAX = /^TS1\d{3}$/; // the compiler leaves out what stands behind such an error
const HELPERS = ['TS2343', 'TS2354', 'TS2807']; // said once a program, wherever it is met first
// What the language's own features need of the libraries. What is missing is said once a program and in no file.
const LIBRARIES = ['es5', 'es2015.iterable', 'es2015.generator', 'es2015.promise', 'es2015.symbol', 'es2018.asynciterable',
  'es2018.asyncgenerator', 'es2020.bigint', 'decorators'].map((name) => `/lib.${name}.d.ts`);

/** @param {string} path @returns {boolean} whether it is read as TypeScript or JavaScript, and as nothing else */
function isSource(path) {
  return SOURCE.test(path) && !path.includes('/node_modules/');
}

/** Those of the changes that a compiler reads: source, JSON, and whatever belongs to a package. */
function relevant(changes) {
  const read = (path) => !isOurs(path) && (isSource(path) || path.endsWith('.json') || path.includes('/node_modules/'));
  return Object.fromEntries(Object.entries(changes).map(([kind, paths]) => [kind, paths.filter(read)]));
}

/**
 * @param {import('./native.js').NativeAdapter} adapter
 * @param {string} config
 * @param {{changed: string[], created: string[], deleted: string[]}} changes
 */
async function* judge(adapter, config, changes) {
  const read = relevant(changes);
  if (!Object.values(read).flat().every(isSource)) return yield* anew(adapter, config);
  const judgement = new Judgement(adapter, config, read, await adapter.project(config));
  await judgement.begin();
  const { first, accepted } = await judgement.own();
  yield batch(first, accepted || 'own', accepted !== null, judgement.base);
  if (accepted) return;
  yield* (await judgement.rest()) || whole(adapter, config, judgement.base);
}

class Judgement {
  constructor(adapter, config, changes, project) {
    Object.assign(this, { adapter, config, changes, project, base: adapter.base(config) });
  }

  async begin() {
    const names = await this.project.sourceFiles();
    const { changed, created, deleted } = this.changes;
    this.names = names;
    this.sameFiles = names.length === this.base.names.size && names.every((name) => this.base.names.has(name));
    const present = new Set(names);
    this.edited = [...changed, ...created].filter((file) => present.has(file));
    this.steady = !created.length && !deleted.length && changed.every(isSource) && this.sameFiles && !this.base.stops;
  }

  /** The edited files, and how they alone are enough; null if they are not. */
  async own() {
    if (this.steady && !this.edited.length) return { first: {}, accepted: 'own' };
    const first = await this.check(this.edited);
    this.plain = this.steady && this.isPlain(first) && (await this.project.quick()) === this.base.quick;
    // A host that sees a new error asks no further.
    const worth = this.plain && this.base.knows(Object.values(first).flat());
    return { first, accepted: worth && (await this.isUnseen(first)) ? 'shape' : null };
  }

  /** Whether no rule for the whole program speaks against a look at a part of it. */
  isPlain(first) {
    const errors = Object.values(first).flat();
    if (!this.base.sure) return false;
    if (errors.some((error) => SYNTAX.test(error.code) || HELPERS.includes(error.code))) return false;
    if (HELPERS.some((code) => this.base.codes.has(code))) return false;
    if (!this.edited.every((file) => TYPED.test(file))) return false;
    if (!LIBRARIES.every((library) => this.names.some((name) => name.endsWith(library)))) return false;
    const disposable = this.names.some((name) => name.endsWith('/lib.esnext.disposable.d.ts'));
    return disposable || !this.edited.some((file) => /\busing\b/.test(this.project.diagnostics.content(file)));
  }

  /** Whether no other file can see the edit; those whose old errors may read otherwise are added to the first batch. */
  async isUnseen(first) {
    const look = new Set();
    for (const file of this.edited) {
      const before = DECLARATIONS.test(file) ? null : await this.adapter.before(this.config, file);
      const found = before && cut(before, await this.project.tree(file));
      if (!found || (found.inferred.length && !(await this.infersTheSame(file, found.inferred)))) return false;
      const names = found.exported;
      if (names.length && !this.namesAreKnown()) return false;
      const noticing = names.length ? whoNotices(names, file, await this.program()) : [];
      if (!noticing) return false;
      for (const other of noticing) look.add(other);
    }
    if (look.size > CHUNK) return false;
    Object.assign(first, await this.check([...look].filter((file) => !this.edited.includes(file))));
    return true;
  }

  /** Whether functions with other bodies have the same types, and the text of these types tells everything. */
  async infersTheSame(file, places) {
    const original = this.adapter.original(this.config);
    const { strict, strictNullChecks } = this.project.options;
    if (!original || !(strictNullChecks ?? strict)) return false;
    if ((await this.adapter.graph(this.config, this.project)).isInRing(file)) return false;
    const before = await original.printed(file, places.map(([place]) => place));
    const after = await this.project.printed(file, places.map(([, place]) => place));
    const { files, text } = await this.program();
    const declares = (pattern) => files.some((each) => pattern.test(text(each)));
    return before.every((type, index) => type === after[index] && isTelling(type, declares));
  }

  /** Whether we would find everybody who takes a name from a module. */
  namesAreKnown() {
    if (this.base.undeclared) return false; // a declaration that could not be written may now be
    return !this.names.some((file) => this.project.listed(file) && !TYPED.test(file));
  }

  async program() {
    const { adapter, base, config, edited, project } = this;
    return {
      graph: await adapter.graph(config, project),
      files: this.names.filter((file) => project.listed(file)),
      hasDefault: (file) => !INTEROP(project.options.module) && /\bexport\s+default\b/.test(adapter.text(base, file)),
      text: (file) => (edited.includes(file) ? project.diagnostics.content(file) : adapter.text(base, file)),
      isFaulty: (file) => base.faulty.has(project.diagnostics.name(file)),
      edited,
    };
  }

  /** The files that the edit can reach, in batches; null if that is not known or not worth it. */
  async rest() {
    this.project = await this.adapter.project(this.config);
    const { project } = this;
    if (!this.plain || project.options.allowJs || project.options.checkJs || this.declarationsMayDiffer()) return null;
    const graph = await this.adapter.graph(this.config, project);
    const reached = graph.dependents(this.edited);
    const listed = this.names.filter((file) => project.listed(file));
    const near = [...graph.importers(this.edited)].filter((file) => !this.edited.includes(file));
    const few = reached.size <= SHARE * listed.length && (await this.staysInside(reached));
    if (few) return this.batches(near, this.names.filter((file) => reached.has(file)));
    return near.length <= NEAR ? this.nearThenWhole(near) : null;
  }

  /** A file's declarations can name a type by any module that passes it on, whether the file imports that or not. */
  declarationsMayDiffer() {
    if (!this.project.declares) return false;
    return this.base.undeclared || this.edited.some((file) => PASSES_ON.test(this.adapter.atBase(file) || ''));
  }

  /** Whether nothing that the edit reaches acts on files that do not import it. */
  async staysInside(reached) {
    for (const file of this.edited) {
      const before = await this.adapter.before(this.config, file);
      if (before === null || before.reachesBeyond()) return false;
    }
    for (const file of reached) {
      if (this.base.syntax.has(this.project.diagnostics.name(file))) return false;
      if (await this.actsOnAll(file)) return false;
    }
    return true;
  }

  async actsOnAll(file) {
    if (this.edited.includes(file)) return (await this.project.tree(file)).reachesBeyond();
    const { beyond } = this.base;
    if (!beyond.has(file)) beyond.set(file, (await this.project.tree(file)).isGlobal());
    return beyond.get(file);
  }

  async *batches(near, files) {
    const later = files.filter((file) => !near.includes(file) && !this.edited.includes(file));
    const groups = [...chunks(near), ...chunks(later)];
    for (const [index, group] of groups.entries()) {
      const checked = await this.check(group);
      if (!this.isPlain(checked)) return void (yield* whole(this.adapter, this.config, this.base));
      const last = index === groups.length - 1;
      yield batch(checked, index * CHUNK < near.length ? 'importers' : 'closure', last, this.base);
    }
    if (!groups.length) yield batch({}, 'closure', true, this.base);
  }

  async *nearThenWhole(near) {
    for (const group of chunks(near)) yield batch(await this.check(group), 'importers', false, this.base);
    yield* whole(this.adapter, this.config, this.base);
  }

  async check(files) {
    this.project = await this.adapter.project(this.config); // another project's judgement may have made a new snapshot
    const checked = {};
    for (const file of files) checked[this.project.diagnostics.name(file)] = await this.project.ofFile(file);
    this.base.seen.push(...Object.values(checked).flat());
    return checked;
  }
}

/** The whole program, in its order, with a checker that was asked nothing before. */
async function* whole(adapter, config, base) {
  const project = await adapter.afresh(config);
  const names = await project.sourceFiles();
  const changed = names.length !== base.names.size || !names.every((name) => base.names.has(name));
  const { checked, stops } = await project.everything();
  base.seen.push(...Object.values(checked).flat());
  yield { checked, files: changed ? await project.files() : null, stops, how: 'whole', done: true };
}

/** A configuration has changed, or something else that is not source: a new process reads everything. */
async function* anew(adapter, config) {
  const base = adapter.base(config);
  const { checked, files, stops } = await adapter.everythingCold(config, adapter.fs);
  base.seen.push(...Object.values(checked).flat());
  yield { checked, files, stops, how: 'whole', done: true };
}

function batch(checked, how, done, base) {
  return { checked, files: null, stops: base.stops, how, done };
}

function chunks(files) {
  return Array.from({ length: Math.ceil(files.length / CHUNK) }, (_, index) => files.slice(index * CHUNK, (index + 1) * CHUNK));
}

module.exports = { isSource, judge, relevant };
