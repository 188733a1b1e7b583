# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Folders and files that root acts on: refused if another account could have changed them.

A journal tells root which files to write, with which owner and mode.  So its folder, every
folder above it and the journal itself have to be root's and writable by root alone, and
this is checked each time before anything in them is believed.
"""

from __future__ import annotations

import errno
import os
import stat
from collections.abc import Iterator
from typing import Callable, Optional

from ansible_collections.intransit.tls.plugins.module_utils._core.errors import TransactionError

_WRITABLE = stat.S_IWGRP | stat.S_IWOTH
_MOST_LINKS = 40
"""The kernel's own limit for links on the way to a file (path_resolution(7))."""


def make_folder(path: str, mode: int) -> bool:
    """Make ``path`` and every folder that is missing above it, each with ``mode`` whatever the umask is.

    Returns whether anything was missing.

    Raises:
        TransactionError: a folder cannot be made, or another account could change it.
    """
    missing = []
    path = place = os.path.abspath(path)
    while not os.path.lexists(place):
        missing.append(place)
        place = os.path.dirname(place)
    check_folder(place, itself=not missing)
    for folder in reversed(missing):
        _make(folder, mode)
    check_folder(path)
    return bool(missing)


def _make(folder: str, mode: int) -> None:
    try:
        os.mkdir(folder, 0o700)
        os.chmod(folder, mode)
    except FileExistsError:
        return  # another run of ours made it at the same moment; whoever it was, it is checked
    except OSError as error:
        raise TransactionError(
            f"The folder {folder} cannot be made: {error.strerror}.", {"path": folder}
        ) from error


def check_folder(path: str, itself: bool = True) -> None:
    """Refuse a folder that another account could change, or replace by way of a folder above it.

    A sticky folder above it (``/tmp``) is no way to replace it.  Links above it count with
    all that they lead through.

    Args:
        path: the folder.
        itself: whether it may neither be a link nor be writable to others, as the last folder of its path.

    Raises:
        TransactionError: it could be changed; the message says by whom and what to do.
    """
    try:
        if itself and stat.S_ISLNK(os.lstat(path).st_mode):
            raise _refused(path, "is a link", "Replace the link by a folder")
        last = os.path.realpath(path)
        for place, status in check_way(path):
            sticky = bool(status.st_mode & stat.S_ISVTX) and not (itself and place == last)
            _check(place, status, stat.S_ISDIR, "folder", sticky)
    except OSError as error:
        raise TransactionError(f"The folder {path} cannot be used: {error.strerror}.", {"path": path}) from error


def read_file(path: str, limit: int = 64 * 1024 * 1024) -> bytes:
    """Return what a file holds that only root can have written.

    Raises:
        TransactionError: it is a link or no file, or another account could have written it.
        OSError: it cannot be read.
    """
    if stat.S_ISLNK(os.lstat(path).st_mode):
        raise _refused(path, "is a link", "Find out who made it, then remove it")
    with os.fdopen(os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC), "rb") as stream:
        _check(path, os.fstat(stream.fileno()), stat.S_ISREG, "file", False)
        return stream.read(limit)


def _check(path: str, status: os.stat_result, is_kind: Callable[[int], bool], kind: str, sticky: bool) -> None:
    if not (is_kind(status.st_mode) or (kind == "folder" and stat.S_ISLNK(status.st_mode))):
        raise _refused(path, f"is no {kind}", "Move it away")
    if status.st_uid not in (0, os.geteuid()):
        raise _refused(path, f"belongs to uid {status.st_uid}", "If what it holds is right, `chown root` it")
    if stat.S_ISLNK(status.st_mode):
        return  # anyone may write "to" a link; only its owner and its folder's can replace it
    if status.st_mode & _WRITABLE and not sticky:
        raise _refused(
            path, f"has the mode {stat.S_IMODE(status.st_mode):04o}, so that other accounts than root can write to it",
            "If what it holds is right, `chmod go-w` it",
        )


def _refused(path: str, why: str, remedy: str) -> TransactionError:
    return TransactionError(
        f"{path} {why}. What root reads there decides which files it writes, so nothing was done. {remedy}; then run "
        "again.",
        {"path": path, "reason": why},
    )


def check_way(path: str) -> Iterator[tuple[str, os.stat_result]]:
    """Yield every folder and link that the kernel passes on the way to an absolute path, what it leads to at last.

    Raises:
        OSError: something on the way does not exist or cannot be read, or links go in circles.
    """
    place, links = "/", 0
    yield place, os.lstat(place)
    ahead = path.split("/")[::-1]
    while ahead:
        part = ahead.pop()
        if part in ("", "."):
            continue
        if part == "..":
            # What is before it was no link, or its target is walked already.
            place = os.path.dirname(place)
            continue
        found = os.path.join(place, part)
        status = os.lstat(found)
        yield found, status
        if not stat.S_ISLNK(status.st_mode):
            place = found
            continue
        links += 1
        if links > _MOST_LINKS:
            raise OSError(errno.ELOOP, os.strerror(errno.ELOOP), path)
        target = os.readlink(found)
        place = "/" if target.startswith("/") else place
        ahead += target.split("/")[::-1]


def distrust(path: str) -> Optional[str]:
    """Return why root must not load or run the file at an absolute path; None if it may.

    A path that stands in a configuration may lead anywhere, so each folder and link on the way has to be root's.
    """
    if not os.path.isabs(path) or "\0" in path:
        return f"{path!r} is not an absolute path"
    status = None
    try:
        for at, status in check_way(path):
            problem = _find_problem(at, status)
            if problem:
                return problem
    except OSError as error:
        return f"{error.filename} cannot be read: {error.strerror}"
    return None if status and stat.S_ISREG(status.st_mode) else f"{path} is not a file"


def _find_problem(at: str, status: os.stat_result) -> Optional[str]:
    if status.st_uid != 0:
        return f"{at} belongs to uid {status.st_uid}, not to root"
    loose = status.st_mode & stat.S_IWOTH or (status.st_mode & stat.S_IWGRP and status.st_gid != 0)
    if loose and not stat.S_ISLNK(status.st_mode):
        return f"{at} can be written by accounts other than root (mode {stat.S_IMODE(status.st_mode):04o})"
    return None
