'use strict';
// The cuts at the edited file. A name that nobody says concerns nobody when it comes or goes. Where a function says what
// it returns, nothing outside depends on its body, but for a few things that are looked for here.
// docs/adr/0018-warm-checking.md has the argument.

const { KIND } = require('./native_tree.js');

// Functions, and the bit of the return type among their children; a setter and a constructor return nothing.
const RETURNS = new Map([
  [KIND.FunctionDeclaration, 5], [KIND.FunctionExpression, 5], [KIND.MethodDeclaration, 6], [KIND.ArrowFunction, 3],
  [KIND.GetAccessor, 4], [KIND.SetAccessor, null], [KIND.Constructor, null],
]);
const INFERRED = new Set([
  KIND.FunctionDeclaration, KIND.FunctionExpression, KIND.MethodDeclaration, KIND.ArrowFunction, KIND.GetAccessor,
]);
const NAMED = new Set([KIND.FunctionDeclaration, KIND.MethodDeclaration, KIND.GetAccessor, KIND.VariableDeclaration]);
const TRANSPARENT = new Set([KIND.Parenthesized, KIND.NonNull, KIND.As, KIND.Satisfies, KIND.TypeAssertion]);
const BLANKS = /^(?:\s+|\/\/[^\n]*\n|\/\*[\s\S]*?\*\/)*/; // and comments
const ANYWHERE = new Set([KIND.FunctionDeclaration, KIND.Interface, KIND.TypeAlias]);
const AT_THE_END = new Set([KIND.Class, KIND.Enum]);
const MOST_REMOVED = 3; // statements at one place
const WRITES = 4; // the operators of a prefix from here on are ++ and --

/**
 * What an edit of a module of TypeScript comes to, if it changes nothing that other files can see.
 * @param {import('./native_tree.js').Tree} before @param {import('./native_tree.js').Tree} after
 * @returns {{exported: string[], inferred: [number, number][]} | null} the exported names that come or go, and where the
 *   functions have their names whose inferred type must still be the same; null if more than that may have changed
 */
function cut(before, after) {
  if (!before.isModule() || !after.isModule() || directives(before) !== directives(after)) return null;
  const found = matched(before, after, names(before));
  const [lastOld, lastNow] = found.last;
  const differ = [
    ...differing(after, found.added, lastNow, before),
    ...differing(before, found.removed, lastOld, after),
  ];
  return differ.includes(null) ? null : { exported: differ, inferred: found.inferred };
}

/** Which statements of one file are those of the other, in order; which are added and which removed. */
function matched(before, after, outer) {
  const [old, now] = [before.statements(), after.statements()];
  const [added, removed, inferred, last] = [[], [], [], [-1, -1]];
  let next = 0;
  for (const [index, statement] of now.entries()) {
    let [at, same] = [next, null];
    for (; at < old.length && at <= next + MOST_REMOVED && !same; at += 1) same = compared(before, old[at], after, statement, outer);
    if (!same) {
      added.push([index, statement]);
      continue;
    }
    for (let gone = next; gone < at - 1; gone += 1) removed.push([gone, old[gone]]);
    inferred.push(...same);
    last.splice(0, 2, at - 1, index);
    next = at;
  }
  for (let gone = next; gone < old.length; gone += 1) removed.push([gone, old[gone]]);
  return { added, removed, inferred, last };
}

/**
 * The exported names of statements that only one of two files has; null stands for a statement that may act on the rest.
 * @returns {(string | null)[]}
 */
function differing(tree, statements, last, other) {
  const outer = names(other);
  return statements.flatMap(([index, statement]) => {
    const found = declaration(tree, statement, index > last);
    const known = found && found.names.some((name) => isWordOf(other.text, name));
    if (!found || known || [...written(tree, statement)].some((name) => outer.has(name))) return [null];
    return found.exported ? found.names : [];
  });
}

/** The comments at the start, if one of them tells the compiler how to read the file. */
function directives(tree) {
  const [head] = BLANKS.exec(tree.text);
  return /@jsx|\/\/\//.test(head) ? head : '';
}

/** Where two statements that differ at most in bodies have functions whose type is inferred; null if they differ more. */
function compared(before, one, after, other, outer) {
  const [old, now] = [skeleton(before, one), skeleton(after, other)];
  if (old.text !== now.text) return null;
  const inner = (tree, node) => [...written(tree, node)].filter((name) => outer.has(name)).sort().join();
  const inferred = [];
  for (const [index, body] of old.bodies.entries()) {
    const now_ = now.bodies[index];
    if (source(before, body) === source(after, now_)) continue;
    if (inner(before, body) !== inner(after, now_)) return null;
    if (!isHidden(before, body)) inferred.push([place(before, body), place(after, now_)]);
  }
  return inferred;
}

/** Where the name of a body's function stands. */
function place(tree, body) {
  const name = nameOf(tree, tree.parent(body));
  return tree.end(name) - tree.name(name).length;
}

/** The name by which a function's type can be asked for. */
function nameOf(tree, owner) {
  const kind = tree.kind(owner);
  const holder = kind === KIND.ArrowFunction || kind === KIND.FunctionExpression ? tree.parent(owner) : owner;
  const named = NAMED.has(tree.kind(holder)) && tree.children(holder).find((child) => tree.kind(child) === KIND.Identifier);
  return named === undefined || named === false ? null : named;
}

/** Whether it is the body of a function whose type can be asked for by its name. */
function isNamed(tree, node) {
  if (tree.kind(node) !== KIND.Block) return false;
  const owner = tree.parent(node);
  return INFERRED.has(tree.kind(owner)) && !isCalledOnTheSpot(tree, owner) && nameOf(tree, owner) !== null;
}

/** The names that a statement declares; null for one that may act on what stands around it. */
function declaration(tree, statement, last) {
  const kind = tree.kind(statement);
  const children = tree.children(statement);
  if (children.some((child) => tree.kind(child) === KIND.DefaultKeyword)) return null;
  const exported = children.some((child) => tree.kind(child) === KIND.ExportKeyword);
  if (kind === KIND.Import) return { exported: false, names: identifiers(tree, statement) };
  if (kind === KIND.Variable) {
    const declared = tree.children(children[children.length - 1]).map((each) => tree.children(each)[0]);
    if (!last || declared.some((name) => tree.kind(name) !== KIND.Identifier)) return null;
    return { exported, names: declared.map((name) => tree.name(name)) };
  }
  if (!ANYWHERE.has(kind) && !(last && AT_THE_END.has(kind))) return null;
  const name = children.find((child) => tree.kind(child) === KIND.Identifier);
  return name === undefined ? null : { exported, names: [tree.name(name)] };
}

function identifiers(tree, node) {
  const found = [];
  tree.walk(node, (child) => {
    if (tree.kind(child) === KIND.Identifier) found.push(tree.name(child));
    return true;
  });
  return found;
}

/** @param {string} text @param {string} name @returns {boolean} whether the name stands anywhere in the text */
function isWordOf(text, name) {
  for (let at = text.indexOf(name); at >= 0; at = text.indexOf(name, at + 1)) {
    const inside = /[\p{ID_Continue}$]/u;
    if (!inside.test(text[at - 1] || ' ') && !inside.test(text[at + name.length] || ' ')) return true;
  }
  return false;
}

/** The names that stand outside all hidden bodies. */
function names(tree) {
  const found = new Set();
  tree.walk(tree.root, (node) => {
    if (tree.kind(node) === KIND.Identifier) found.add(tree.name(node));
    return !isHidden(tree, node);
  });
  return found;
}

/** A statement's text without bodies and without the comments before it; the bodies. */
function skeleton(tree, statement) {
  const bodies = [];
  tree.walk(statement, (node) => {
    if (!isHidden(tree, node) && !isNamed(tree, node)) return true;
    bodies.push(node);
    return false;
  });
  let text = '';
  let at = tree.start(statement);
  for (const body of bodies) {
    text += `${tree.text.slice(at, tree.start(body))}\0`;
    at = tree.end(body);
  }
  return { text: (text + tree.text.slice(at, tree.end(statement))).replace(BLANKS, ''), bodies };
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
 * The variables that something writes to. A variable that a function assigns is narrowed less elsewhere, and a property
 * that is assigned to a function can belong to its type.
 */
function written(tree, root) {
  const found = new Set();
  tree.walk(root, (node) => {
    for (const target of targets(tree, node)) for (const name of roots(tree, target)) found.add(name);
    return true;
  });
  return found;
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

module.exports = { cut, isWordOf };
