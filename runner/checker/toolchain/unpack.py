"""A tarball of npm into a folder, after its bytes have been compared with their integrity."""

from __future__ import annotations

import base64
import hashlib
import hmac
import tarfile
from pathlib import Path, PurePosixPath

from runner.errors import CheckerError

_LARGEST_BYTES = 512 * 1024 * 1024
_MOST_FILES = 5000
_ALGORITHMS = ("sha512", "sha384", "sha256")


def check_integrity(tarball: Path, integrity: str) -> None:
    """Raises ``CheckerError`` unless the strongest hash that ``integrity`` names is that of the file."""
    hashes = dict(reversed([word.partition("-")[::2] for word in integrity.split()]))
    algorithm = next((name for name in _ALGORITHMS if name in hashes), None)
    if algorithm is None:
        raise CheckerError(f"{tarball.name} has no usable integrity ({integrity or 'none'})")
    with tarball.open("rb") as file:
        found = base64.b64encode(hashlib.file_digest(file, algorithm).digest()).decode()
    if not hmac.compare_digest(found, hashes[algorithm].partition("?")[0]):
        raise CheckerError(
            f"{tarball.name} is not what the registry promised: its {algorithm} is {found}, not {hashes[algorithm]}"
        )


def unpack(tarball: Path, folder: Path) -> None:
    """Write the package's files below ``folder``, with modes 0644 and 0755. Links and special files are refused.

    Raises ``CheckerError`` for a tarball that is none or holds more than a compiler would.
    """
    try:
        with tarfile.open(tarball, "r:gz") as tar:
            total = 0
            for count, member in enumerate(tar):
                total += member.size
                if total > _LARGEST_BYTES or count >= _MOST_FILES:
                    raise CheckerError(f"{tarball.name} is larger than a compiler can be")
                if not member.isdir():
                    _write(tar, member, folder, tarball.name)
    except (tarfile.TarError, EOFError) as error:
        raise CheckerError(f"{tarball.name} is not a tarball: {error}") from error


def _write(tar: tarfile.TarFile, member: tarfile.TarInfo, folder: Path, name: str) -> None:
    # npm packs everything below one folder, "package/".
    inside = PurePosixPath(member.name).parts[1:]
    source = tar.extractfile(member) if member.isreg() else None
    if source is None or not inside or ".." in inside or PurePosixPath(member.name).is_absolute():
        raise CheckerError(f"{name} holds {member.name!r}, which is no file of a package")
    path = folder.joinpath(*inside)
    for parent in reversed(path.relative_to(folder).parents[:-1]):
        make_folder(folder / parent)
    with source, path.open("xb") as out:
        while block := source.read(1024 * 1024):
            out.write(block)
    path.chmod(0o755 if member.mode & 0o100 else 0o644)


def make_folder(path: Path) -> None:
    """With mode 0755 whatever the umask: containers read it as another user."""
    path.mkdir(exist_ok=True)
    path.chmod(0o755)
