# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""May root load or run this file?  Only if no other account could have put it there.

A path that stands in a configuration file may lead anywhere. So each folder on the way,
each link and the file itself have to be root's, and writable to root alone.
"""

from __future__ import annotations

import os
import stat
from typing import Optional

from ansible_collections.intransit.tls.plugins.module_utils._edge.host import guarded


def distrust(path: str) -> Optional[str]:
    """Return why root must not load or run the file at an absolute path; None if it may."""
    if not os.path.isabs(path) or "\0" in path:
        return f"{path!r} is not an absolute path"
    status = None
    try:
        for at, status in guarded.check_way(path):
            problem = _problem(at, status)
            if problem:
                return problem
    except OSError as error:
        return f"{error.filename} cannot be read: {error.strerror}"
    return None if status and stat.S_ISREG(status.st_mode) else f"{path} is not a file"


def _problem(at: str, status: os.stat_result) -> Optional[str]:
    if status.st_uid != 0:
        return f"{at} belongs to uid {status.st_uid}, not to root"
    loose = status.st_mode & stat.S_IWOTH or (status.st_mode & stat.S_IWGRP and status.st_gid != 0)
    if loose and not stat.S_ISLNK(status.st_mode):
        return f"{at} can be written by accounts other than root (mode {stat.S_IMODE(status.st_mode):04o})"
    return None
