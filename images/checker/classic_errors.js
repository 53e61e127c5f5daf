'use strict';
// Diagnostics of the compiler as the host reads them: errors only, a file's path below the root, a place counted from 0.

const STAGES = { config: 'config', syntax: 'syntax', global: 'global', semantic: 'semantic', declaration: 'declaration' };

/**
 * @param {string} root  the repository's absolute folder
 * @param {string} path  absolute
 * @returns {string} below the root without it; another path stays absolute
 */
function shown(root, path) {
  return path.startsWith(`${root}/`) ? path.slice(root.length + 1) : path;
}

/**
 * @param {object} ts  the compiler
 * @param {string} root
 * @param {readonly object[]} diagnostics  the compiler's
 * @param {string} stage
 * @returns {object[]} the errors among them
 */
function errorsOf(ts, root, diagnostics, stage) {
  const errors = [];
  for (const diagnostic of diagnostics) {
    if (diagnostic.category !== ts.DiagnosticCategory.Error) continue;
    const { file, start } = diagnostic;
    const at = file && start !== undefined ? ts.getLineAndCharacterOfPosition(file, start) : { line: 0, character: 0 };
    const text = ts.flattenDiagnosticMessageText(diagnostic.messageText, '\n');
    const end = text.indexOf('\n');
    errors.push({
      file: file ? shown(root, file.fileName) : '',
      line: at.line,
      character: at.character,
      code: `TS${diagnostic.code}`,
      message: end < 0 ? text : text.slice(0, end),
      detail: end < 0 ? '' : text.slice(end + 1),
      stage,
    });
  }
  return errors;
}

/** @param {object[]} errors @returns {object[]} each once, in the order of the text; a stage counts as part of it */
function tidy(errors) {
  const seen = new Map();
  for (const error of errors) {
    const key = `${error.file}\0${error.line}\0${error.character}\0${error.code}\0${error.message}\0${error.detail}`;
    if (!seen.has(key)) seen.set(key, error);
  }
  return [...seen.values()].sort(
    (a, b) => compare(a.file, b.file) || a.line - b.line || a.character - b.character || compare(a.code, b.code),
  );
}

function compare(a, b) {
  return a < b ? -1 : a > b ? 1 : 0;
}

module.exports = { STAGES, compare, errorsOf, shown, tidy };
