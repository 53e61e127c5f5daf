"""Inferred projects: a file that no project has is judged by the options of the tsconfig that is nearest to it."""

from __future__ import annotations

import json
import posixpath
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass

from runner.checker.configs import Config, ConfigReader, folders_above, in_folder, is_foreign
from runner.model.tree import Candidate, TreeReader

TYPESCRIPT = (".ts", ".tsx", ".mts", ".cts")
JAVASCRIPT = (".js", ".jsx", ".mjs", ".cjs")
DECLARATIONS = (".d.ts", ".d.mts", ".d.cts")
NAMES = ("tsconfig.json", "jsconfig.json")
SUFFIX = ".patchgate.json"
# What a config says of its output makes no sense for these files, and some of it is an error without the rest.
NO_OUTPUT: Mapping[str, object] = {
    "noEmit": True,
    "composite": False,
    "incremental": False,
    "declaration": False,
    "declarationMap": False,
    "emitDeclarationOnly": False,
    "declarationDir": None,
    "tsBuildInfoFile": None,
    "outFile": None,
}
# An older compiler does not know it, so it is cleared only where the config has it.
ISOLATED = "isolatedDeclarations"
DEFAULTS: Mapping[str, object] = {
    "strict": True,
    "target": "es2022",
    "module": "esnext",
    "moduleResolution": "bundler",
    "jsx": "preserve",
    "esModuleInterop": True,
    "resolveJsonModule": True,
    "allowImportingTsExtensions": True,
    "skipLibCheck": True,
}
_TESTS = ("test", "spec", "vitest", "jest", "e2e")


@dataclass(frozen=True, slots=True)
class InferredProject:
    """``config`` is a path where the tree has no file, beside ``nearest``; ``text`` is what a compiler reads there.

    ``nearest`` None means that there is no tsconfig to go by: strict defaults count. ``files`` are the edited files.
    The program also has the declaration files that belong to ``nearest``, and whatever is imported. Only errors in
    ``files`` count: everything else has a project of its own, or nobody checks it.
    """

    config: str
    nearest: str | None
    files: tuple[str, ...]
    text: str


def inferred_projects(
    tree: TreeReader,
    covered: frozenset[str],
    candidate: Candidate,
    avoid: Collection[str] = (),
    excluded: Collection[str] = (),
) -> tuple[InferredProject, ...]:
    """The projects for the edited files that no project has, sorted by config.

    ``covered`` are the files of all projects once the candidate is applied. Configs to ``avoid`` are not extended:
    those that cannot be judged. A file that is nearest to an ``excluded`` config is left alone.
    """
    configs = ConfigReader(tree)
    known = _Known(path for path in tree.paths() if posixpath.basename(path) in NAMES and not is_foreign(path))
    groups: dict[str, tuple[Config | None, list[str]]] = {}
    for file in sorted(path for path, state in candidate.files.items() if state is not None):
        if file in covered or is_foreign(file) or not file.endswith((*TYPESCRIPT, *JAVASCRIPT)):
            continue
        if excluded and next(known.above(file), None) in excluded:
            continue
        nearest = _nearest(configs, known, file, avoid)
        if file.endswith(TYPESCRIPT) or _checks_javascript(nearest):
            groups.setdefault("" if nearest is None else nearest.path, (nearest, []))[1].append(file)
    ambient = sorted(path for path in covered if path.endswith(DECLARATIONS) and not is_foreign(path))
    found = [
        _project(tree, nearest, files, [path for path in ambient if known.belongs(path, nearest)])
        for nearest, files in groups.values()
    ]
    return tuple(sorted(found, key=lambda project: project.config))


class _Known:
    """The configs of a tree by their folders."""

    def __init__(self, paths: Iterable[str]) -> None:
        self._by_folder: dict[str, list[str]] = {}
        for path in paths:
            self._by_folder.setdefault(posixpath.dirname(path), []).append(path)

    def above(self, file: str) -> Iterator[str]:
        """The configs in the folders of ``file`` and above: the nearest first, ``tsconfig.json`` before the other."""
        for folder in folders_above(file):
            yield from sorted(self._by_folder.get(folder, ()), key=lambda path: NAMES.index(posixpath.basename(path)))

    def belongs(self, path: str, nearest: Config | None) -> bool:
        """Whether no other config is nearer to a declaration file."""
        own = "" if nearest is None else nearest.folder
        return next((each for each in folders_above(path) if each in self._by_folder), "") == own


def _nearest(configs: ConfigReader, known: _Known, file: str, avoid: Collection[str]) -> Config | None:
    """The nearest config that can be used. For a solution without options of its own, one that it refers to."""
    for path in known.above(file):
        config = configs.read(path)
        if config.problem:
            continue
        if config.is_solution and not config.options:
            parts = [configs.read(each) for each in config.references if each not in avoid]
            usable = [part for part in parts if not part.problem and not part.is_solution]
            beside = [part for part in usable if part.folder == config.folder] or usable
            if beside:
                return max(beside, key=lambda part: _kinship(part, file))
        elif path not in avoid:
            return config
    return None


def _kinship(config: Config, file: str) -> tuple[bool, int]:
    """How well a project fits a file: one for tests if the file is a test, then one whose files are near."""
    is_test = any(word in file.lower() for word in _TESTS)
    for_tests = any(word in posixpath.basename(config.path).lower() for word in _TESTS)
    named = config.include if config.include is not None else (config.files or ())
    roots = [posixpath.normpath(in_folder(config.folder, each.split("*")[0])) for each in named]
    shared = [len(posixpath.commonpath([root, file])) for root in roots if not root.startswith(("/", "../"))]
    return is_test == for_tests, max(shared, default=0)


def _checks_javascript(nearest: Config | None) -> bool:
    return nearest is not None and nearest.options.get("checkJs") is True


def _project(tree: TreeReader, nearest: Config | None, files: list[str], ambient: list[str]) -> InferredProject:
    folder = "" if nearest is None else nearest.folder
    stem = "tsconfig" if nearest is None else posixpath.basename(nearest.path).removesuffix(".json")
    config = in_folder(folder, stem + SUFFIX)
    while tree.kind(config) is not None:
        config = config.removesuffix(SUFFIX) + "-" + SUFFIX
    listed = [posixpath.relpath(path, folder or ".") for path in dict.fromkeys([*files, *ambient])]
    text = json.dumps({**_options(nearest, folder), "files": listed, "include": [], **_references(nearest)}, indent=2)
    return InferredProject(config, None if nearest is None else nearest.path, tuple(files), f"{text}\n")


def _options(nearest: Config | None, folder: str) -> dict[str, object]:
    root = posixpath.relpath(".", folder) if folder else "."
    if nearest is None:
        return {"compilerOptions": {**DEFAULTS, "noEmit": True}}
    cleared = {ISOLATED: False} if ISOLATED in nearest.options else {}
    own = {**NO_OUTPUT, "rootDir": root, **cleared}
    return {"extends": f"./{posixpath.basename(nearest.path)}", "compilerOptions": own}


def _references(nearest: Config | None) -> dict[str, object]:
    """The same as those of the config beside it: otherwise an import would be answered by another project's output."""
    targets = () if nearest is None else nearest.references
    folder = "" if nearest is None else nearest.folder
    return {"references": [{"path": posixpath.relpath(target, folder or ".")} for target in targets]}
