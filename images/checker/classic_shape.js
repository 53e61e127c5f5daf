'use strict';
// The shape of a file: everything of it that can change a type elsewhere. Two versions with one shape give the same
// errors in every other file. The declaration text is most of it. It leaves out what this module adds: the types of
// private members (they count for variance), classes and types that are named inside, which annotations are explicit
// (assertions and calls that never return need them), and enums.

/** The text of the declaration cannot be trusted after one of these: it says `any` for what was too long. */
const CUT_SHORT = new Set([7056]);

/**
 * @typedef {{text: string, names: string[] | null}} Part  names: what it declares at the top of the file
 * @typedef {{statements: Part[], rest: string, words: Set<string>}} Shape
 * @param {object} ts
 * @param {object} program
 * @param {object} file a source file of the program
 * @returns {Shape | null} null: not known, so any edit counts as a change
 */
function shapeOf(ts, program, file) {
  if (file.isDeclarationFile) return shape(ts, file, '[]', []);
  if (file.scriptKind !== ts.ScriptKind.TS && file.scriptKind !== ts.ScriptKind.TSX) return null;
  const declaration = declarationOf(ts, program, file);
  if (declaration === null) return null;
  const parsed = ts.createSourceFile('/shape.d.ts', declaration.text, ts.ScriptTarget.Latest, true);
  return shape(ts, parsed, declaration.errors, hidden(ts, program.getTypeChecker(), file));
}

function shape(ts, declaration, errors, more) {
  const marks = declaration.text.split('\n').filter((line) => /^\s*\/\/\/\s*</.test(line));
  const parts = declaration.statements.map((statement) => ({
    text: tokens(ts, statement.getText(declaration)),
    names: namesOf(ts, statement),
  }));
  const words = new Set(parts.flatMap(({ text }) => text.split(/[^\w$]+/)));
  const added = more.filter(({ word }) => word === undefined || words.has(word));
  for (const { text } of added) for (const word of text.split(/[^\w$]+/)) words.add(word);
  return { statements: [...parts, ...added], rest: `${errors}\n${marks.join('\n')}`, words };
}

/** The declaration file and its errors, without places. */
function declarationOf(ts, program, file) {
  let found = null;
  const write = (name, text, _mark, _onError, _files, data) => {
    if (!/\.d\.[mc]?ts$/.test(name) || found !== null) return;
    const errors = (data?.diagnostics || []).map(({ code, messageText }) => [code, ts.flattenDiagnosticMessageText(messageText, '\n')]);
    if (!errors.some(([code]) => CUT_SHORT.has(code))) found = { text, errors: JSON.stringify(errors) };
  };
  const options = program.getCompilerOptions();
  const { stripInternal } = options;
  options.stripInternal = false; // what is internal is still seen by the project's own files
  try {
    program.emit(file, write, undefined, 2, undefined, true);
  } finally {
    options.stripInternal = stripInternal;
  }
  return found;
}

/** @returns {string[] | null} the names that a statement declares; null for one that does something else */
function namesOf(ts, statement) {
  if (ts.isVariableStatement(statement)) {
    const { declarations } = statement.declarationList;
    return declarations.every(({ name }) => ts.isIdentifier(name)) ? declarations.map(({ name }) => name.text) : null;
  }
  if (ts.isExportDeclaration(statement)) {
    const clause = statement.exportClause;
    return clause && ts.isNamedExports(clause) && clause.elements.length === 0 && !statement.moduleSpecifier ? [] : null;
  }
  if (ts.isImportDeclaration(statement)) return importedNames(ts, statement);
  const declares = [ts.isFunctionDeclaration, ts.isClassDeclaration, ts.isInterfaceDeclaration, ts.isTypeAliasDeclaration, ts.isEnumDeclaration];
  const standard = ts.getCombinedModifierFlags(statement) & ts.ModifierFlags.Default;
  return declares.some((is) => is(statement)) && statement.name && !standard ? [statement.name.text] : null;
}

function importedNames(ts, { importClause }) {
  if (!importClause) return null;
  const names = importClause.name ? [importClause.name.text] : [];
  const bindings = importClause.namedBindings;
  if (!bindings) return names;
  return ts.isNamespaceImport(bindings) ? [...names, bindings.name.text] : [...names, ...bindings.elements.map(({ name }) => name.text)];
}

/** A text without its comments and layout. */
function tokens(ts, text) {
  const scanner = ts.createScanner(ts.ScriptTarget.Latest, true, ts.LanguageVariant.Standard, text);
  const found = [];
  const braces = []; // a template's `${` waits for its `}`
  for (let kind = scanner.scan(); kind !== ts.SyntaxKind.EndOfFileToken; kind = scanner.scan()) {
    if (kind === ts.SyntaxKind.TemplateHead) braces.push(true);
    else if (kind === ts.SyntaxKind.OpenBraceToken) braces.push(false);
    else if (kind === ts.SyntaxKind.CloseBraceToken && braces.pop()) {
      if (scanner.reScanTemplateToken(false) === ts.SyntaxKind.TemplateMiddle) braces.push(true);
    }
    found.push(scanner.getTokenText());
  }
  return found.join(' ');
}

/** What a declaration file does not say. @returns {(Part & {word?: string})[]} word: of use only if it is in the declaration */
function hidden(ts, checker, file) {
  const found = [];
  for (const statement of file.statements) {
    const names = namesOf(ts, statement);
    const add = (text, word) => found.push({ text, names, word });
    visitor(ts, checker, file, add)(statement, false);
  }
  return found;
}

function visitor(ts, checker, file, add) {
  const typeOf = (node) => checker.typeToString(checker.getTypeAtLocation(node), undefined, ts.TypeFormatFlags.NoTruncation);
  const plain = (node) => tokens(ts, node.getText(file));
  const flags = (node) => ts.getCombinedModifierFlags(node);
  const exported = (node) => node.parent === file && flags(node) & ts.ModifierFlags.Export;

  const members = (node, inside) => {
    if (inside) for (const part of [...(node.heritageClauses || []), ...(node.typeParameters || [])]) add(plain(part));
    for (const member of node.members) {
      const secret = flags(member) & ts.ModifierFlags.Private || (member.name && ts.isPrivateIdentifier(member.name));
      if (member.name && (secret || inside)) add(`member ${member.name.getText(file)} : ${typeOf(member)}`);
      if (!ts.isConstructorDeclaration(member)) continue;
      for (const parameter of member.parameters) {
        if (ts.isParameterPropertyDeclaration(parameter, member)) add(`member ${parameter.name.getText(file)} : ${typeOf(parameter)}`);
      }
    }
  };
  const visit = (node, body) => {
    const listed = !body && exported(node);
    if (ts.isInterfaceDeclaration(node) || ts.isTypeAliasDeclaration(node)) {
      if (!listed) add(plain(node));
      return;
    }
    if (ts.isEnumDeclaration(node) || ts.isModuleDeclaration(node)) {
      add(plain(node));
      return;
    }
    if (ts.isClassLike(node)) members(node, !listed || !ts.isClassDeclaration(node));
    if (!body && node.name && ts.isIdentifier(node.name)) {
      if (ts.isVariableDeclaration(node) || ts.isPropertyDeclaration(node)) add(`explicit ${node.name.text} ${node.type ? plain(node.type) : ''}`, node.name.text);
      else if (ts.isFunctionLike(node)) add(`explicit ${node.name.text} ( ) ${node.type ? plain(node.type) : ''}`, node.name.text);
    }
    const within = body || ts.isBlock(node);
    ts.forEachChild(node, (child) => visit(child, within));
  };
  return visit;
}

module.exports = { shapeOf };
