'use strict';
// The cut at a function's body. Where a function says what it returns, nothing outside its body depends on what the
// body says, but for a few things that are looked for here. docs/adr/0018-warm-checking.md has the argument.

const { KIND } = require('./native_tree.js');

// Functions, and the bit of the return type among their children; a setter and a constructor return nothing.
const RETURNS = new Map([
  [KIND.FunctionDeclaration, 5], [KIND.FunctionExpression, 5], [KIND.MethodDeclaration, 6], [KIND.ArrowFunction, 3],
  [KIND.GetAccessor, 4], [KIND.SetAccessor, null], [KIND.Constructor, null],
]);
const TRANSPARENT = new Set([KIND.Parenthesized, KIND.NonNull, KIND.As, KIND.Satisfies, KIND.TypeAssertion]);
const WRITES = 4; // the operators of a prefix from here on are ++ and --

/**
 * @param {import('./native_tree.js').Tree} before @param {import('./native_tree.js').Tree} after
 * @returns {boolean} whether they differ only in bodies that nobody outside can see
 */
function onlyBodiesDiffer(before, after) {
  if (!before.isModule() || !after.isModule()) return false;
  const [old, now] = [skeleton(before), skeleton(after)];
  if (old.text !== now.text) return false;
  return old.bodies.every((body, index) => {
    const other = now.bodies[index];
    return source(before, body) === source(after, other) || writes(before, body, old) === writes(after, other, now);
  });
}

/** The text without the bodies, the bodies, and the names that stand outside them. */
function skeleton(tree) {
  const bodies = [];
  const names = new Set();
  tree.walk(tree.root, (node) => {
    if (tree.kind(node) === KIND.Identifier) names.add(tree.name(node));
    if (!isHidden(tree, node)) return true;
    bodies.push(node);
    return false;
  });
  let text = '';
  let at = 0;
  for (const body of bodies) {
    text += `${tree.text.slice(at, tree.start(body))}\0`;
    at = tree.end(body);
  }
  return { text: text + tree.text.slice(at), bodies, names };
}

function source(tree, node) {
  return tree.text.slice(tree.start(node), tree.end(node));
}

/** Whether it is the body of a function that says what it returns, and that is not called on the spot. */
function isHidden(tree, node) {
  if (tree.kind(node) !== KIND.Block) return false;
  const owner = tree.parent(node);
  const bit = RETURNS.get(tree.kind(owner));
  if (bit === undefined || (bit !== null && !tree.has(owner, bit))) return false;
  if (tree.kind(owner) === KIND.Constructor) return declaresItsProperties(tree, tree.parent(owner));
  return !isCalledOnTheSpot(tree, owner);
}

/** A property without a type and a value gets its type from what the constructor assigns. */
function declaresItsProperties(tree, type) {
  return tree
    .children(type)
    .every((member) => tree.kind(member) !== KIND.PropertyDeclaration || tree.has(member, 3) || tree.has(member, 4));
}

/** The flow of control around it goes through the body. */
function isCalledOnTheSpot(tree, owner) {
  let [node, parent] = [owner, tree.parent(owner)];
  while (TRANSPARENT.has(tree.kind(parent))) [node, parent] = [parent, tree.parent(parent)];
  return tree.kind(parent) === KIND.Call && tree.direct(parent)[0] === node;
}

/**
 * The outer names that a body writes to. A variable that a function assigns is narrowed less elsewhere, and a property
 * that is assigned to a function can belong to its type.
 */
function writes(tree, body, { names }) {
  const found = new Set();
  tree.walk(body, (node) => {
    for (const target of targets(tree, node)) for (const name of roots(tree, target)) if (names.has(name)) found.add(name);
    return true;
  });
  return [...found].sort().join();
}

function targets(tree, node) {
  const kind = tree.kind(node);
  const parts = tree.direct(node);
  if (kind === KIND.Binary) {
    const operator = parts.findIndex((part) => tree.kind(part) >= KIND.FirstAssignment && tree.kind(part) <= KIND.LastAssignment);
    return operator > 0 ? parts.slice(0, operator) : [];
  }
  if (kind === KIND.PrefixUnary) return tree.extra(node) >= WRITES ? parts : [];
  if (kind === KIND.PostfixUnary || kind === KIND.Delete) return parts;
  return kind === KIND.ForIn || kind === KIND.ForOf ? parts.slice(0, -2) : [];
}

/** The variables at the roots of what is assigned: `a` for `a.b[c]`, `a` and `b` for `[a, {x: b}]`. */
function roots(tree, target) {
  const kind = tree.kind(target);
  if (kind === KIND.Identifier) return [tree.name(target)];
  const below = tree.children(target);
  if (kind === KIND.PropertyAccess || kind === KIND.ElementAccess) return below.length ? roots(tree, below[0]) : [];
  return below.flatMap((child) => roots(tree, child));
}

module.exports = { onlyBodiesDiffer };
