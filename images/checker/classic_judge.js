'use strict';
// What an edit can change in a project. Every file that can reach an edited file is looked at again, unless the edited
// file has kept its shape, or only gained exports that the others do not see. Where the edit touches what all files
// see, all are looked at.

const { addedNames, spread } = require('./classic_additions.js');
const { closure, directivesOf, isGlobal, reachesEveryone, usersIn } = require('./classic_graph.js');
const { shapeOf } = require('./classic_shape.js');

/**
 * @param {object} base  State
 * @param {object} next  State of the candidate, of which nothing was looked at yet
 * @returns {{edited: object[], whole: boolean, seeds: Set<string>}} edited: files that the candidate has and that are
 *   not the base's; seeds: paths whose users may see a difference whatever the shape is
 */
function compare(base, next) {
  const { ts } = base.world;
  if (!base.links || !next.links) return { edited: replaced(base, next), whole: true, seeds: new Set() };
  const everyone = (state, file) => reachesEveryone(ts, file, state.links.get(file.path));
  const edited = replaced(base, next);
  const seeds = new Set();
  let whole = false;
  for (const file of edited) {
    const before = base.files.get(file.path);
    if (everyone(next, file) || (before && everyone(base, before))) whole = true;
    if (before && directivesOf(before) !== directivesOf(file)) whole = true;
    if (!before) seeds.add(file.path);
  }
  for (const [path, file] of base.files) {
    if (next.files.has(path)) continue;
    seeds.add(path);
    if (everyone(base, file)) whole = true;
  }
  if (!whole) for (const path of next.files.keys()) if (meansOther(base, next, path)) seeds.add(path);
  return { edited, whole, seeds };
}

function replaced(base, next) {
  const edited = [];
  for (const [path, file] of next.files) {
    const before = base.files.get(path);
    if (before !== file && !twin(before, file)) edited.push(file);
  }
  return edited;
}

/** A package that is there twice is one file under two names; the compiler makes the second anew in each program. */
function twin(before, file) {
  if (!before?.redirectInfo || !file.redirectInfo) return false;
  const [was, is] = [before.redirectInfo, file.redirectInfo];
  return was.unredirected === is.unredirected && was.redirectTarget === is.redirectTarget;
}

/** @returns {boolean} whether a name in this file means another file than before; edited files may gain and lose names */
function meansOther(base, next, path) {
  const [before, after] = [base.links.get(path), next.links.get(path)];
  if (!before) return false;
  const edited = base.files.get(path) !== next.files.get(path);
  for (const [key, target] of before) if (after.get(key) !== target && (after.has(key) || !edited)) return true;
  if (edited) return false;
  for (const key of after.keys()) if (!before.has(key)) return true;
  return false;
}

/** @returns {Set<string> | null} the exports that an edited file has gained (none: same shape); null: something else */
function gained(base, next, file) {
  const { ts } = base.world;
  const before = base.files.get(file.path);
  if (!base.shapes.has(file.path)) {
    base.program.getSemanticDiagnostics(before); // as in the candidate: the order of inferred members depends on it
    base.shapes.set(file.path, shapeOf(ts, base.program, before));
  }
  const was = base.shapes.get(file.path);
  const is = shapeOf(ts, next.program, file);
  next.shapes.set(file.path, is);
  if (!was || !is || !before.locals) return null;
  const own = (state) => JSON.stringify((state.errors.get(file.path) || []).map(({ code, message, detail }) => [code, message, detail]));
  if (own(base) !== own(next)) return null;
  return addedNames(was, is, new Set([...before.locals.keys(), ...(before.symbol?.exports?.keys() || [])].map(String)));
}

/**
 * @param {object} base
 * @param {object} next
 * @param {{edited: object[], seeds: Set<string>}} difference  of compare
 * @returns {{how: string, near: object[], far: object[]}} files to look at beside the edited ones: near ones name the
 *   edited files, and those that have more to do with what changed are first
 */
function reach(base, next, { edited, seeds, whole }) {
  let made = null;
  const users = () => (made ??= base.links && next.links ? usersIn([base, next]) : new Map());
  const moved = new Set(seeds);
  const again = new Set();
  for (const file of edited) {
    if (moved.has(file.path)) continue;
    const names = whole ? null : gained(base, next, file);
    if (names === null) moved.add(file.path);
    else if (names.size) {
      const further = spread(base, next, users(), file.path, names);
      for (const path of further.moved) moved.add(path);
      for (const path of further.again) again.add(path);
    }
  }
  const done = new Set(edited.map((file) => file.path));
  if (!whole && moved.size + again.size === 0) return { how: 'shape', near: [], far: [] };
  const steps = closure(users(), moved);
  for (const path of again) if (!steps.has(path)) steps.set(path, 1);
  const { ts } = base.world;
  const wide = (path) => next.files.has(path) && isGlobal(ts, next.files.get(path), next.links?.get(path));
  const everything = whole || [...closure(users(), moved).keys()].some(wide);
  const near = [...steps].filter(([path, step]) => step <= 1 && !done.has(path) && next.files.has(path));
  const first = new Set(near.map(([path]) => path));
  const rest = everything ? [...next.files.keys()] : [...steps.keys()];
  const far = rest.filter((path) => !done.has(path) && !first.has(path) && next.files.has(path));
  const how = everything ? 'whole' : moved.size ? 'closure' : 'shape';
  return { how, near: sorted(base, next, edited, [...first]), far: far.map((path) => next.files.get(path)) };
}

/** Files that say a word which an edit took away or brought come first. */
function sorted(base, next, edited, paths) {
  const words = new Set();
  for (const file of edited) {
    const before = new Set((base.files.get(file.path)?.text || '').split(/[^\w$]+/));
    const after = new Set(file.text.split(/[^\w$]+/));
    for (const word of before) if (!after.has(word)) words.add(word);
    for (const word of after) if (!before.has(word)) words.add(word);
  }
  words.delete('');
  const says = (file) => file.text.split(/[^\w$]+/).some((word) => words.has(word));
  const files = paths.map((path) => next.files.get(path));
  const hits = new Set(files.filter(says));
  return [...hits, ...files.filter((file) => !hits.has(file))];
}

module.exports = { compare, reach };
