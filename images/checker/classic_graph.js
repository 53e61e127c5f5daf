'use strict';
// Which file of a program can see which: the imports, references and type directives as the compiler resolved them. A
// file's errors depend on its own text, on the global scope, and on what it can reach here; nothing else.

const { dirname, posix } = require('node:path');

/**
 * @param {object} program ts.Program
 * @returns {Map<string, string[]> | null} path -> paths of the program's files that it names; null if this compiler does
 *   not say
 */
function edgesOf(program) {
  const edges = new Map();
  for (const file of program.getSourceFiles()) {
    const found = edgesOfFile(program, file);
    if (found === null) return null;
    edges.set(file.path, found);
  }
  return edges;
}

function edgesOfFile(program, file) {
  if (!file.imports || !file.path) return null;
  const found = new Set();
  const add = (name) => {
    const target = name && program.getSourceFile(name);
    if (target) found.add(target.path);
  };
  const modules = file.resolvedModules || program.resolvedModules?.get(file.path);
  if (!modules && (file.imports.length || file.moduleAugmentations?.length)) return null;
  modules?.forEach((resolution) => add((resolution.resolvedModule || resolution)?.resolvedFileName));
  const directives = file.resolvedTypeReferenceDirectiveNames || program.resolvedTypeReferenceDirectiveNames?.get(file.path);
  if (!directives && file.typeReferenceDirectives.length) return null;
  directives?.forEach((resolution) => {
    add((resolution.resolvedTypeReferenceDirective || resolution)?.resolvedFileName);
  });
  for (const { fileName } of file.referencedFiles) add(posix.resolve(dirname(file.fileName), fileName));
  return [...found].sort();
}

/** @param {Map<string, string[]>[]} graphs @returns {Map<string, Set<string>>} path -> paths that name it in any of them */
function reversed(graphs) {
  const named = new Map();
  for (const edges of graphs) {
    for (const [from, targets] of edges) {
      for (const to of targets) {
        let users = named.get(to);
        if (!users) named.set(to, (users = new Set()));
        users.add(from);
      }
    }
  }
  return named;
}

/**
 * @param {Map<string, Set<string>>} users  path -> who names it
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

/** @returns {boolean} whether the file gives something to files that do not name it: a script, an augmentation, UMD */
function affectsEveryone(ts, file) {
  if (file.scriptKind === ts.ScriptKind.JSON) return false;
  if (file.moduleAugmentations?.length || file.ambientModuleNames?.length) return true;
  if (file.symbol?.globalExports?.size || /\bexport\s+as\s+namespace\b/.test(file.text)) return true;
  return !file.externalModuleIndicator && !file.commonJsModuleIndicator;
}

/** @returns {string} equal if two versions of a file pull in the same libraries and types by their first lines */
function directivesOf(file) {
  const names = (list) => (list || []).map(({ fileName, resolutionMode }) => `${fileName} ${resolutionMode}`);
  const all = [file.referencedFiles, file.typeReferenceDirectives, file.libReferenceDirectives].map(names);
  return JSON.stringify([all, file.hasNoDefaultLib, file.impliedNodeFormat, file.redirectInfo?.redirectTarget.path]);
}

module.exports = { affectsEveryone, closure, directivesOf, edgesOf, reversed };
