# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Stage, swap, restore: the only code that writes configuration files.

A write is complete or has not happened: new content goes to a hidden neighbour, is
flushed to the disk, and takes the name in one rename; the folder is flushed too, or a
power cut could bring the old name back.
"""

from __future__ import annotations

import errno
import os
import stat
from typing import Any, Dict, Mapping

from ansible_collections.intransit.tls.plugins.module_utils._core.change.model import ABSENT, State
from ansible_collections.intransit.tls.plugins.module_utils._core.errors import TransactionError

SIZE_LIMIT = 16 * 1024 * 1024
"""Bytes; a configuration file beyond this is somebody's mistake."""


def read_state(path: str) -> State:
    """Return how ``path`` is: absent, a file with its content, or a link with its target.

    Raises:
        TransactionError: it is a folder, a device or unreadable.
    """
    try:
        status = os.lstat(path)
    except FileNotFoundError:
        return ABSENT
    except OSError as error:
        raise _cannot("read", path, error) from error
    if stat.S_ISLNK(status.st_mode):
        return State({"form": "link", "target": os.readlink(path)})
    if not stat.S_ISREG(status.st_mode):
        raise TransactionError("%s is neither a file nor a link; move it out of the way, then run again." % path)
    if status.st_size > SIZE_LIMIT:
        raise TransactionError("%s has %d bytes, more than any configuration file." % (path, status.st_size))
    try:
        with open(path, "rb") as stream:
            content = stream.read(SIZE_LIMIT + 1)
    except OSError as error:
        raise _cannot("read", path, error) from error
    facts = {"form": "file", "uid": status.st_uid, "gid": status.st_gid, "mode": stat.S_IMODE(status.st_mode)}
    return State(facts, content)


def write_state(path: str, state: State) -> None:
    """Make ``path`` be as ``state`` says, in one step that a crash cannot cut in half.

    Raises:
        TransactionError: the folder is missing or cannot be written.
    """
    form = state.facts.get("form")
    try:
        if form == "absent":
            _remove(path)
        elif form == "link":
            _swap_link(path, str(state.facts["target"]))
        elif form == "file" and state.content is not None:
            _swap_file(path, state.content, state.facts)
        else:
            raise TransactionError("Do not know how to make %s a %r." % (path, form))
    except FileNotFoundError as error:
        raise TransactionError(
            "Cannot write %s: its folder %s does not exist." % (path, os.path.dirname(path)), {"path": path}
        ) from error
    except OSError as error:
        raise _cannot("write", path, error) from error


def neighbour(path: str) -> str:
    """Return the hidden name beside ``path`` that new content is staged under.

    It starts with a dot and has an ending of its own, so no daemon's include pattern
    (``*.conf``, ``conf.d/*``) takes it in; it is always the same, so a crash leaves
    one at the most and the next run finds it.
    """
    folder, name = os.path.split(path)
    return os.path.join(folder, ".%s.intransit-new" % name)


def sweep(path: str) -> None:
    """Remove what an interrupted write of ``path`` may have left."""
    try:
        os.unlink(neighbour(path))
    except FileNotFoundError:
        return
    except OSError as error:
        raise _cannot("remove", neighbour(path), error) from error


def sync_folder(folder: str) -> None:
    """Flush a folder's entries to the disk."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _remove(path: str) -> None:
    try:
        os.unlink(path)
    except FileNotFoundError:
        return
    sync_folder(os.path.dirname(path))


def _swap_link(path: str, target: str) -> None:
    staged = neighbour(path)
    sweep(path)
    os.symlink(target, staged)
    os.replace(staged, path)
    sync_folder(os.path.dirname(path))


def _swap_file(path: str, content: bytes, facts: Mapping[str, Any]) -> None:
    staged = neighbour(path)
    sweep(path)
    # Created closed and opened up afterwards: content must never be readable by more
    # people than the finished file is.
    descriptor = os.open(staged, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, 0o600)
    try:
        with os.fdopen(descriptor, "wb") as stream:
            stream.write(content)
            os.fchown(stream.fileno(), int(facts["uid"]), int(facts["gid"]))
            os.fchmod(stream.fileno(), int(facts["mode"]))
            _keep_attributes(path, stream.fileno())
            stream.flush()
            os.fsync(stream.fileno())
        os.replace(staged, path)
    except BaseException:
        sweep(path)
        raise
    sync_folder(os.path.dirname(path))


def _keep_attributes(path: str, descriptor: int) -> None:
    """Carry access lists and security labels over to the file that takes the name."""
    try:
        names = os.listxattr(path, follow_symlinks=False)
    except OSError:
        return  # no file there yet, or a file system without attributes
    for name in names:
        try:
            os.setxattr(descriptor, name, os.getxattr(path, name, follow_symlinks=False))
        except OSError as error:
            if error.errno not in (errno.ENOTSUP, errno.EPERM):
                raise


def _cannot(verb: str, path: str, error: OSError) -> TransactionError:
    facts: Dict[str, Any] = {"path": path, "errno": error.errno}
    return TransactionError("Cannot %s %s: %s." % (verb, path, error.strerror or error), facts)
