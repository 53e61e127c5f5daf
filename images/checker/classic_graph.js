'use strict';
// Which file of a program can see which: imports, references and type directives as the compiler resolved them, and
// augmentations the other way round. A file's errors depend on its own text, on the global scope, and on what it can
// reach here; on nothing else.

const { dirname, posix } = require('node:path');

/**
 * @typedef {Map<string, Map<string, string>>} Links  path -> (how it is named there -> path of the file that is meant)
 * @param {object} program ts.Program
 * @param {{program: object, links: Links, files: Map<string, object>} | null} before  a state whose links may be used again
 * @returns {Links | null} null if this compiler does not say
 */
function linksOf(program, before) {
  const links = new Map();
  const kept = before?.links && program.resolvedModules && program.resolvedModules === before.program.resolvedModules;
  for (const file of program.getSourceFiles()) {
    const same = kept && before.files.get(file.path) === file;
    const found = same ? before.links.get(file.path) : linksOfFile(program, file);
    if (found === null) return null;
    links.set(file.path, found);
  }
  return links;
}

function linksOfFile(program, file) {
  if (!file.imports || !file.path) return null;
  const found = new Map();
  const add = (key, name) => {
    const target = name && program.getSourceFile(name);
    if (target) found.set(key, target.path);
  };
  const modules = file.resolvedModules || program.resolvedModules?.get(file.path);
  if (!modules && (file.imports.length || file.moduleAugmentations?.length)) return null;
  modules?.forEach((found, name, mode) => add(`import ${mode} ${name}`, (found.resolvedModule || found).resolvedFileName));
  const directives = file.resolvedTypeReferenceDirectiveNames || program.resolvedTypeReferenceDirectiveNames?.get(file.path);
  if (!directives && file.typeReferenceDirectives.length) return null;
  directives?.forEach((found, name, mode) => {
    add(`types ${mode} ${name}`, (found.resolvedTypeReferenceDirective || found).resolvedFileName);
  });
  for (const { fileName } of file.referencedFiles) add(`path ${fileName}`, posix.resolve(dirname(file.fileName), fileName));
  return found;
}

/** @param {Map<string, string>} links of one file @param {string} name @returns {Set<string>} what an import of it means */
function meant(links, name) {
  const targets = new Set();
  for (const [key, target] of links || []) if (key.startsWith('import ') && key.endsWith(` ${name}`)) targets.add(target);
  return targets;
}

/**
 * @param {{links: Links, files: Map<string, object>}[]} graphs
 * @returns {Map<string, Set<string>>} path -> the files that see it directly, in any of the graphs
 */
function usersIn(graphs) {
  const users = new Map();
  const add = (path, user) => {
    if (!users.has(path)) users.set(path, new Set());
    users.get(path).add(user);
  };
  for (const { links, files } of graphs) {
    for (const [from, targets] of links) {
      for (const to of targets.values()) add(to, from);
      for (const { text } of files.get(from)?.moduleAugmentations || []) {
        if (text !== undefined) for (const to of meant(targets, text)) add(from, to); // who sees the module sees its augmentation
      }
    }
  }
  return users;
}

/**
 * @param {Map<string, Set<string>>} users  of usersIn
 * @param {Iterable<string>} seeds
 * @returns {Map<string, number>} every path that can see a seed, the seeds too, with the number of steps to one, in
 *   that order
 */
function closure(users, seeds) {
  const steps = new Map([...seeds].map((path) => [path, 0]));
  for (const [path, step] of steps) {
    for (const user of users.get(path) || []) if (!steps.has(user)) steps.set(user, step + 1);
  }
  return steps;
}

/** @returns {boolean} whether the file gives something to files that do not name it: a script, an ambient module, UMD */
function isGlobal(ts, file, links) {
  if (file.scriptKind === ts.ScriptKind.JSON) return false;
  if (file.ambientModuleNames?.length || file.symbol?.globalExports?.size || /\bexport\s+as\s+namespace\b/.test(file.text)) return true;
  const unplaced = ({ kind, text }) => kind !== ts.SyntaxKind.StringLiteral || meant(links, text).size === 0;
  if (file.moduleAugmentations?.some(unplaced)) return true;
  return !file.externalModuleIndicator && !file.commonJsModuleIndicator;
}

/** @returns {boolean} whether an edit of this file can change what files see that do not name it */
function reachesEveryone(ts, file, links) {
  return isGlobal(ts, file, links) || Boolean(file.moduleAugmentations?.length);
}

/** @returns {string} equal if two versions of a file pull in the same libraries and types by their first lines */
function directivesOf(file) {
  const names = (list) => (list || []).map(({ fileName, resolutionMode }) => `${fileName} ${resolutionMode}`);
  const all = [file.referencedFiles, file.typeReferenceDirectives, file.libReferenceDirectives].map(names);
  return JSON.stringify([all, file.hasNoDefaultLib, file.impliedNodeFormat, file.redirectInfo?.redirectTarget.path]);
}

module.exports = { closure, directivesOf, isGlobal, linksOf, meant, reachesEveryone, usersIn };
