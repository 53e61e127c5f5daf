'use strict';
// Who imports whom, as the compiler resolves it: the symbol of a module specifier is the module's, and its declarations
// name the files. Every place where a specifier can stand is asked for; one that is none has another symbol.

const PLACES = /(?:\bfrom|\bimport|\bmodule|\brequire\s*\(|\bimport\s*\(|\*\/|\/\/[^\n]*\n)\s*(?=["'`])/g;
const LONGEST = 20_000; // characters of a list of imported names
const MODULE = 512; // the flag of a module's symbol
const AUTOMATIC = new Set([4, 5]); // jsx: react-jsx, react-jsxdev

class Graph {
  constructor() {
    this.imports = new Map(); // file -> Set of files
    this.forms = new Map(); // file -> Map(file -> Set of the ways in which it is imported)
    this.stale = new Set(); // files whose imports have to be asked for again
    this.wild = new Set(); // files with imports that no specifier shows
  }

  /** @param {import('./native_project.js').Project} project @returns {Promise<Graph>} */
  static async of(project) {
    const graph = new Graph();
    const files = (await project.sourceFiles()).filter((file) => !project.isLibrary(file));
    await graph.read(project, files);
    return graph;
  }

  /** @param {string[]} files  have changed */
  edited(files) {
    for (const file of files) this.stale.add(file);
  }

  /** Ask again for what has changed. @param {import('./native_project.js').Project} project */
  async refresh(project) {
    const files = [...this.stale].filter((file) => this.imports.has(file));
    this.stale.clear();
    await this.read(project, files);
  }

  async read(project, files) {
    const automatic = await importsUnseen(project);
    for (const file of files) {
      const text = project.diagnostics.content(file);
      if (/\.(?:[jt]sx|js)$/.test(file) && (automatic || text.includes('@jsx'))) this.wild.add(file);
      const places = [...text.matchAll(PLACES)];
      const positions = places.map((match) => match.index + match[0].length);
      const symbols = positions.length ? await project.ask('getSymbolsAtPositions', { file, positions }) : [];
      if (!this.imports.has(file)) this.imports.set(file, new Set());
      for (const [index, symbol] of symbols.entries()) {
        const declaring = declaringFiles(symbol);
        this.link(file, declaring);
        for (const other of declaring) this.note(file, other, form(text, places[index], positions[index]));
      }
    }
  }

  /** A file depends on those that declare what it imports, and they depend on each other: one augments the other. */
  link(file, declaring) {
    for (const from of [file, ...declaring]) {
      const others = this.imports.get(from) || new Set();
      for (const other of declaring) if (other !== from) others.add(other);
      this.imports.set(from, others);
    }
  }

  note(file, other, how) {
    const forms = this.forms.get(file) || new Map();
    this.forms.set(file, forms.set(other, (forms.get(other) || new Set()).add(how)));
  }

  /** How a file imports another: "named", "default", "star" (`export *`) and "whole". @returns {Set<string>} */
  howImports(file, other) {
    return this.forms.get(file)?.get(other) || new Set(['whole']);
  }

  /** @param {Iterable<string>} files @returns {Set<string>} those that import one of them */
  importers(files) {
    const wanted = new Set(files);
    const found = new Set();
    for (const [file, others] of this.imports) for (const other of others) if (wanted.has(other)) found.add(file);
    return found;
  }

  /** @param {string} file @returns {boolean} whether it reaches itself by imports */
  isInRing(file) {
    const found = new Set(this.imports.get(file));
    for (const each of found) for (const other of this.imports.get(each) || []) found.add(other);
    return found.has(file) || this.wild.size > 0;
  }

  /** @param {Iterable<string>} files @returns {Set<string>} them, and all that reach one of them by imports */
  dependents(files) {
    const reverse = new Map();
    for (const [file, others] of this.imports) {
      for (const other of others) reverse.set(other, [...(reverse.get(other) || []), file]);
    }
    const found = new Set([...files, ...this.wild]);
    for (const file of found) for (const importer of reverse.get(file) || []) found.add(importer);
    return found;
  }
}

/** What a place takes of a module. Where we are not sure, it is the whole. */
function form(text, match, position) {
  const word = match[0].trimEnd();
  if (word === 'module') return 'named'; // an augmentation meets the names that it says
  if (word !== 'from') return 'whole';
  const before = text.slice(Math.max(0, position - LONGEST), match.index);
  const start = Math.max(...[...before.matchAll(/(?:^|[;}\n])[^\S\n]*(?=(?:import|export)\b)/g)].map((each) => each.index + each[0].length), -1);
  const clause = start < 0 ? '' : before.slice(start);
  if (!/^(?:import|export)\b/.test(clause) || /\/[/*]|["'`;=(]/.test(clause)) return 'whole';
  if (/^export\s+(?:type\s+)?\*\s*$/.test(clause)) return 'star';
  if (clause.includes('*')) return 'whole';
  return /^(?:import|export)\s+(?:type\s+|defer\s+)?\{/.test(clause) ? 'named' : 'default';
}

/** Whether elements import their runtime by themselves, and perhaps from a file of the repository. */
async function importsUnseen(project) {
  const { jsx, jsxImportSource, paths } = project.options;
  if (!AUTOMATIC.has(jsx) && !jsxImportSource) return false;
  const source = jsxImportSource || 'react';
  if (Object.keys(paths || {}).some((key) => key === '*' || key.startsWith(source[0]))) return true;
  const runtimes = (await project.sourceFiles()).filter((file) => /\/jsx-(?:dev-)?runtime(?:\.|\/)/.test(file));
  const known = (file) => file.includes(`/node_modules/${source}/`) || file.includes(`/node_modules/@types/${source}/`);
  return !runtimes.length || !runtimes.every(known);
}

/** The files in which a module's symbol is declared; an augmentation is a declaration too. */
function declaringFiles(symbol) {
  if (!symbol || (symbol.flags & MODULE) === 0) return [];
  return (symbol.declarations || []).map((handle) => /^\d+\.\d+\.(.*)$/s.exec(handle)?.[1]).filter(Boolean);
}

module.exports = { Graph };
