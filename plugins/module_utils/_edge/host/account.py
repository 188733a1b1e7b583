# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Act as the account that owns a folder of configuration.

Whoever may write a daemon's configuration may name programs and modules in it, and
whoever reads that configuration with the daemon's own tools loads them.  As root this
would make the daemon's account root; so what reads or writes such a folder does it as
that account: its uid, its group, no other group.
"""

from __future__ import annotations

import os
import pwd
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from ansible_collections.intransit.tls.plugins.module_utils._core.errors import TransactionError

_MOST = 20000
"""Files of one tree that are asked for their owner; a configuration has fewer."""


@dataclass(frozen=True)
class Account:
    """Whom a program runs as."""

    uid: int
    gid: int

    @property
    def is_us(self) -> bool:
        """True if nothing has to be changed to be this account."""
        return os.geteuid() == self.uid


def owner_of(folder: str) -> Account:
    """Return the account that owns a folder of configuration and all that is in it.

    A folder of root's with files of another account counts as that account's. What
    several accounts own, or a group may write although it is root's, is refused: no
    account can be trusted with the rights of another.

    Raises:
        TransactionError: there is no such folder, or no single account owns it.
    """
    top = _status(folder)
    if not stat.S_ISDIR(top.st_mode):
        raise TransactionError(f"{folder} is not a folder.")
    owners, shared, count = {top.st_uid}, _shared(folder, top), 0
    for where, folders, names in os.walk(folder):
        for name in [*folders, *names]:
            count += 1
            path = os.path.join(where, name)
            status = os.lstat(path)
            owners.add(status.st_uid)
            if not stat.S_ISLNK(status.st_mode):
                shared = shared or _shared(path, status)
        if count > _MOST:
            raise TransactionError(f"{folder} holds more than {_MOST} files, more than any configuration has.")
    others = sorted(owners - {0})
    if len(others) > 1:
        raise TransactionError(
            f"{folder} belongs to several accounts (uid {', '.join(map(str, others))}). Give all of it to one of "
            "them with `chown -R`, then run again.")
    if others:
        return Account(others[0], _group(others[0], top.st_gid))
    if shared and os.geteuid() == 0:
        raise TransactionError(f"{shared} belongs to root, but other accounts may write it. Take that right away with "
                               "`chmod go-w`, then run again.")
    return Account(0, 0)


@contextmanager
def act_as(account: Account) -> Iterator[None]:
    """Do what is in the block with the rights of the account; the process stays root's and cannot be signalled by it.

    Raises:
        TransactionError: this process may not become that account.
    """
    if account.is_us:
        yield
        return
    refuse_other(account)
    groups, gid = os.getgroups(), os.getegid()
    try:
        os.setgroups([])
        os.setegid(account.gid)
        os.seteuid(account.uid)
        yield
    finally:
        os.seteuid(0)
        os.setegid(gid)
        os.setgroups(groups)


def refuse_other(account: Account) -> None:
    """Refuse to be an account that this process cannot become.

    Raises:
        TransactionError: only root can become another account, and nobody becomes root.
    """
    if not account.is_us and os.geteuid() != 0:
        raise TransactionError(
            f"This has to be done as uid {account.uid}, and uid {os.geteuid()} cannot become it; run the task with "
            "become.")


def _status(folder: str) -> os.stat_result:
    try:
        return os.stat(folder)
    except OSError as error:
        raise TransactionError(f"Cannot read {folder}: {error.strerror or error}.", {"path": folder}) from error


def _group(uid: int, otherwise: int) -> int:
    try:
        return pwd.getpwuid(uid).pw_gid
    except KeyError:
        return otherwise


def _shared(path: str, status: os.stat_result) -> str:
    """Return the path if accounts other than its owner may write there; groups that are root's do not count."""
    loose = status.st_mode & stat.S_IWOTH or (status.st_mode & stat.S_IWGRP and status.st_gid != 0)
    return path if loose else ""
