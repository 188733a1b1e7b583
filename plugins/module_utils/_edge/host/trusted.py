# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""May root load or run this file?  Only if nobody but root could have put it there.

A path that stands in a configuration file may lead anywhere. So each folder on the way,
each link and the file itself have to be root's, and writable for nobody else.
"""

from __future__ import annotations

import os
import stat
from typing import List, Optional

_MOST_STEPS = 200


def distrust(path: str) -> Optional[str]:
    """Return why root must not load or run the file at an absolute path; None if it may."""
    if not os.path.isabs(path) or "\0" in path:
        return "%r is not an absolute path" % path
    at, todo = "/", _parts(path)
    for _step in range(_MOST_STEPS):
        try:
            status = os.lstat(at)
        except OSError as error:
            return "%s cannot be read: %s" % (at, error.strerror)
        problem = _problem(at, status)
        if problem:
            return problem
        if stat.S_ISLNK(status.st_mode):
            target = os.readlink(at)
            # What is before the link was judged on the way here; it is no link itself, so ".." means its folder.
            at, todo = "/" if os.path.isabs(target) else os.path.dirname(at), _parts(target) + todo
        elif not todo:
            return None if stat.S_ISREG(status.st_mode) else "%s is not a file" % at
        if todo:
            step = todo.pop(0)
            at = os.path.dirname(at) if step == ".." else os.path.join(at, step)
    return "%s leads through too many links" % path


def _problem(at: str, status: os.stat_result) -> Optional[str]:
    if status.st_uid != 0:
        return "%s belongs to uid %d, not to root" % (at, status.st_uid)
    loose = status.st_mode & stat.S_IWOTH or (status.st_mode & stat.S_IWGRP and status.st_gid != 0)
    if loose and not stat.S_ISLNK(status.st_mode):
        return "%s can be written by accounts other than root (mode %04o)" % (at, stat.S_IMODE(status.st_mode))
    return None


def _parts(path: str) -> List[str]:
    return [part for part in path.split("/") if part not in ("", ".")]
