"""Opens a folder below another one without following links.

It uses ``openat2`` if the kernel has it (Linux 5.6), and otherwise goes step by step. Both mean the same; with
``openat2`` the kernel walks the whole path in one call. Folders are given by their names, outermost first; no name is
empty, ``.`` or ``..``. Both raise ``FileNotFoundError`` if one is missing, ``NotADirectoryError`` if one is not a
folder, and other ``OSError``.
"""

from __future__ import annotations

import ctypes
import errno
import os
import platform
from collections.abc import Sequence

FOLDER = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC

_OPENAT2 = {"x86_64": 437, "aarch64": 437}.get(platform.machine())
_NO_MAGICLINKS, _NO_SYMLINKS, _BENEATH = 0x02, 0x04, 0x08
# The kernel is older, a seccomp filter blocks the call, or the path is too long for one call.
_CANNOT = frozenset({errno.ENOSYS, errno.EPERM, errno.ENAMETOOLONG})
_LIBC = ctypes.CDLL(None, use_errno=True)


class _How(ctypes.Structure):
    """``struct open_how`` of linux/openat2.h."""

    _fields_ = (("flags", ctypes.c_uint64), ("mode", ctypes.c_uint64), ("resolve", ctypes.c_uint64))


_HOW = _How(FOLDER, 0, _BENEATH | _NO_SYMLINKS | _NO_MAGICLINKS)


def open_folder(root: int, names: Sequence[str]) -> int:
    """A descriptor that the caller has to close."""
    if _OPENAT2 is not None and names:
        try:
            return by_openat2(root, names)
        except OSError as error:
            if error.errno not in _CANNOT:
                raise
    return by_walking(root, names)


def by_openat2(root: int, names: Sequence[str]) -> int:
    """Also raises ``OSError`` with ``ENOSYS``, ``EPERM`` or ``ENAMETOOLONG`` if ``openat2`` cannot be used."""
    path = "/".join(names)
    while True:
        found: int = _LIBC.syscall(_OPENAT2, root, os.fsencode(path), ctypes.byref(_HOW), ctypes.sizeof(_HOW))
        code = ctypes.get_errno()
        if found >= 0:
            return found
        if code != errno.EINTR:
            # A link is ELOOP here and ENOTDIR for open(2) with O_DIRECTORY.
            code = errno.ENOTDIR if code == errno.ELOOP else code
            raise OSError(code, os.strerror(code), path)


def by_walking(root: int, names: Sequence[str]) -> int:
    current = os.dup(root)
    for name in names:
        try:
            current, above = os.open(name, FOLDER, dir_fd=current), current
        except BaseException:
            os.close(current)
            raise
        os.close(above)
    return current
