# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Which folders of a host become overlays for a test instance, from the kernel's table of mounts.

The root folder cannot be covered where it is mounted, so each folder in it is covered by
itself.  An overlay shows one file system only, so a file system mounted below a
covered folder has to be covered, or shown again, too.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Container, Iterable, Mapping
from dataclasses import dataclass

_KERNEL = ("/proc", "/sys", "/dev", "/boot")
"""Not files that a service reads; systemd gives a unit its own devices."""
_OCTAL = re.compile(r"\\([0-7]{3})")
# Interfaces of the kernel, and what mounts itself when it is touched.
_NO_FILES = frozenset({
    "autofs", "binfmt_misc", "bpf", "cgroup", "cgroup2", "configfs", "debugfs", "devpts", "devtmpfs", "efivarfs",
    "fusectl", "hugetlbfs", "mqueue", "nsfs", "proc", "pstore", "ramfs", "rpc_pipefs", "securityfs", "sysfs", "tracefs",
})
# Layers of containers and sessions of users: hundreds of mounts that are no part of the host's services.
_OTHERS = ("/var/lib/docker/", "/var/lib/containers/", "/var/lib/kubelet/", "/run/user/", "/run/netns/",
           "/run/containerd/", "/run/docker/", "/run/credentials/")
# Kept as they are, unwritable: an overlay cannot be sure of what a network or a program behind it does.
_AS_IT_IS = re.compile(r"fuse|nfs|cifs|smb3|9p|squashfs|iso9660|overlay\Z")


@dataclass(frozen=True)
class Mount:
    """One folder to cover: ``overlay`` or, if False, to show again as it is."""

    path: str
    overlay: bool


def read_table(text: str) -> dict[str, str]:
    """Return the type of the file system at every mount point (proc(5), mountinfo); the last one at a path counts."""
    found: dict[str, str] = {}
    for line in text.split("\n"):
        head, _dash, tail = line.partition(" - ")
        fields = head.split(" ")
        if len(fields) > 4 and tail:
            path = _OCTAL.sub(lambda match: chr(int(match.group(1), 8)), fields[4])
            found[path] = tail.split(" ")[0]
    return found


def plan_mounts(
        mounted: Mapping[str, str], folders: Iterable[str], files: Container[str], scratch: str) -> tuple[Mount, ...]:
    """Return what to cover, every folder before those below it.

    Args:
        mounted: as ``read_table`` returns it.
        folders: the real folders directly below the root.
        files: mount points that are single files.
        scratch: the test instance's own folder, which is left alone.
    """
    chosen: dict[str, Mount] = {path: Mount(path, True) for path in folders if not _left_out(path, scratch)}
    for path, kind in mounted.items():
        if path == "/" or kind in _NO_FILES or _left_out(path, scratch):
            continue
        chosen[path] = Mount(path, path not in files and not _AS_IT_IS.match(kind))
    return tuple(sorted(chosen.values(), key=lambda row: _steps(row.path)))


def _left_out(path: str, scratch: str) -> bool:
    own = (*_KERNEL, scratch)
    return any(path == place or path.startswith(place + "/") for place in own) or path.startswith(_OTHERS)


def _steps(path: str) -> list[str]:
    return posixpath.normpath(path).split("/")
