"""The configuration of the checks that judge an edit may become stricter, not looser."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

from runner.gate.inspection import Changed, Inspection
from runner.model.tree import TreeReader
from runner.model.verdict import Violation
from runner.model.violations import violation
from runner.syntax.jsonc import parse_jsonc
from runner.syntax.trees import is_source

_TSCONFIG = re.compile(r"(?:tsconfig|jsconfig)[^/]*\.json")
# Changes in these cannot be judged: some are programs.
_OTHER = re.compile(
    r"\.eslintrc.*|eslint\.config\..*|\.eslintignore|biome\.jsonc?|(?:vitest|jest)\.(?:config|workspace|setup)\..*"
)
# Options that ``strict`` turns on.
_FAMILY = frozenset(
    (
        "noImplicitAny",
        "noImplicitThis",
        "strictNullChecks",
        "strictFunctionTypes",
        "strictBindCallApply",
        "strictPropertyInitialization",
        "strictBuiltinIteratorReturn",
        "useUnknownInCatchVariables",
        "alwaysStrict",
    )
)
_STRICT = _FAMILY | {
    "strict",
    "checkJs",
    "noUnusedLocals",
    "noUnusedParameters",
    "exactOptionalPropertyTypes",
    "noImplicitReturns",
    "noFallthroughCasesInSwitch",
    "noUncheckedIndexedAccess",
    "noImplicitOverride",
    "noPropertyAccessFromIndexSignature",
    "noUncheckedSideEffectImports",
    "isolatedModules",
    "erasableSyntaxOnly",
    "forceConsistentCasingInFileNames",
    "verbatimModuleSyntax",
}
_LOOSE = frozenset(
    (
        "skipLibCheck",
        "skipDefaultLibCheck",
        "noCheck",
        "noResolve",
        "allowUnreachableCode",
        "allowUnusedLabels",
        "suppressImplicitAnyIndexErrors",
        "suppressExcessPropertyErrors",
        "noStrictGenericChecks",
    )
)
# Options about what is emitted and where: no type depends on them.
_HARMLESS = frozenset(("target", "outDir", "sourceMap", "declarationMap", "inlineSources", "removeComments", "newLine"))
_ROOTS = ("files", "include", "exclude", "extends", "references")
_SOURCES_OF_TYPES = ("paths", "baseUrl", "typeRoots", "types", "rootDirs", "plugins", "lib", "noLib")


def check_configs(inspection: Inspection) -> list[Violation]:
    found: list[Violation] = []
    shared = _Shared(inspection.tree)
    gone = {path for path, text in inspection.deleted.items() if _is_tsconfig(path, text) or shared.has(path, text)}
    for path in (*(file.path for file in inspection.files), *inspection.deleted):
        if _OTHER.fullmatch(posixpath.basename(path)) or path in gone:
            message = f"{path} configures the checks that judge this edit"
            found.append(violation("clobber.weakened-check", message, file=path))
    for file in inspection.files:
        sides = ((file.path, file.after), (file.old_path, file.before))
        if any(_is_tsconfig(*side) for side in sides) or any(shared.has(*side) for side in sides):
            if lost := _below_output(file, inspection):
                message = f"{file.path} makes tsc write to a folder with sources such as {lost}, which it then ignores"
                found.append(violation("clobber.weakened-check", message, file=file.path))
            found += [
                violation("clobber.weakened-check", f"{file.path} {what}", file=file.path) for what in _looser(file)
            ]
    return found


def _is_tsconfig(path: str, text: str) -> bool:
    """Decided by name or by content, because a project can use or extend a file of any name."""
    if _TSCONFIG.fullmatch(posixpath.basename(path)):
        return True
    if not _looks_like_json(path, text):
        return False
    try:
        return "compilerOptions" in _mapping(parse_jsonc(text))
    except ValueError:
        return "compilerOptions" in text


def _looks_like_json(path: str, text: str) -> bool:
    return not is_source(path) and text.lstrip("\ufeff \t\r\n").startswith(("{", "//", "/*"))


@dataclass
class _Shared:
    """The files that the tree's tsconfig files extend or refer to. Looked up only when such a file is edited."""

    tree: TreeReader

    def has(self, path: str, text: str) -> bool:
        return _looks_like_json(path, text) and path in self._paths

    @cached_property
    def _paths(self) -> frozenset[str]:
        pending = [path for path in self.tree.paths() if _TSCONFIG.fullmatch(posixpath.basename(path))]
        found: set[str] = set()
        while pending:
            path = pending.pop()
            state = self.tree.read(path)
            if path in found or state is None:
                continue
            found.add(path)
            try:
                settings = _mapping(parse_jsonc(state.content.decode("utf-8-sig", "replace")))
            except ValueError:
                continue
            extended = settings.get("extends")
            names = extended if isinstance(extended, list) else [extended]
            references = settings.get("references")
            names += [_mapping(each).get("path") for each in references] if isinstance(references, list) else []
            for name in names:
                if isinstance(name, str):
                    there = posixpath.normpath(posixpath.join(posixpath.dirname(path), name))
                    pending += [there, f"{there}.json"]
        return frozenset(found)


def _looser(file: Changed) -> Iterator[str]:
    if file.is_new or file.path != file.old_path:
        yield "is a new configuration of tsc"
        return
    try:
        before, after = _mapping(parse_jsonc(file.before)), _mapping(parse_jsonc(file.after))
    except ValueError:
        yield "cannot be compared with what it was"
        return
    for key in _ROOTS:
        if before.get(key) != after.get(key):
            yield f"changes {key!r}: other files would be checked"
    old, new = _mapping(before.get("compilerOptions")), _mapping(after.get("compilerOptions"))
    for key in sorted({*old, *new}):
        if (key in old, old.get(key)) == (key in new, new.get(key)):
            continue
        stricter = key in _STRICT and new.get(key) is True
        if stricter or (key in _LOOSE and new.get(key) is False):
            continue
        # The default or inherited value of an option is not known here, so only a value that is certainly stricter
        # passes.
        if key in _STRICT and (key in new or _held(old, key)):
            yield f"switches {key!r} off"
        elif key in _LOOSE and new.get(key) is True:
            yield f"switches {key!r} on"
        elif key in _SOURCES_OF_TYPES:
            yield f"changes {key!r}: other types would be found"
        elif key not in _STRICT and key not in _HARMLESS:
            yield f"changes {key!r}"


def _below_output(file: Changed, inspection: Inspection) -> str | None:
    """A source file below the new ``outDir``, which tsc leaves out of a project."""
    try:
        before, after = (
            _mapping(_mapping(parse_jsonc(text or "{}")).get("compilerOptions")).get("outDir")
            for text in (file.before, file.after)
        )
    except ValueError:
        return None
    if not isinstance(after, str) or after == before:
        return None
    # Here it is not known which folder the placeholder means: it may be any.
    anywhere = after.startswith("${configDir}")
    below = posixpath.normpath(after.removeprefix("${configDir}").lstrip("/") if anywhere else after)
    folder = below if anywhere else posixpath.normpath(posixpath.join(posixpath.dirname(file.path), below))
    prefix = "" if folder == "." else f"{folder}/"
    paths = (path for path in inspection.tree.paths() if is_source(path) and not path.endswith((".js", ".mjs", ".cjs")))
    return next((path for path in paths if path.startswith(prefix) or (anywhere and f"/{prefix}" in path)), None)


def _held(options: Mapping[str, object], key: str) -> bool:
    default = options.get("strict") is True and key in _FAMILY
    return options.get(key, default) is True


def _mapping(value: object) -> Mapping[str, object]:
    return value if isinstance(value, dict) else {}
