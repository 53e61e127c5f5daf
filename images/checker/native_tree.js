'use strict';
// The syntax tree of one file as TypeScript 7.0 sends it: numbers in one buffer, seven a node, children after their
// parent. Kinds and layouts are those of the versions that native.js knows.

const { CompilerError } = require('./native_connection.js');

const FORMAT = 5;
const NODE = 28;
const LIST = 0xffffffff;

/** The kinds that somebody here asks for. */
const KIND = Object.freeze({
  StringLiteral: 10, NoSubstitutionTemplateLiteral: 14, FirstAssignment: 63, LastAssignment: 78, Identifier: 79,
  DefaultKeyword: 89, ExportKeyword: 94, PropertyDeclaration: 173, MethodDeclaration: 175, Constructor: 177, GetAccessor: 178,
  SetAccessor: 179, ObjectBindingPattern: 207, ArrayLiteral: 210, ObjectLiteral: 211, PropertyAccess: 212,
  ElementAccess: 213, Call: 214, TypeAssertion: 217, Parenthesized: 218, FunctionExpression: 219, ArrowFunction: 220,
  Delete: 221, PrefixUnary: 225, PostfixUnary: 226, Binary: 227, As: 235, NonNull: 236, Meta: 237, Satisfies: 239,
  Block: 242, Variable: 244, ForIn: 250, ForOf: 251, VariableDeclaration: 261, FunctionDeclaration: 263, Class: 264, Interface: 265,
  TypeAlias: 266, Enum: 267, ModuleDeclaration: 268, NamespaceExport: 271,
  ImportEquals: 272, Import: 273, ExportAssignment: 278, Export: 279, JSDoc: 315,
});

class Tree {
  /** @param {string} data  base64 @param {string} text  of the file */
  constructor(data, text) {
    this.text = text;
    this.bytes = Buffer.from(data, 'base64');
    if (this.bytes.length < 44 || this.bytes[3] !== FORMAT) throw new CompilerError('a syntax tree of another format');
    [this.offsets, this.strings, , , this.nodes] = [24, 28, 32, 36, 40].map((at) => this.bytes.readUInt32LE(at));
    this.size = Math.floor((this.bytes.length - this.nodes) / NODE);
    this.root = 1;
    if (this.end(this.root) !== text.length) throw new CompilerError('a syntax tree of another text');
  }

  number(node, field) {
    return this.bytes.readUInt32LE(this.nodes + node * NODE + field * 4);
  }

  kind(node) {
    return this.number(node, 0);
  }

  /** Where it starts, with the comments and blanks before it. */
  start(node) {
    return this.number(node, 1);
  }

  end(node) {
    return this.number(node, 2);
  }

  parent(node) {
    let parent = this.number(node, 4);
    if (this.kind(parent) === LIST) parent = this.number(parent, 4);
    return parent;
  }

  /** Which of its possible children a node has, one bit each. */
  has(node, bit) {
    return (this.number(node, 5) & (1 << bit)) !== 0;
  }

  /** The few bits that some nodes have beside their children, such as the operator of `++x`. */
  extra(node) {
    return (this.number(node, 5) >>> 24) & 0x3f;
  }

  /** Its children without its doc comments; a list is one child. @returns {number[]} */
  direct(node) {
    const found = [];
    const first = node + 1;
    if (first >= this.size || this.number(first, 4) !== node) return found;
    for (let at = first; at !== 0; at = this.number(at, 3)) if (this.kind(at) !== KIND.JSDoc) found.push(at);
    return found;
  }

  /** Its children; those of lists too. @returns {number[]} */
  children(node) {
    return this.direct(node).flatMap((child) => (this.kind(child) === LIST ? this.direct(child) : [child]));
  }

  /** Whether an identifier; its name. */
  name(node) {
    const at = this.offsets + (this.number(node, 5) & 0xffffff) * 4;
    const [start, end] = [this.bytes.readUInt32LE(at), this.bytes.readUInt32LE(at + 4)];
    return this.bytes.toString('utf8', this.strings + start, this.strings + end);
  }

  /** Every node below, each before its children; `enter` says whether to go on below. @param {(node: number) => boolean} enter */
  walk(node, enter) {
    for (const child of this.children(node)) if (enter(child)) this.walk(child, enter);
  }

  /** The top-level statements. @returns {number[]} */
  statements() {
    const [list] = this.direct(this.root);
    return list === undefined || this.kind(list) !== LIST ? [] : this.direct(list);
  }

  /** Whether an import or export at the top makes it a module. @returns {boolean} */
  isModule() {
    return this.statements().some((statement) => {
      const kind = this.kind(statement);
      if ([KIND.Import, KIND.Export, KIND.ExportAssignment].includes(kind)) return true;
      return this.children(statement).some((child) => this.kind(child) === KIND.ExportKeyword);
    });
  }

  /** Whether it acts on files that import neither it nor what it augments: a script, or something global. */
  isGlobal() {
    return !this.isModule() || this.modules().some((name) => name === 'global' || name === null);
  }

  /** Whether it may act on files that do not import it. */
  reachesBeyond() {
    return this.isGlobal() || /^\s*\/\/\/\s*</m.test(this.text) || this.modules().some((name) => name !== 'namespace');
  }

  /** What its `declare module "a"`, `declare global`, namespaces and `export as namespace` (null) are. */
  modules() {
    return this.statements().flatMap((statement) => {
      if (this.kind(statement) === KIND.NamespaceExport) return [null];
      if (this.kind(statement) !== KIND.ModuleDeclaration) return [];
      const name = this.children(statement).find((child) => [KIND.Identifier, KIND.StringLiteral].includes(this.kind(child)));
      if (name === undefined) return [null];
      if (this.kind(name) === KIND.StringLiteral) return ['module'];
      return [this.name(name) === 'global' ? 'global' : 'namespace'];
    });
  }
}

module.exports = { KIND, Tree };
