'use strict';
// One project in one snapshot of the compiler. Diagnostics are asked for file by file in the program's order: then one
// checker answers, as with `--checkers 1`. The order matters, because a file that is checked earlier can put an error
// into a later one, and the default of four checkers loses some of these.

const { CompilerError } = require('./native_connection.js');
const { Tree } = require('./native_tree.js');

const DECLARATIONS = /\.d\.(?:[^./]+\.)?[cm]?ts$/;
const IN_FULL = 1 | 64; // nothing cut short; exported types with their module

class Project {
  /**
   * @param {import('./native_connection.js').Connection} connection
   * @param {import('./native_diagnostics.js').Diagnostics} diagnostics
   * @param {number} snapshot
   * @param {{id: string, compilerOptions: object, rootFiles: string[]}} found
   */
  constructor(connection, diagnostics, snapshot, found) {
    this.connection = connection;
    this.diagnostics = diagnostics;
    this.handle = { snapshot, project: found.id };
    this.options = found.compilerOptions || {};
    this.rootFiles = found.rootFiles || [];
    this.names = null;
    this.asked = false; // whether its checker has looked at a file
  }

  /** @param {string} method @param {object} [more] @returns {Promise<any>} */
  ask(method, more) {
    return this.connection.request(method, { ...this.handle, ...more });
  }

  /** @returns {Promise<string[]>} every file of the program, in its order */
  async sourceFiles() {
    this.names ??= await this.ask('getSourceFileNames');
    if (!Array.isArray(this.names)) throw new CompilerError('the compiler names no source files');
    return this.names;
  }

  /** @param {string} path @returns {boolean} whether the host is told of it: in the repository, outside node_modules */
  listed(path) {
    return path.startsWith(`${this.diagnostics.root}/`) && !path.includes('/node_modules/');
  }

  /** @returns {Promise<string[]>} */
  async files() {
    return (await this.sourceFiles()).filter((path) => this.listed(path)).map((path) => this.diagnostics.name(path)).sort();
  }

  /** @param {string} path @returns {boolean} whether it is one of the compiler's own */
  isLibrary(path) {
    return path.startsWith(`${this.connection.library}/`);
  }

  /** The syntax tree of a file. @param {string} file @param {string} [content] of it @returns {Promise<Tree>} */
  async tree(file, content = this.diagnostics.content(file)) {
    const found = await this.ask('getSourceFile', { file });
    if (!found || typeof found.data !== 'string') throw new CompilerError(`no syntax tree of ${file}`);
    return new Tree(found.data, content);
  }

  /** The types at some places, printed in full. @param {string} file @param {number[]} positions @returns {Promise<string[]>} */
  async printed(file, positions) {
    const found = await this.ask('getTypesAtPositions', { file, positions });
    return Promise.all(found.map((type) => (type ? this.ask('typeToString', { type: type.id, flags: IN_FULL }) : '')));
  }

  /** What the compiler says of the configuration and the options, without a look at any file. @returns {Promise<string>} */
  async quick() {
    return JSON.stringify([await this.ask('getConfigFileParsingDiagnostics'), await this.ask('getProgramDiagnostics')]);
  }

  get declares() {
    return Boolean(this.options.declaration || this.options.composite);
  }

  /** All errors of one file. @param {string} file @returns {Promise<object[]>} */
  async ofFile(file) {
    return [...(await this.ofTypes(file)), ...(await this.declarations(file))];
  }

  async ofTypes(file) {
    const syntax = this.diagnostics.errors(await this.ask('getSyntacticDiagnostics', { file }), 'syntax');
    return unique([...syntax, ...(await this.semantic(file))]);
  }

  async semantic(file) {
    this.asked = true;
    if (this.options.skipLibCheck && DECLARATIONS.test(file)) return []; // as the compiler would say
    return this.diagnostics.errors(await this.ask('getSemanticDiagnostics', { file }), 'semantic');
  }

  async declarations(file) {
    if (!this.declares || !this.listed(file)) return [];
    return this.diagnostics.errors(await this.ask('getDeclarationDiagnostics', { file }), 'declaration');
  }

  /** The errors of the configuration, of the options and without a file. To be asked after the files. */
  async general() {
    const config = this.diagnostics.errors(await this.ask('getConfigFileParsingDiagnostics'), 'config');
    const program = this.diagnostics.errors(await this.ask('getProgramDiagnostics'), 'global');
    const global = this.diagnostics.errors(await this.ask('getGlobalDiagnostics'), 'global');
    const known = new Set(config.map(key)); // what the configuration has wrong stops nobody
    const stopping = [...program, ...global].filter((error) => !known.has(key(error)));
    const stops = !this.rootFiles.length ? 'config' : stopping.length ? 'global' : null;
    return { errors: unique([...config, ...program, ...global]), stops };
  }

  /** Every error of the program, by file; "" has the general ones. @returns {Promise<{checked: object, stops: string | null}>} */
  async everything() {
    const checked = {};
    const files = await this.sourceFiles();
    const syntax = this.diagnostics.errors(await this.ask('getSyntacticDiagnostics'), 'syntax');
    for (const file of files) {
      const name = this.diagnostics.name(file);
      const errors = unique([...syntax.filter((error) => error.file === name), ...(await this.semantic(file))]);
      if (errors.length || this.listed(file)) checked[name] = errors;
    }
    for (const file of files) {
      const errors = await this.declarations(file);
      if (errors.length) checked[this.diagnostics.name(file)].push(...errors);
    }
    const { errors, stops } = await this.general();
    return { checked: { ...checked, '': errors }, stops };
  }
}

function key(error) {
  return JSON.stringify({ ...error, stage: '' });
}

function unique(errors) {
  return [...new Map(errors.map((error) => [key(error), error])).values()];
}

module.exports = { Project };
