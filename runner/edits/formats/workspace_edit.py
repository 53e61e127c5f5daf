"""``workspace-edit``: an LSP WorkspaceEdit (LSP 3.18), taken literally.

``documentChanges`` takes precedence over ``changes``, and its operations run in order. Beyond LSP, a text document may
have ``hash`` (SHA-256 of the base file's bytes, hexadecimal), and an edit ``oldText`` (what the range holds) and
``precededBy`` (the text right before it, since an insertion has no old text). ``executable`` (the mode) may be beside
``edits`` or in a new file's ``options``; the latter may also have ``encoding`` (as in ``TextFile``). A version is taken
to mean the submission's base, but two different versions of one file are an error.
"""

from __future__ import annotations

import hashlib
from dataclasses import replace

from runner.edits.formats.builder import ChangeSetBuilder, Source
from runner.edits.formats.payloads import Fields, malformed
from runner.model.text import Position, Range
from runner.model.verdict import Refused
from runner.model.violations import violation
from runner.text.encoding import ENCODINGS, with_newline
from runner.text.textedits import replacements_of

_PAYLOAD = frozenset(("documentChanges", "changes", "changeAnnotations"))
_OPERATION = frozenset(
    ("kind", "uri", "oldUri", "newUri", "options", "annotationId", "textDocument", "edits", "hash", "executable")
)
_DOCUMENT = frozenset(("uri", "version", "hash"))
_OPTIONS = frozenset(("overwrite", "ignoreIfExists", "ignoreIfNotExists", "recursive", "executable", "encoding"))
_EDIT = frozenset(("range", "newText", "annotationId", "snippet", "oldText", "precededBy"))


def read(builder: ChangeSetBuilder, payload: object, *, pinned: bool = False) -> None:
    """``pinned``: the author of the payload knows its places, as a language server does."""
    edit = Fields.of(payload, "payload").nearly(_PAYLOAD)
    annotations = edit.maybe_child("changeAnnotations")
    if edit.has("documentChanges"):
        versions: dict[str, int] = {}
        for operation in edit.children("documentChanges"):
            _operation(builder, operation, annotations, versions, pinned=pinned)
    elif edit.has("changes"):
        changes = edit.child("changes")
        for uri in changes.values:
            _edits(builder, builder.path(uri), changes.children(uri), annotations, pinned=pinned)
    else:
        raise malformed("payload has neither documentChanges nor changes.")


def _operation(
    builder: ChangeSetBuilder, operation: Fields, annotations: Fields, versions: dict[str, int], *, pinned: bool
) -> None:
    _consent(operation.nearly(_OPERATION), annotations)
    kind = operation.maybe_text("kind")
    options = operation.maybe_child("options").nearly(_OPTIONS)
    if kind is None:
        _document(builder, operation, annotations, versions, pinned=pinned)
    elif kind == "create":
        _create(builder, builder.path(operation.name("uri")), options)
    elif kind == "rename":
        _rename(builder, builder.path(operation.name("oldUri")), builder.path(operation.name("newUri")), options)
    elif kind == "delete":
        _delete(builder, builder.path(operation.name("uri")), options)
    else:
        operation.choice("kind", ("create", "rename", "delete"))


def _consent(fields: Fields, annotations: Fields, path: str | None = None) -> None:
    name = fields.maybe_text("annotationId")
    if name is None:
        return
    if not annotations.has(name):
        raise malformed(f"{fields.at('annotationId')} names {name!r}, which changeAnnotations lacks.")
    annotation = annotations.child(name)
    if annotation.flag("needsConfirmation"):
        label = annotation.maybe_text("label") or name
        raise Refused(
            violation("edit.needs-confirmation", f"The change {label!r} asks for a person's consent.", file=path)
        )


def _document(
    builder: ChangeSetBuilder, operation: Fields, annotations: Fields, versions: dict[str, int], *, pinned: bool
) -> None:
    document = operation.child("textDocument").nearly(_DOCUMENT)
    path = builder.path(document.name("uri"))
    if document.has("version"):
        version = document.number("version", least=-(2**31))
        if versions.setdefault(path, version) != version:
            message = f"{path} is edited at versions {versions[path]} and {version}."
            raise Refused(violation("edit.stale", message, file=path))
    for fields in (document, operation):
        if fields.has("hash"):
            check_hash(builder.source(path), fields.name("hash"))
            pinned = True
    _edits(builder, path, operation.children("edits"), annotations, pinned=pinned)
    if operation.has("executable"):
        builder.set_mode(path, executable=operation.flag("executable"))


def check_hash(source: Source, expected: str) -> None:
    """Raises ``Refused`` (``edit.stale``) if the base file's bytes have another SHA-256."""
    content = source.state.content if source.state else b""
    if hashlib.sha256(content).hexdigest() != expected.lower():
        message = f"{source.path} is not the file that was seen: its SHA-256 differs."
        raise Refused(violation("edit.stale", message, file=source.path))


def _edits(builder: ChangeSetBuilder, path: str, edits: list[Fields], annotations: Fields, *, pinned: bool) -> None:
    """An edit is pinned by the file's hash, and by old text or text before it that stands nowhere else near."""
    source = builder.source(path)
    found: list[tuple[Range, str, bool]] = []
    for edit in edits:
        _consent(edit.nearly(_EDIT), annotations, path)
        if edit.has("snippet"):
            raise Refused(violation("edit.unsupported", "Snippet edits need an editor.", file=path))
        range = _range(edit.child("range"))
        known: list[tuple[int, int]] = []
        if edit.values.get("oldText") is not None:
            known.append(_check_old(source, range, edit.text("oldText")))
        if edit.values.get("precededBy") is not None:
            known.append(_check_before(source, range, edit.text("precededBy")))
        found.append((range, edit.text("newText"), pinned or _is_told(source, known)))
    # In the order in which they come back.
    found.sort(key=lambda each: each[0].start)
    replacements = replacements_of([each[:2] for each in found], source.index, path=path)
    builder.edit(path, [replace(new, pinned=each[2]) for new, each in zip(replacements, found, strict=True)])


def _is_told(source: Source, known: list[tuple[int, int]]) -> bool:
    """Whether what is known of a place, by itself or together, stands there and nowhere near."""
    if not known:
        return False
    whole = (min(start for start, _ in known), max(end for _, end in known))
    return any(source.says_where(*each) for each in (*known, whole))


def _check_old(source: Source, range: Range, expected: str) -> tuple[int, int]:
    index = source.index
    start = index.offset(range.start.line, range.start.character)
    end = index.offset(range.end.line, range.end.character)
    if source.text[start:end] not in (expected, with_newline(expected, source.newline)):
        message = f"{source.path} holds other text at line {range.start.line + 1} than oldText says."
        hint = f"It holds {source.text[start:end][:200]!r}. Read the file again and make the edit anew."
        raise Refused(violation("edit.stale", message, file=source.path, range=range, hint=hint))
    return start, end


def _check_before(source: Source, range: Range, expected: str) -> tuple[int, int]:
    start = source.index.offset(range.start.line, range.start.character)
    if not source.text.endswith((expected, with_newline(expected, source.newline)), 0, start):
        message = f"{source.path} holds other text before line {range.start.line + 1} than precededBy says."
        shown = source.text[max(0, start - len(expected)) : start][-200:]
        hint = f"It holds {shown!r}. Read the file again and make the edit anew."
        raise Refused(violation("edit.stale", message, file=source.path, range=range, hint=hint))
    long = with_newline(expected, source.newline)
    return start - len(long if source.text.endswith(long, 0, start) else expected), start


def _range(fields: Fields) -> Range:
    start, end = fields.child("start"), fields.child("end")
    return Range(
        Position(start.number("line"), start.number("character")), Position(end.number("line"), end.number("character"))
    )


def _create(builder: ChangeSetBuilder, path: str, options: Fields) -> None:
    overwrite = options.flag("overwrite")
    if options.flag("ignoreIfExists") and not overwrite and builder.exists(path):
        return
    executable = options.flag("executable") if options.has("executable") else None
    encoding = options.choice("encoding", ENCODINGS) if options.maybe_text("encoding") else "utf-8"
    builder.create(path, overwrite=overwrite, executable=executable, encoding=encoding)


def _rename(builder: ChangeSetBuilder, old: str, new: str, options: Fields) -> None:
    overwrite, ignore = options.flag("overwrite"), options.flag("ignoreIfExists")
    moves = [(old, new)]
    if not builder.exists(old) and (below := builder.under(old)):
        moves = [(path, new + path.removeprefix(old)) for path in below]
        if builder.exists(new) or builder.under(new):
            if ignore and not overwrite:
                return
            raise Refused(violation("edit.file-exists", f"{new} is there already.", file=new))
    for source, target in moves:
        if builder.exists(target) and ignore and not overwrite:
            continue
        builder.rename(source, target, overwrite=overwrite)


def _delete(builder: ChangeSetBuilder, path: str, options: Fields) -> None:
    if builder.exists(path):
        builder.delete(path)
        return
    below = builder.under(path)
    if not below and options.flag("ignoreIfNotExists"):
        return
    if below and not options.flag("recursive"):
        message = f"{path} is a folder that is not empty, and the operation is not recursive."
        raise Refused(violation("edit.unsupported", message, file=path))
    for each in below or [path]:
        builder.delete(each)
