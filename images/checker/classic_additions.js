'use strict';
// A module that only gained exports. A file that takes others of its names cannot see the difference; a file that sees
// all of its exports (a namespace import, `export *`, `import()`) can.

const { meant } = require('./classic_graph.js');

const ALL = '*';

/**
 * @param {object} before  Shape
 * @param {object} after  Shape
 * @param {Set<string>} taken  every name at the top of the old version
 * @returns {Set<string> | null} the exports that were added, if that is the only difference; else null
 */
function addedNames(before, after, taken) {
  if (before.rest !== after.rest) return null;
  const names = new Set();
  let next = 0;
  for (const statement of after.statements) {
    if (next < before.statements.length && statement.text === before.statements[next].text) {
      next += 1;
      continue;
    }
    if (!statement.names) return null;
    for (const name of statement.names) names.add(name);
  }
  if (next < before.statements.length) return null;
  for (const name of names) if (taken.has(name) || before.words.has(name)) return null;
  return names;
}

/**
 * How a file uses another one's exports.
 * @param {object} ts
 * @param {object} user  source file, bound
 * @param {Map<string, string>} links  of the user
 * @param {string} path
 * @returns {{names: Set<string>, all: boolean, star: boolean}}
 */
function usesOf(ts, user, links, path) {
  const uses = { names: new Set(), all: false, star: false };
  for (const literal of user.moduleAugmentations || []) if (literal.text && meant(links, literal.text).has(path)) uses.all = true;
  for (const literal of user.imports) {
    if (!meant(links, literal.text).has(path)) continue;
    const parent = literal.parent;
    const found = parent ? usesAt(ts, parent, literal) : [ALL];
    if (found === 'star') uses.star = true;
    else for (const name of found) name === ALL ? (uses.all = true) : uses.names.add(name);
  }
  return uses;
}

function usesAt(ts, parent, literal) {
  const taken = ({ elements }) => elements.map(({ name, propertyName }) => (propertyName || name).text);
  if (ts.isImportDeclaration(parent)) {
    const clause = parent.importClause;
    if (!clause) return [];
    const bindings = clause.namedBindings;
    if (bindings && ts.isNamespaceImport(bindings)) return [ALL];
    return [...(clause.name ? ['default'] : []), ...(bindings ? taken(bindings) : [])];
  }
  if (ts.isExportDeclaration(parent)) {
    if (!parent.exportClause) return 'star';
    return ts.isNamedExports(parent.exportClause) ? taken(parent.exportClause) : [ALL];
  }
  if (ts.isLiteralTypeNode(parent) && ts.isImportTypeNode(parent.parent) && parent.parent.argument === parent) {
    let qualifier = parent.parent.qualifier;
    while (qualifier && ts.isQualifiedName(qualifier)) qualifier = qualifier.left;
    return qualifier && literal ? [qualifier.text] : [ALL];
  }
  return [ALL];
}

/**
 * @param {object} base  State
 * @param {object} next  State
 * @param {Map<string, Set<string>>} users
 * @param {string} path  of the file that gained exports
 * @param {Set<string>} names  which
 * @returns {{moved: string[], again: string[]}} moved: files that may give others something else than before; again:
 *   files whose own errors may be others
 */
function spread(base, next, users, path, names) {
  const { ts } = base.world;
  const moved = [];
  const again = new Set();
  const gained = [path];
  for (const from of gained) {
    const defaults = exportsOf(base, from).has('default');
    for (const user of users.get(from) || []) {
      const file = next.files.get(user);
      const before = base.files.get(user);
      if (!file || !before) continue; // added or gone: what it exports is new to everyone
      if (file !== before) {
        moved.push(user);
        continue;
      }
      const uses = usesOf(ts, file, next.links.get(user), from);
      const javascript = file.scriptKind === ts.ScriptKind.JS || file.scriptKind === ts.ScriptKind.JSX;
      if ((base.errors.get(user) || []).length) again.add(user);
      if (uses.all || javascript || [...uses.names].some((name) => names.has(name)) || (uses.names.has('default') && !defaults)) {
        moved.push(user);
      } else if (uses.star) {
        again.add(user); // two modules may have gained the same name
        const held = exportsOf(base, user);
        if ([...names].some((name) => held.has(name))) moved.push(user);
        else if (!gained.includes(user)) gained.push(user);
      }
    }
  }
  return { moved, again: [...again] };
}

function exportsOf(state, path) {
  const checker = state.program.getTypeChecker();
  const symbol = checker.getSymbolAtLocation(state.files.get(path));
  return new Set((symbol ? checker.getExportsOfModule(symbol) : []).map(({ escapedName }) => String(escapedName)));
}

module.exports = { addedNames, spread };
