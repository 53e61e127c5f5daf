'use strict';
// The shape of a file: everything of it that can change a type elsewhere. Two versions with one shape give the same
// errors in every other file. The declaration text is most of it. It leaves out what this module adds: the types of
// private members (they count for variance), classes and types that are named inside, which annotations are explicit
// (assertions and calls that never return need them), and enums.

/** The text of the declaration cannot be trusted after one of these: it says `any` for what was too long. */
const CUT_SHORT = new Set([7056, 5055]);

/**
 * @param {object} ts
 * @param {object} program
 * @param {object} file a source file of the program
 * @returns {string | null} null: not known, so any edit counts as a change
 */
function shapeOf(ts, program, file) {
  if (file.isDeclarationFile) return tokens(ts, file.text, file.languageVariant);
  if (file.scriptKind !== ts.ScriptKind.TS && file.scriptKind !== ts.ScriptKind.TSX) return null;
  if (program.getCompilerOptions().stripInternal && file.text.includes('@internal')) return null;
  const declaration = declarationText(ts, program, file);
  return declaration === null ? null : `${declaration}\n${hidden(ts, program.getTypeChecker(), file).join('\n')}`;
}

/** The declaration file's tokens and its errors, without places. */
function declarationText(ts, program, file) {
  let found = null;
  const write = (name, text, _mark, _onError, _files, data) => {
    if (!/\.d\.[mc]?ts$/.test(name) || found !== null) return;
    const errors = (data?.diagnostics || []).map(({ code, messageText }) => [code, ts.flattenDiagnosticMessageText(messageText, '\n')]);
    if (errors.some(([code]) => CUT_SHORT.has(code))) return;
    found = `${tokens(ts, text, 0)}\n${JSON.stringify(errors)}`;
  };
  program.emit(file, write, undefined, 2, undefined, true);
  return found;
}

/** A text without its comments and layout. */
function tokens(ts, text, variant) {
  const scanner = ts.createScanner(ts.ScriptTarget.Latest, true, variant, text);
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
  const marks = text.split('\n').filter((line) => /^\s*\/\/\/\s*</.test(line));
  return `${found.join(' ')}\n${marks.join('\n')}`;
}

/** What a declaration file does not say. @returns {string[]} */
function hidden(ts, checker, file) {
  const found = [];
  const typeOf = (node) => checker.typeToString(checker.getTypeAtLocation(node), undefined, ts.TypeFormatFlags.NoTruncation);
  const name = (node) => (node.name ? node.name.getText(file) : '');
  const plain = (node) => tokens(ts, node.getText(file), 0);

  const members = (node, inside) => {
    for (const clause of node.heritageClauses || []) found.push(plain(clause));
    for (const parameter of node.typeParameters || []) found.push(plain(parameter));
    for (const member of node.members) {
      const secret = ts.getCombinedModifierFlags(member) & ts.ModifierFlags.Private || (member.name && ts.isPrivateIdentifier(member.name));
      if (member.name && (secret || inside)) found.push(`member ${name(member)}: ${typeOf(member)}`);
      if (!ts.isConstructorDeclaration(member)) continue;
      for (const parameter of member.parameters) {
        if (ts.isParameterPropertyDeclaration(parameter, member)) found.push(`member ${name(parameter)}: ${typeOf(parameter)}`);
      }
    }
  };
  const visit = (node, body) => {
    if (ts.isInterfaceDeclaration(node) || ts.isTypeAliasDeclaration(node) || ts.isEnumDeclaration(node)) {
      found.push(plain(node));
      return;
    }
    if (ts.isClassLike(node)) members(node, body || ts.isClassExpression(node) || node.parent !== file);
    if (!body && (ts.isVariableDeclaration(node) || ts.isPropertyDeclaration(node) || ts.isFunctionLike(node))) {
      const nullary = ts.isFunctionLike(node) ? '()' : '';
      found.push(`${node.kind} ${name(node)}${nullary} ${node.type ? plain(node.type) : ''}`);
    }
    const within = body || ts.isBlock(node);
    ts.forEachChild(node, (child) => visit(child, within));
  };
  visit(file, false);
  return found;
}

module.exports = { shapeOf };
