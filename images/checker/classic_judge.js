'use strict';
// What an edit can change in a project. Every file that can reach an edited file is looked at again, unless the edited
// file has kept its shape; then only that file is. Where the edit touches what all files see, all are looked at.

const { affectsEveryone, closure, directivesOf, reversed } = require('./classic_graph.js');
const { shapeOf } = require('./classic_shape.js');

/**
 * @param {object} base  State
 * @param {object} next  State of the candidate, of which nothing was looked at yet
 * @returns {{edited: object[], whole: boolean, seeds: string[]}} edited: files that the candidate has and that are not
 *   the base's; seeds: those whose users may see a difference even if the shape is kept
 */
function compare(base, next) {
  const { ts } = base.world;
  const edited = [];
  const seeds = new Set();
  let whole = base.edges === null || next.edges === null;
  for (const [path, file] of next.files) {
    const before = base.files.get(path);
    if (before === file) continue;
    if (same(before, file)) continue;
    edited.push(file);
    if (affectsEveryone(ts, file) || (before && affectsEveryone(ts, before))) whole = true;
    if (before && directivesOf(before) !== directivesOf(file)) whole = true;
    if (!before) seeds.add(path);
  }
  for (const [path, file] of base.files) {
    if (next.files.has(path)) continue;
    seeds.add(path);
    if (affectsEveryone(ts, file)) whole = true;
  }
  if (!whole) {
    for (const [path, targets] of next.edges) {
      const before = base.edges.get(path);
      if (before && before.join('\n') !== targets.join('\n')) seeds.add(path);
    }
  }
  return { edited, whole, seeds: [...seeds] };
}

/** A package that is there twice is one file under two names; the compiler makes the second anew in each program. */
function same(before, file) {
  if (!before?.redirectInfo || !file.redirectInfo) return false;
  const [was, is] = [before.redirectInfo, file.redirectInfo];
  return was.unredirected === is.unredirected && was.redirectTarget === is.redirectTarget;
}

/** @returns {boolean} whether other files see the same of this file as before */
function keptShape(base, next, file) {
  const { ts } = base.world;
  const before = base.files.get(file.path);
  if (!before) return false;
  if (!base.shapes.has(file.path)) base.shapes.set(file.path, shapeOf(ts, base.program, before));
  const shape = base.shapes.get(file.path);
  const now = shapeOf(ts, next.program, file);
  next.shapes.set(file.path, now);
  if (shape === null || now === null || shape !== now) return false;
  const own = (state) => JSON.stringify((state.errors.get(file.path) || []).map(({ code, message, detail }) => [code, message, detail]));
  return own(base) === own(next);
}

/**
 * @param {object} base
 * @param {object} next
 * @param {{edited: object[], seeds: string[]}} difference  of compare
 * @returns {{whole: boolean, how: string, order: object[]}} order: files to look at beside the edited ones, the nearest
 *   first
 */
function reach(base, next, { edited, seeds }) {
  const moved = new Set(seeds);
  for (const file of edited) if (!moved.has(file.path) && !keptShape(base, next, file)) moved.add(file.path);
  const done = new Set(edited.map((file) => file.path));
  if (moved.size === 0) return { whole: false, how: 'shape', order: [] };
  const { ts } = base.world;
  const steps = closure(reversed([base.edges, next.edges]), moved);
  const order = [];
  for (const path of steps.keys()) {
    const file = next.files.get(path);
    if (!file) continue;
    if (affectsEveryone(ts, file)) return { whole: true, how: 'whole', order: [] };
    if (!done.has(path)) order.push({ file, step: steps.get(path) });
  }
  return { whole: false, how: 'closure', order };
}

module.exports = { compare, reach };
