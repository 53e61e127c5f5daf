"""What a guarded block means in its place: the declarations around it, and how its tokens are parsed.

The same text does nothing in a string, in a comment or in a function that nobody calls. So the gate compares not only
the text of a guarded block but also the syntax tree around it. Pure.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from tree_sitter import Node

from runner.syntax.guards import Guard
from runner.syntax.reachability import is_reached
from runner.syntax.readable import readable
from runner.syntax.trees import Syntax

# These say where a declaration is visible, not what it does.
_SEE_THROUGH = ("program", "export_statement")
_NAMED = (
    "class", "class_declaration", "abstract_class_declaration", "function_declaration", "function_expression",
    "generator_function", "generator_function_declaration", "internal_module", "module", "method_definition",
    "interface_declaration", "type_alias_declaration", "enum_declaration", "variable_declarator",
    "public_field_definition", "pair",
)  # fmt: skip
# Kinds that differ only in a word that does not change what is inside.
_ALIKE = {
    "abstract_class_declaration": "class_declaration",
    "interface_declaration": "type_alias_declaration",
    "interface_body": "object_type",
}
# A list of these is parsed as nested nodes, one level for each part.
_LISTS = ("union_type", "intersection_type")
_CALLBACKS = ("arrow_function", "function_expression", "generator_function")
_CLASSES = ("class_declaration", "abstract_class_declaration")
_SHOWN = 80


@dataclass(frozen=True, slots=True)
class Owner:
    """A node that contains the block. ``name`` is what it declares or calls (``app.get``), or empty.

    ``taken`` are the names in use in the scope where ``name`` would be looked up.
    """

    kind: str
    name: str
    line: str
    taken: frozenset[str]


@dataclass(frozen=True, slots=True)
class Context:
    """``paths`` holds, for each token of the block, a hash of the kinds of the nodes above it (valid within one
    process). ``owners`` contain its first and its last token, outermost first. ``is_readable`` is false if the code
    cannot be parsed.
    """

    paths: tuple[int, ...]
    owners: tuple[Owner, ...]
    is_reached: bool
    is_readable: bool


def context_of(text: str, path: str, guard: Guard) -> Context | None:
    """The context of ``guard`` in a source file; None if its markers are not separate comments."""
    syntax = Syntax(readable(text, path), path, whole=True)
    inner = text.index("*/", guard.start) + 2
    start, opened = _byte(text, guard.start), _byte(text, inner)
    closed, end = _byte(text, inner + len(guard.inner)), _byte(text, guard.end)
    opening, closing = (syntax.root.descendant_for_byte_range(*span) for span in ((start, opened), (closed, end)))
    if not _is_comment(opening, start, opened) or not _is_comment(closing, closed, end) or opening is None:
        return None
    leaves = list(_leaves(syntax.root, start, end))
    tokens = [leaf for leaf in leaves if leaf.node.type != "comment" and opened <= leaf.node.start_byte < closed]
    ends = [tokens[0], tokens[-1]] if tokens else leaves[:1]
    owners = tuple(each for leaf in ends for each in _owners(syntax, leaf.outer))
    paths = tuple(leaf.path for leaf in tokens)
    before = opening.prev_named_sibling
    if before is not None and before.type == "decorator":
        paths = (*paths, hash(before.type))
    return Context(paths, owners, is_reached(syntax, opening), all(leaf.is_readable for leaf in tokens))


def changed_meaning(before: Context, after: Context | None) -> str | None:
    """Why a guarded block with the same text means something else now; None if it means the same."""
    if after is None:
        return "is no longer code: its markers are not comments"
    if not before.is_readable:
        return None
    if [owner.kind for owner in before.owners] != [owner.kind for owner in after.owners]:
        added = Counter(each.kind for each in after.owners) - Counter(each.kind for each in before.owners)
        more = [each for each in after.owners if each.kind in added]
        new = next((each for each in more if len(each.line) > 1), next(iter(more), None))
        return f"is inside other code now: {new.line}" if new else "has lost the code around it"
    for old, new in zip(before.owners, after.owners, strict=True):
        if old.name != new.name and not _is_renamed(old, new):
            return f"belonged to {old.name} and belongs to {new.name} now"
    if before.paths != after.paths:
        return "is parsed as other code now, because of the text next to it"
    return "is never reached now" if before.is_reached and not after.is_reached else None


def _is_renamed(old: Owner, new: Owner) -> bool:
    """Whether nothing has the old name any more. In ``app.get`` only the first part may be renamed; ``it.skip`` may
    become ``it``.
    """
    if old.kind != "call_expression":
        return old.name not in new.taken
    root, _, rest = old.name.partition(".")
    if old.name in (f"{new.name}.skip", f"{new.name}.only"):
        return True
    return rest == new.name.partition(".")[2] and root not in new.taken


def _byte(text: str, at: int) -> int:
    return len(text[:at].encode("utf-8", "surrogatepass"))


def _is_comment(node: Node | None, start: int, end: int) -> bool:
    return node is not None and node.type == "comment" and (node.start_byte, node.end_byte) == (start, end)


@dataclass(frozen=True, slots=True)
class _Leaf:
    """``outer`` holds the nodes around it that reach beyond the block, outermost first."""

    node: Node
    path: int
    outer: tuple[Node, ...]
    is_readable: bool


def _leaves(root: Node, start: int, end: int) -> Iterator[_Leaf]:
    """The leaves from ``start`` to ``end`` (bytes). Walks down: asking a node for its parent takes time that grows with
    depth.
    """
    pending: list[tuple[Node, str, str, _Leaf]] = [(root, "", "", _Leaf(root, 0, (), True))]
    while pending:
        node, above, branch, found = pending.pop()
        if node.end_byte <= start or node.start_byte >= end:
            continue
        if not node.children:
            if node.end_byte > node.start_byte:
                yield _Leaf(node, hash((found.path, len(found.outer), node.type)), found.outer, found.is_readable)
            continue
        is_outer = node.start_byte < start or node.end_byte > end
        inner = found
        if node.type not in _SEE_THROUGH and not (node.type in _LISTS and above == node.type):
            # For a node that reaches beyond the block, it matters in which part the block is: `consequence` or
            # `alternative`.
            path = hash((found.path, _ALIKE.get(node.type, node.type), branch if is_outer else ""))
            outer = (*found.outer, node) if is_outer else found.outer
            inner = _Leaf(node, path, outer, found.is_readable and not node.is_error)
        named = is_outer and node.type not in _SEE_THROUGH
        for at, child in reversed(list(enumerate(node.children))):
            field = node.field_name_for_child(at) if named else None
            pending.append((child, node.type, field or "", inner))


def _owners(syntax: Syntax, nodes: tuple[Node, ...]) -> Iterator[Owner]:
    """The callee matters if the block is in a function that is passed to it: ``it('…', () => { … })``."""
    names: frozenset[str] | None = None
    for at, node in enumerate(nodes):
        kind = _ALIKE.get(node.type, node.type)
        start = syntax.start(node)
        line = syntax.text[start : start + _SHOWN].partition("\n")[0].strip()
        name, taken = "", frozenset[str]()
        if node.type == "call_expression" and any(each.type in _CALLBACKS for each in nodes[at + 1 : at + 3]):
            name = _called(syntax, node.child_by_field_name("function"))
            taken = names = _identifiers(syntax, syntax.root) if names is None else names
        elif node.type in _NAMED:
            named = node.child_by_field_name("name") or node.child_by_field_name("key")
            name, taken = syntax.source(named) if named else "", _beside(syntax, node)
        yield Owner(kind, name, line, taken)


def _called(syntax: Syntax, function: Node | None) -> str:
    """``it``, ``it.skip``, ``app.get``; for a longer chain, the last name."""
    if function is None:
        return ""
    if function.type != "member_expression":
        return syntax.source(function) if function.type == "identifier" else ""
    of, name = function.child_by_field_name("object"), function.child_by_field_name("property")
    said = syntax.source(name) if name else ""
    return f"{syntax.source(of)}.{said}" if of is not None and of.type in ("identifier", "this") else f".{said}"


def _identifiers(syntax: Syntax, node: Node) -> frozenset[str]:
    kinds = ("identifier", "type_identifier", "shorthand_property_identifier_pattern")
    found: set[str] = set()
    pending = [node]
    while pending:
        each = pending.pop()
        if each.type in kinds:
            found.add(syntax.source(each))
        pending += each.named_children
    return frozenset(found)


def _beside(syntax: Syntax, node: Node) -> frozenset[str]:
    """The names that are declared, imported or exported in the same block, class or object as ``node``."""
    block = node.parent
    while block is not None and (block.type == "export_statement" or block.type.endswith("_declaration")):
        if block.type in _CLASSES:
            break
        block = block.parent
    found: set[str] = set()
    for child in block.named_children if block is not None else ():
        if child.type == "import_statement" or (child.type == "export_statement" and not _declaration(child)):
            found |= _identifiers(syntax, child)
            continue
        declared = _declaration(child) or child
        for each in (declared, *declared.named_children):
            name = each.child_by_field_name("name") or each.child_by_field_name("key")
            found |= {syntax.source(name)} if name is not None and each.type in _NAMED else set()
    return frozenset(found)


def _declaration(statement: Node) -> Node | None:
    return statement.child_by_field_name("declaration")
