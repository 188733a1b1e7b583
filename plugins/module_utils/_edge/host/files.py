# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Stage, swap, restore: the only code that writes configuration files.

A write is complete or has not happened: new content goes to a hidden neighbour, is
flushed to the disk, and takes the name in one rename; the folder is flushed too, or a
power cut could bring the old name back.

Owner, mode, access list and extended attributes are part of a state: a file that is
written has exactly those of the state, none inherited from its folder, and is compared
with it before it takes the name.
"""

from __future__ import annotations

import base64
import errno
import os
import stat
from collections.abc import Mapping
from typing import Any, Union

from ansible_collections.intransit.tls.plugins.module_utils._core.change.model import ABSENT, State
from ansible_collections.intransit.tls.plugins.module_utils._core.errors import TransactionError

SIZE_LIMIT = 16 * 1024 * 1024
"""Bytes; a configuration file beyond this is a mistake."""
ACCESS_LIST = "system.posix_acl_access"
_EXACT = ("user.", "trusted.")
"""Attributes besides the access list that root can always set again; all others are labels."""
_MADE_OF_CONTENT = ("security.ima", "security.evm")
"""Digests that the kernel makes of the content itself; an old one would be wrong for new content."""


def read_state(path: str) -> State:
    """Return how ``path`` is: absent, a file with its content, or a link with its target.

    ``facts`` of a file have ``attributes`` (names to base64) if it has an access list or
    attributes of its own.

    Raises:
        TransactionError: it is a folder, a device or unreadable.
    """
    try:
        status = os.lstat(path)
        if stat.S_ISLNK(status.st_mode):
            facts = {"form": "link", "target": os.readlink(path), "uid": status.st_uid, "gid": status.st_gid}
            return State(facts)
        # Opened only now, and not by way of a link that came meanwhile.
        descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    except FileNotFoundError:
        return ABSENT
    except OSError as error:
        raise _cannot("read", path, error) from error
    try:
        return _read_file(path, descriptor)
    finally:
        os.close(descriptor)


def _read_file(path: str, descriptor: int) -> State:
    status = os.fstat(descriptor)
    if not stat.S_ISREG(status.st_mode):
        raise TransactionError(f"{path} is neither a file nor a link; move it out of the way, then run again.")
    if status.st_size > SIZE_LIMIT:
        raise TransactionError(
            f"{path} has {status.st_size} bytes, more than any configuration file ({SIZE_LIMIT})."
        )
    try:
        with open(descriptor, "rb", closefd=False) as stream:
            content = stream.read(SIZE_LIMIT + 1)
        own, labels = attributes_of(descriptor)
    except OSError as error:
        raise _cannot("read", path, error) from error
    return State(_facts(status, own), content, labels)


def _facts(status: os.stat_result, own: Mapping[str, str]) -> dict[str, Any]:
    facts = {"form": "file", "uid": status.st_uid, "gid": status.st_gid, "mode": stat.S_IMODE(status.st_mode)}
    return dict(facts, attributes=dict(own)) if own else facts


def attributes_of(place: Union[str, int]) -> tuple[dict[str, str], dict[str, str]]:
    """Return the attributes of a file, values in base64: those of its own (access list included), and labels."""
    own: dict[str, str] = {}
    labels: dict[str, str] = {}
    try:
        names = os.listxattr(place)
    except OSError as error:
        if error.errno == errno.ENOTSUP:
            return own, labels  # a file system without attributes
        raise
    for name in names:
        if name not in _MADE_OF_CONTENT:
            kept = own if name == ACCESS_LIST or name.startswith(_EXACT) else labels
            kept[name] = base64.b64encode(os.getxattr(place, name)).decode("ascii")
    return own, labels


def drop_access_list(attributes: Mapping[str, str]) -> dict[str, str]:
    """Return the attributes that may stay if a mode was asked for: an access list would give more rights than it."""
    return {name: value for name, value in attributes.items() if name != ACCESS_LIST}


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
            _swap_link(path, state.facts)
        elif form == "file" and state.content is not None:
            _swap_file(path, state.content, state.facts, state.labels or _labels_at(path))
        else:
            raise TransactionError(f"It is not known how to make {path} a {form!r}.")
    except FileNotFoundError as error:
        raise TransactionError(
            f"Cannot write {path}: its folder {os.path.dirname(path)} does not exist.", {"path": path}
        ) from error
    except OSError as error:
        raise _cannot("write", path, error) from error


def name_neighbour(path: str) -> str:
    """Return the hidden name beside ``path`` that new content is staged under.

    It starts with a dot and has an ending of its own, so no daemon's include pattern
    (``*.conf``, ``conf.d/*``) takes it in; it is always the same, so a crash leaves
    one at the most and the next run finds it.
    """
    folder, name = os.path.split(path)
    return os.path.join(folder, f".{name}.intransit-new")


def sweep(path: str) -> None:
    """Remove what an interrupted write of ``path`` may have left."""
    try:
        os.unlink(name_neighbour(path))
    except FileNotFoundError:
        return
    except OSError as error:
        raise _cannot("remove", name_neighbour(path), error) from error


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


def _swap_link(path: str, facts: Mapping[str, Any]) -> None:
    staged = name_neighbour(path)
    sweep(path)
    os.symlink(str(facts["target"]), staged)
    if "uid" in facts:
        os.chown(staged, int(facts["uid"]), int(facts["gid"]), follow_symlinks=False)
    os.replace(staged, path)
    sync_folder(os.path.dirname(path))


def _swap_file(path: str, content: bytes, facts: Mapping[str, Any], labels: Mapping[str, str]) -> None:
    staged = name_neighbour(path)
    sweep(path)
    # Created closed and opened up afterwards: content must never be readable by more
    # people than the finished file is.
    descriptor = os.open(staged, os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600)
    try:
        with os.fdopen(descriptor, "wb") as stream:
            _give_attributes(stream.fileno(), facts.get("attributes") or {}, labels)
            stream.write(content)
            os.fchown(stream.fileno(), int(facts["uid"]), int(facts["gid"]))
            # Behind the access list, whose mask it sets.
            os.fchmod(stream.fileno(), int(facts["mode"]))
            stream.flush()
            os.fsync(stream.fileno())
            _compare(path, stream.fileno(), facts)
        os.replace(staged, path)
    except BaseException:
        sweep(path)
        raise
    sync_folder(os.path.dirname(path))


def _give_attributes(descriptor: int, own: Mapping[str, str], labels: Mapping[str, str]) -> None:
    """Give a new file its access list, attributes and labels, and take away what it inherited from its folder."""
    inherited, _labels = attributes_of(descriptor)
    for name in inherited:
        os.removexattr(descriptor, name)
    for name, value in labels.items():
        try:
            os.setxattr(descriptor, name, base64.b64decode(value))
        except OSError as error:
            if error.errno not in (errno.ENOTSUP, errno.EPERM, errno.EACCES, errno.EINVAL):
                raise
    # A file system that cannot hold these is found by the comparison, which names them.
    for name, value in own.items():
        try:
            os.setxattr(descriptor, name, base64.b64decode(value))
        except OSError as error:
            if error.errno not in (errno.ENOTSUP, errno.EPERM):
                raise


def _labels_at(path: str) -> Mapping[str, str]:
    """Return the labels of the file whose name is taken over, if there is one."""
    try:
        return {} if os.path.islink(path) else attributes_of(path)[1]
    except FileNotFoundError:
        return {}


def _compare(path: str, descriptor: int, facts: Mapping[str, Any]) -> None:
    """Refuse a file that is not what was asked for in owner, mode, access list and attributes."""
    seen = _facts(os.fstat(descriptor), attributes_of(descriptor)[0])
    wanted = {key: facts[key] for key in ("uid", "gid", "mode")}
    wanted["attributes"] = facts.get("attributes") or {}
    wrong = sorted(key for key, value in wanted.items() if seen.get(key, {}) != value)
    if wrong:
        raise TransactionError(
            f"The file system of {os.path.dirname(path)} does not keep "
            f"{' and '.join(_WORDS[key] for key in wrong)} of a file as they were asked for; {path} was left as it "
            "is.",
            {"path": path, "wrong": wrong},
        )


_WORDS = {"uid": "the owner", "gid": "the group", "mode": "the mode",
          "attributes": "the access list or extended attributes"}


def _cannot(verb: str, path: str, error: OSError) -> TransactionError:
    facts: dict[str, Any] = {"path": path, "errno": error.errno}
    return TransactionError(f"Cannot {verb} {path}: {error.strerror or error}.", facts)
