"""Which modules need a test, where the test goes, and how it imports the module."""

from __future__ import annotations

import os
import posixpath
import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from runner.specialists.kit.globs import matches
from runner.specialists.kit.language import SOURCES, is_source

_TEST_NAME = re.compile(r"\.(test|spec)\.[cm]?tsx?$")
_TEST_FOLDERS = frozenset({"tests", "test", "__tests__", "__mocks__", "fixtures", "benchmarks", "e2e"})
_BUILT = frozenset({"node_modules", "dist", "build", "out", "coverage"})
_CONFIG = re.compile(r"(^|/)[\w.-]+\.config\.[cm]?ts$")
_IMPORT = re.compile(r"""(?:\bfrom\s*|\bimport\s*\(?\s*)(["'])(\.{1,2}/[^"']+)\1""")


@dataclass(frozen=True, slots=True)
class Style:
    """How the project's own files are written: quotes, endings of relative imports, and names of tests."""

    quote: str = "'"
    extension: str = ""
    test: str = ".test.ts"


def folder_for_tests(allowed_paths: Sequence[str]) -> str:
    """The folder of the first allowed glob: ``tests/**`` → ``tests``; ``tests`` if no glob begins with a folder."""
    for glob in allowed_paths:
        fixed = [part for part in PurePosixPath(glob).parts if not re.search(r"[*?\[{]", part)]
        begin = PurePosixPath(*PurePosixPath(glob).parts[: len(fixed)]).as_posix() if fixed else ""
        if fixed and begin == "/".join(fixed) and not _TEST_NAME.search(begin):
            return begin
    return "tests"


def all_sources(repo: Path) -> list[str]:
    """Every TypeScript file with code, sorted, without packages, build output and hidden folders."""
    found = []
    for folder, names, files in os.walk(repo):
        names[:] = sorted(name for name in names if name not in _BUILT and not name.startswith("."))
        base = Path(folder).relative_to(repo).as_posix()
        found += [name if base == "." else f"{base}/{name}" for name in files if is_source(name)]
    return sorted(found)


def is_test(path: str) -> bool:
    return bool(_TEST_NAME.search(path)) or any(part in _TEST_FOLDERS for part in PurePosixPath(path).parts[:-1])


def untested(sources: Sequence[str], texts: Mapping[str, str], folder: str, wanted: Sequence[str] = ()) -> list[str]:
    """The modules below the parent of the tests folder that no test imports. ``wanted`` are globs that narrow them.

    ``texts`` are the texts of the tests.
    """
    tested = {target for test, text in texts.items() for target in imported(test, text, sources)}
    parent = PurePosixPath(folder).parent.as_posix()
    prefix = "" if parent == "." else f"{parent}/"
    return [
        path
        for path in sources
        if path.startswith(prefix)
        and not is_test(path)
        and not _CONFIG.search(path)
        and path not in tested
        and (not wanted or any(matches(path, glob) for glob in wanted))
    ]


def imported(importer: str, text: str, sources: Iterable[str]) -> set[str]:
    """The sources that a file imports by relative path, whatever extension it writes."""
    known = set(sources)
    found = set()
    for match in _IMPORT.finditer(text):
        target = posixpath.normpath(posixpath.join(posixpath.dirname(importer), match.group(2)))
        stem = re.sub(r"\.[cm]?[jt]sx?$", "", target)
        found |= {path for end in SOURCES for path in (stem + end, f"{stem}/index{end}", target + end) if path in known}
    return found


def path_of_test(module: str, folder: str, style: Style) -> str:
    """``src/services/carts.ts`` → ``tests/services/carts.test.ts``: the module's path below its source folder."""
    parent = PurePosixPath(folder).parent.as_posix()
    inside = module if parent == "." else module.removeprefix(f"{parent}/")
    inside = inside.removeprefix("src/") if parent == "." else inside
    return f"{folder}/{re.sub(r'[.][cm]?tsx?$', '', inside)}{style.test}"


def specifier(test: str, module: str, style: Style) -> str:
    """How ``test`` imports ``module``."""
    path = posixpath.relpath(module, posixpath.dirname(test) or ".")
    end = next(one for one in sorted(SOURCES, key=len, reverse=True) if path.endswith(one))
    stem = path.removesuffix(end)
    ends = {"": "", ".js": end.replace("tsx", "js").replace("ts", "js"), ".ts": end}
    return (stem if stem.startswith(".") else f"./{stem}") + ends[style.extension]


def style_of(texts: Iterable[str], tests: Iterable[str]) -> Style:
    """The style of most relative imports in the project."""
    quotes: Counter[str] = Counter()
    extensions: Counter[str] = Counter()
    for text in texts:
        for match in _IMPORT.finditer(text):
            quotes[match.group(1)] += 1
            end = re.search(r"\.[cm]?([jt]s)x?$", match.group(2))
            extensions[f".{end.group(1)}" if end else ""] += 1
    names = Counter(".spec.ts" if ".spec." in path else ".test.ts" for path in tests if _TEST_NAME.search(path))
    return Style(
        quote=quotes.most_common(1)[0][0] if quotes else "'",
        extension=extensions.most_common(1)[0][0] if extensions else "",
        test=names.most_common(1)[0][0] if names else ".test.ts",
    )
