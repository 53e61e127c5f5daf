'use strict';
// One tsconfig, warm: the base's state, and at most one candidate's.

const { State, configure, makeProgram } = require('./classic_state.js');
const { compare, reach } = require('./classic_judge.js');
const { shown, tidy } = require('./classic_errors.js');

const CHUNK_MS = 200;
const READ_BY_COMPILERS = /\.(?:[cm]?[jt]sx?|json)$/;
const RULES = /(?:^|\/)(?:package|[jt]sconfig[^/]*)\.json$/;

class Project {
  constructor(world, config) {
    this.world = world;
    this.config = config;
    this.setup = configure(world, config, 0);
    this.base = null;
    this.candidate = null;
    this.pending = { paths: new Set(), structure: false }; // what changed since the base's state was made
    const major = world.ts.versionMajorMinor.split('.').map(Number);
    this.sharedResolutions = major[0] === 5 && major[1] < 3; // they lie in the parsed files, which programs share
    if (this.setup.parsed) this.base = this.fresh();
  }

  /** Everything looked at anew. */
  fresh() {
    const state = new State(this.world, this.setup, makeProgram(this.world, this.setup, null, false));
    state.check(state.program.getSourceFiles());
    return state.rested();
  }

  /** @returns {{files: string[], errors: object[], stops: string | null}} at the state that the overlay shows */
  report() {
    this.advance();
    if (!this.base) return { files: [], errors: this.setup.failed, stops: 'config' };
    const { errors, stops } = this.base.summary;
    return { files: this.base.listed(), errors: tidy([...errors, ...[...this.base.errors.values()].flat()]), stops };
  }

  /** @returns {object} the options that the host asks about */
  options() {
    const { composite, declaration, skipLibCheck, allowJs, checkJs } = this.setup.parsed?.options || {};
    const all = { composite, declaration, skipLibCheck, allowJs, checkJs };
    return Object.fromEntries(Object.entries(all).map(([name, value]) => [name, Boolean(value)]));
  }

  /** The overlay's base has changed. @param {{changed: string[], created: string[], deleted: string[]}} changes */
  moved(changes) {
    for (const path of [...changes.changed, ...changes.created, ...changes.deleted]) this.pending.paths.add(path);
    if (changes.created.length || changes.deleted.length) this.pending.structure = true;
  }

  /** Bring the base's state to what the overlay shows. */
  advance() {
    if (!this.pending.paths.size) return;
    const { paths, structure } = this.pending;
    const changes = { changed: [...paths], created: structure ? [...paths] : [], deleted: [] };
    this.pending = { paths: new Set(), structure: false };
    for (const batch of this.judge(changes)) if (batch.done) break;
    this.settle(true, { changed: [], created: [], deleted: [] });
  }

  /**
   * @param {{changed: string[], created: string[], deleted: string[]}} changes
   * @returns {Generator<object>} batches of the protocol
   */
  *judge(changes) {
    this.candidate = null;
    const touched = new Set([...changes.changed, ...changes.created, ...changes.deleted, ...this.pending.paths]);
    const paths = [...touched].filter((path) => READ_BY_COMPILERS.test(path));
    const structure = this.pending.structure || changes.created.length + changes.deleted.length > 0;
    const ruled = paths.some((path) => RULES.test(path) || path.includes('/node_modules/') || this.setup.read.has(path));
    const aliases = structure || this.setup.parsed?.options.preserveSymlinks;
    const known = this.base && (aliases ? paths.length > 0 : paths.some((path) => this.base.files.has(path)));
    if (this.base && !ruled && !known) {
      this.candidate = { state: this.base, setup: this.setup, complete: true };
      yield { checked: {}, files: null, stops: this.base.summary.stops, how: 'own', done: true };
      return;
    }
    yield* this.batches(paths, structure, ruled);
  }

  *batches(paths, structure, ruled) {
    const { world } = this;
    const anew = structure || ruled || !this.base || !this.setup.parsed;
    const generation = this.setup.generation + (ruled ? 1 : 0); // no parsed file outlives the rules that it was parsed by
    const setup = anew ? configure(world, this.config, generation) : this.setup;
    this.candidate = { state: null, setup, complete: false };
    if (!setup.parsed) {
      this.candidate.complete = true;
      yield { checked: { '': setup.failed }, files: [], stops: 'config', how: 'whole', done: true };
      return;
    }
    const before = ruled || !this.base?.links ? null : this.base.program; // links: read before the next program moves them
    const again = structure || this.resolveAgain || false;
    this.resolveAgain = this.sharedResolutions && structure;
    const state = new State(world, setup, makeProgram(world, setup, before, again), { before: before && this.base });
    this.candidate.state = state;
    const changed = paths.map((path) => state.files.get(path)).filter(Boolean);
    const difference = before ? compare(this.base, state) : { edited: changed, whole: true, seeds: [] };
    const doubtful = setup.parsed.options.outFile || setup.parsed.options.preserveSymlinks;
    if (doubtful) difference.whole = true;

    state.check(difference.edited);
    const files = this.filesIfOther(state);
    const first = { checked: this.checked(state, difference.edited), files, stops: state.summary.stops, how: 'own' };
    first.checked[''] = this.loose(state);
    yield { ...first, done: false };

    const rest = before ? reach(this.base, state, difference) : { how: 'whole', near: [], far: this.others(state) };
    yield* this.chunks(state, rest.near, rest.how === 'whole' ? 'whole' : 'importers');
    yield* this.chunks(state, rest.far, rest.how);
    if (rest.how !== 'whole') {
      yield* this.chunks(state, this.otherwiseIncluded(state), rest.how);
      this.inherit(state);
    }
    this.candidate.complete = true;
    yield { checked: { '': this.loose(state) }, files: null, stops: state.summary.stops, how: rest.how, done: true };
  }

  others(state) {
    return state.program.getSourceFiles().filter((file) => !state.errors.has(file.path));
  }

  *chunks(state, files, how) {
    let part = [];
    let until = performance.now() + CHUNK_MS;
    for (const file of files) {
      state.check([file]);
      part.push(file);
      if (performance.now() < until) continue;
      yield { checked: this.checked(state, part), files: null, stops: state.summary.stops, how, done: false };
      part = [];
      until = performance.now() + CHUNK_MS;
    }
    if (part.length) yield { checked: this.checked(state, part), files: null, stops: state.summary.stops, how, done: false };
  }

  /** Files that were not looked at, and about which the program itself says something else: how they came in, or where. */
  otherwiseIncluded(state) {
    const says = ({ program }, file) =>
      JSON.stringify(program.getProgramDiagnostics(file).map(({ code, start, messageText }) => [code, start, messageText]));
    if (state.files.size === this.base.files.size && state.program.structureIsReused === 2) return [];
    const left = [...state.files.values()].filter((file) => !state.errors.has(file.path));
    if (!state.program.getProgramDiagnostics) return left;
    return left.filter((file) => says(state, file) !== says(this.base, this.base.files.get(file.path)));
  }

  /** Files that were not looked at have the base's errors. */
  inherit(state) {
    for (const path of state.files.keys()) {
      if (!state.errors.has(path) && this.base.errors.has(path)) state.errors.set(path, this.base.errors.get(path));
    }
  }

  checked(state, files) {
    const { root } = this.world;
    const checked = {};
    for (const file of files) {
      const errors = (state.errors.get(file.path) || []).filter((error) => error.file !== '');
      const name = shown(root, file.fileName);
      const own = !name.startsWith('/') && !name.includes('node_modules/');
      if (own || errors.length || this.base?.errors.get(file.path)?.length) checked[name] = errors;
    }
    return checked;
  }

  /** The errors that are in no file of the program. */
  loose(state) {
    const found = [...state.errors.values()].flat().filter((error) => error.file === '');
    return tidy([...state.summary.errors, ...found]);
  }

  filesIfOther(state) {
    const files = state.listed();
    return this.base && files.join('\n') === this.base.listed().join('\n') ? null : files;
  }

  /** The judgement has ended. @param {boolean} keep @param {object} changes  of the base, if it is kept */
  settle(keep, changes) {
    const { candidate } = this;
    this.candidate = null;
    if (!keep) return;
    if (!candidate?.complete) {
      this.moved(changes);
      return;
    }
    this.pending = { paths: new Set(), structure: false };
    this.setup = candidate.setup;
    if (candidate.state === this.base) return;
    this.base = candidate.state ? candidate.state.rested() : null;
  }
}

module.exports = { Project };
