"""DocString Architect: TSDoc for exported declarations that have none, from the language server's own types.

It inserts comments and changes nothing else; existing comments are never touched. It makes one submission per file, and
splits it in halves if the gate refuses it.
"""

from __future__ import annotations

from collections.abc import Sequence

from runner.model.contract import Contract
from runner.model.order import Limits
from runner.specialists.docstring_architect.comments import Subject, comment, doc_lines
from runner.specialists.docstring_architect.declarations import Declaration, Found, undocumented
from runner.specialists.kit.base import Role, Session
from runner.specialists.kit.changes import Spent, allowed_lines, most_files, submit_in_parts
from runner.specialists.kit.language import hover, is_source, symbols
from runner.specialists.kit.text import Edit, Positions, line_end

ROLE = Role(
    name="docstring-architect",
    title="DocString Architect",
    summary="Writes TSDoc (summary, parameters, result, example) for exported declarations that have none.",
    contract=Contract(comments_only=True),
    limits=Limits(wall_s=600.0, submissions=200),
)


def run(session: Session) -> None:
    sources = [path for path in session.files() if is_source(path) and ".test." not in path and ".spec." not in path]
    files = _with_work(session, sources)
    written = 0
    try:
        for path in files:
            written += _document(session, path)
    except Spent as spent:
        session.log(f"{ROLE.name}: stopping: {spent}")
    session.done(f"{written} declarations documented in {len(files)} files")


def _with_work(session: Session, sources: Sequence[str]) -> list[str]:
    """The files that have something to document, so that ``max_files`` counts files that change."""
    limit = most_files(session, len(sources))
    chosen: list[str] = []
    for path in sorted(sources):
        if len(chosen) >= limit:
            break
        found = _look(session, path)
        if found.wanted or found.awkward:
            chosen.append(path)
    session.log(f"{ROLE.name}: {len(chosen)} of {len(sources)} files have declarations without doc comments")
    return chosen


def _look(session: Session, path: str) -> Found:
    found = undocumented(session.read(path), symbols(session, path))
    inside = allowed_lines(session, path)
    return Found(tuple(one for one in found.wanted if inside(one.line + 1, one.line + 1)), found.awkward)


def _document(session: Session, path: str) -> int:
    """Returns how many declarations were documented."""
    found = _look(session, path)
    comments = {one.key: doc_lines(_subject(session, path, one)) for one in found.wanted}

    def edits(text: str, items: Sequence[Declaration]) -> list[Edit]:
        # Comments that landed have moved the lines below them, so find each declaration again.
        now = {
            one.key: one for one in (found if text == original else undocumented(text, symbols(session, path))).wanted
        }
        places, end = Positions(text), line_end(text)
        made = []
        for item in items:
            here = now.get(item.key)
            if here is not None:
                at = places.line_start(here.line)
                made.append(Edit(at, at, comment(comments[item.key], here.indent, end)))
        return made

    original = session.read(path)
    refused: list[str] = []
    landed = 0
    if found.wanted:
        tried = submit_in_parts(session, path, found.wanted, edits, lambda items: _reason(path, items))
        landed = len(tried.landed)
        refused = [f"{one.address} ({why})" for one, why in tried.refused]
    session.log(f"{ROLE.name}: {path}: {landed} of {len(found.wanted)} documented")
    _tell(session, path, refused, found.awkward)
    return landed


def _subject(session: Session, path: str, one: Declaration) -> Subject:
    made = hover(session, path, one.constructor_at) if one.constructor_at else ""
    shown = hover(session, path, one.at)
    return Subject(one.kind, one.name, shown, one.owner, one.static, one.members, made)


def _tell(session: Session, path: str, refused: Sequence[str], awkward: Sequence[str]) -> None:
    for what, why in ((refused, "the gate refused the comment"), (awkward, "it shares its line with other code")):
        if what:
            names = ", ".join(what)
            session.log(f"{ROLE.name}: {path}: not documented, {why}: {names}")
            session.recommend(
                f"Document {len(what)} declaration{'s' if len(what) > 1 else ''} of {path} by hand",
                f"Not documented, because {why}: {names}",
                1,
                file=path,
                rule="undocumented-export",
            )


def _reason(path: str, items: Sequence[Declaration]) -> str:
    shown = ", ".join(one.address for one in items[:4])
    return f"Document {shown}{f' and {len(items) - 4} more' if items[4:] else ''} in {path}"
