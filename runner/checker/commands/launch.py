"""The container of one command: a copy of the tree in memory that the command may write, and nothing of the host.

The tree is read-only at /base. Its copy is at /repo, where every tool expects it. Each ``node_modules`` is a folder in
memory too, with every installed package mounted read-only in its place: tools write caches beside the packages. A link to
the packages (or a copy elsewhere) would change real paths: a workspace's packages would lead back to the unedited tree.
"""

from __future__ import annotations

import posixpath
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from runner.model.container import ContainerSpec, Mount
from runner.model.order import Command

BASE, ROOT, INSTALLED = "/base", "/repo", "/installed"
NPM = "/opt/npm"
NOT_COPIED = "patchgate: the tree could not be copied"
NOT_COPIED_EXIT = 125
_TMP_MB = 512
# The command prints on the container's standard error, so that standard output is left to the archive.
SCRIPT = f"""umask 022
if ! cp -RP {BASE}/. {ROOT}/; then echo "{NOT_COPIED}" >&2; exit {NOT_COPIED_EXIT}; fi
cd {ROOT} || exit {NOT_COPIED_EXIT}
run=$1 most=$2 folders=$3 number=0
shift 3
while [ $number -lt "$folders" ]; do
  find {INSTALLED}/$number -mindepth 1 -maxdepth 1 ! -type d -exec cp -P -- {{}} "$1/" \\;
  number=$((number + 1))
  shift
done
if ! command -v npm >/dev/null; then
  mkdir -p /tmp/.tools
  for tool in npm npx; do
    printf '#!/bin/sh\\nexec node {NPM}/bin/%s-cli.js "$@"\\n' $tool >/tmp/.tools/$tool
    chmod +x /tmp/.tools/$tool
  done
fi
PATH="{ROOT}/node_modules/.bin:$PATH:/tmp/.tools" sh -c "$run" </dev/null >&2
code=$?
if [ $# -gt 0 ]; then
  find . -name node_modules -prune -o -type f \\( "$@" \\) -print0 2>/dev/null |
    tar --null --no-recursion -T - -cf - 2>/dev/null | head -c "$most"
fi
exit $code
"""
_ENVIRONMENT = {
    "CI": "true",
    "npm_config_cache": "/tmp/.npm",  # noqa: S108 - the container's
    "npm_config_offline": "true",
    "npm_config_update_notifier": "false",
}


@dataclass(frozen=True, slots=True)
class Shown:
    """A tree on disk that a container may see. ``modules`` are its ``node_modules``, with targets below /repo, and
    ``packages`` the folders in them.
    """

    root: Path
    modules: tuple[Mount, ...] = ()
    packages: tuple[Mount, ...] = ()


def spec_of(command: Command, shown: Shown, *, npm: Path | None = None, labels: Mapping[str, str]) -> ContainerSpec:
    """``npm`` is the folder of npm itself, for images that bring Node without it."""
    counts = (str(command.limits.output_kb * 1024), str(len(shown.modules)))
    folders = [mount.target for mount in shown.modules]
    whole = [Mount(mount.source, f"{INSTALLED}/{number}") for number, mount in enumerate(shown.modules)]
    extra = () if npm is None else (Mount(str(npm), NPM),)
    return ContainerSpec(
        command.image,
        ("/bin/sh", "-c", SCRIPT, "patchgate", command.run, *counts, *folders, *_found_by(command.artefacts)),
        (Mount(str(shown.root), BASE), *whole, *shown.packages, *extra),
        environment=_ENVIRONMENT,
        working_dir=ROOT,
        limits=command.limits,
        tmpfs_mb=_TMP_MB,
        scratch=writable(shown.modules),
        scratch_mb=command.limits.memory_mb,
        labels=dict(labels),
        name=f"command-{command.name}",
    )


def writable(modules: Sequence[Mount]) -> tuple[str, ...]:
    """/repo, each ``node_modules`` and every folder above one: the engine would make those for root alone."""
    found = {ROOT}
    for mount in modules:
        folder = mount.target
        while folder.startswith(f"{ROOT}/"):
            found.add(folder)
            folder = posixpath.dirname(folder)
    return tuple(sorted(found))


def _found_by(globs: Sequence[str]) -> list[str]:
    """Arguments of ``find`` for at least what the globs match; the host looks again."""
    found: list[str] = []
    for glob in globs:
        wide = glob.replace("\\", "\\\\").replace("[", "\\[").replace("**/", "*").replace("**", "*")
        found += [*(["-o"] if found else []), "-path", f"./{wide}"]
    return found
