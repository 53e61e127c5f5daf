'use strict';
// One state of one project: a program, the import graph, and every file's errors. It is never changed after it was
// made; a candidate gets one of its own.

const { compilerHost, parseConfig, settingsKey } = require('./classic_host.js');
const { linksOf } = require('./classic_graph.js');
const { errorsOf, shown, tidy } = require('./classic_errors.js');

/** Parse a tsconfig. @param {object} world @param {string} config @param {number} generation  of the rules @returns {object} what programs of this project have in common until a config changes */
function configure(world, config, generation) {
  const { ts, root } = world;
  const { parsed, failed, read } = parseConfig(world, config);
  if (!parsed) return { config, parsed: null, failed: errorsOf(ts, root, failed, 'config'), read, references: new Map(), generation };
  const [major, minor] = ts.versionMajorMinor.split('.').map(Number);
  const reported = major > 5 || minor >= 6 || !parsed.options.noEmit; // older ones are silent where nothing is emitted
  const emitsDeclarations = Boolean(parsed.options.declaration || parsed.options.composite);
  parsed.options.noEmit = true;
  return {
    config,
    parsed,
    failed: [],
    read,
    references: new Map(),
    declares: emitsDeclarations && reported,
    settings: `${generation} ${settingsKey(parsed.options)}`,
    generation,
    invalidated: false,
  };
}

/**
 * @param {object} world
 * @param {object} setup  of configure
 * @param {object | null} before  a program whose structure may be used again
 * @param {boolean} invalidated  whether every import must be resolved again
 * @returns {object} ts.Program
 */
function makeProgram(world, setup, before, invalidated) {
  const { ts } = world;
  setup.invalidated = invalidated;
  if (setup.parsed.options.preserveSymlinks) world.sources.hashes.clear(); // one file may have names that no edit says
  return ts.createProgram({
    rootNames: setup.parsed.fileNames,
    options: setup.parsed.options,
    projectReferences: setup.parsed.projectReferences,
    configFileParsingDiagnostics: ts.getConfigFileParsingDiagnostics(setup.parsed),
    host: compilerHost(world, setup),
    oldProgram: before || undefined,
  });
}

class State {
  /**
   * @param {object} world
   * @param {object} setup  of configure
   * @param {object} program
   * @param {{errors?: Map<string, object[]>, summary?: object, before?: State | null}} known
   */
  constructor(world, setup, program, { errors = new Map(), summary, before = null } = {}) {
    this.world = world;
    this.setup = setup;
    this.program = program;
    /** path -> errors of that file, and of no file, found by looking at it */
    this.errors = errors;
    this.before = before;
    this.shapes = new Map();
    this.summary = summary || this.general();
  }

  /** @returns {Map<string, Map<string, string>> | null} the import graph */
  get links() {
    if (this.graph === undefined) this.graph = linksOf(this.program, this.before);
    return this.graph;
  }

  /** @returns {Map<string, object>} path -> source file */
  get files() {
    if (!this.byPath) this.byPath = new Map(this.program.getSourceFiles().map((file) => [file.path, file]));
    return this.byPath;
  }

  /** Look at files: the types of all of them, then the declarations. @param {object[]} files */
  check(files) {
    const { ts, root } = this.world;
    const foreign = (file) => this.program.isSourceOfProjectReferenceRedirect?.(file.fileName); // judged in its own project
    for (const file of files) {
      if (foreign(file)) {
        this.errors.set(file.path, []);
        continue;
      }
      const found = errorsOf(ts, root, this.program.getSyntacticDiagnostics(file), 'syntax');
      found.push(...errorsOf(ts, root, this.program.getSemanticDiagnostics(file), 'semantic'));
      this.errors.set(file.path, found);
    }
    if (!this.setup.declares) return;
    for (const file of files) {
      if (file.isDeclarationFile || foreign(file)) continue;
      if (file.scriptKind === ts.ScriptKind.JSON) continue;
      const found = errorsOf(ts, root, this.program.getDeclarationDiagnostics(file), 'declaration');
      this.errors.set(file.path, tidy([...this.errors.get(file.path), ...found]));
    }
  }

  /** @returns {{errors: object[], stops: string | null}} of the config and the program as a whole, before any file */
  general() {
    const { ts, root } = this.world;
    const config = errorsOf(ts, root, this.program.getConfigFileParsingDiagnostics(), 'config');
    const options = errorsOf(ts, root, this.program.getOptionsDiagnostics(), 'config');
    const global = errorsOf(ts, root, this.program.getGlobalDiagnostics(), 'global');
    return { errors: [...config, ...options, ...global], stops: options.length ? 'config' : global.length ? 'global' : null };
  }

  /** @returns {string[]} the files of the repository, as the host names them */
  listed() {
    const { root } = this.world;
    const inside = (name) => name.startsWith(`${root}/`) && !name.includes('/node_modules/');
    return this.program.getSourceFiles().map((file) => file.fileName).filter(inside).map((name) => shown(root, name)).sort();
  }

  /** @returns {object} the same state whose program has not looked at anything yet: its memory is free */
  rested() {
    const program = makeProgram(this.world, this.setup, this.program, false);
    const state = new State(this.world, this.setup, program, { errors: this.errors, summary: this.summary });
    state.graph = this.graph;
    state.shapes = this.shapes;
    return state;
  }
}

module.exports = { State, configure, makeProgram };
