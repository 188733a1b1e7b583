# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The folder of a test instance below /run/intransit.tls: only root reads it, and it always has the same name.

``staged`` holds the files that change, ``skeleton`` the empty folders of the overlays
with the owner and mode that they need, ``over`` is where the file system in memory goes.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterable, Mapping, Sequence

from ansible_collections.intransit.tls.plugins.module_utils._core.change.model import State
from ansible_collections.intransit.tls.plugins.module_utils._core.change.mounts import Mount
from ansible_collections.intransit.tls.plugins.module_utils._edge.host import files, guarded

ROOT = "/run/intransit.tls"
_PARTS = ("staged", "skeleton", "over")


class Scratch:
    """The folder of one service's test instance."""

    def __init__(self, service: str, root: str = ROOT) -> None:
        self.path = os.path.join(root, "test", service)
        self._levels = (root, os.path.join(root, "test"), self.path)

    def of(self, *names: str) -> str:
        """Return a path in it."""
        return os.path.join(self.path, *names)

    def make(self) -> None:
        """Make it, level by level.

        Raises:
            TransactionError: a folder above it is not root's alone.
        """
        for folder in (*self._levels, *(self.of(name) for name in _PARTS)):
            guarded.make_folder(folder, 0o700)

    def remove(self) -> None:
        """Remove it with all that is in it; what is mounted there belongs to a unit that has ended."""
        shutil.rmtree(self.path, ignore_errors=True)

    def write(self, name: str, text: str) -> str:
        """Write a file that only root reads; returns its path."""
        path = self.of(name)
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, 0o600)
        with os.fdopen(descriptor, "wb") as stream:
            stream.write(text.encode("utf-8", "surrogateescape"))
        return path

    def stage(self, wanted: Mapping[str, State]) -> tuple[tuple[str, str], ...]:
        """Write every wanted file with its owner and mode; returns (name below ``staged``, path) for the script."""
        placed: list[tuple[str, str]] = []
        for number, (path, state) in enumerate(wanted.items()):
            name = str(number) if state.exists else ""
            if name:
                files.write_state(self.of("staged", name), state)
            placed.append((name, path))
        return tuple(placed)

    def skeleton(self, mounts: Sequence[Mount]) -> None:
        """Make the empty folders of each mount; the upper one of an overlay decides who may enter it."""
        for number, item in enumerate(mounts):
            part = self.of("skeleton", str(number))
            os.mkdir(part, 0o700)
            held = os.path.join(part, "l")
            if not os.path.isdir(item.path):
                os.close(os.open(held, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
                continue
            os.mkdir(held, 0o700)
            if item.overlay:
                os.mkdir(os.path.join(part, "w"), 0o700)
                upper = os.path.join(part, "u")
                os.mkdir(upper, 0o700)
                status = os.stat(item.path)
                os.chown(upper, status.st_uid, status.st_gid)
                shutil.copystat(item.path, upper)


def list_root_folders() -> Iterable[str]:
    """Return the real folders directly below the root."""
    with os.scandir("/") as rows:
        return sorted(row.path for row in rows if row.is_dir(follow_symlinks=False))
