# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
"""Prints everything below some folders: each name as bytes, inode, mode, owner, times, content, attributes.

Two pictures are equal only if nothing was written, replaced or touched in between.  With
``--odd FOLDER`` it first makes a folder of everything that a copy would trip over.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import socket
import stat
import sys
from collections.abc import Iterator

ODD_NAMES = (b"caf\xe9", b"line\nbreak", b" space", b"-dash", b"q'uote\"s", b"dollar$(id)", b"star*")


def rows(top: str) -> Iterator[str]:
    """Yield one line for each thing below a folder."""
    for folder, names, leaves in os.walk(os.fsencode(top)):
        for name in [b".", *sorted(names), *sorted(leaves)]:
            path = os.path.join(folder, name)
            seen = os.lstat(path)
            times = (seen.st_mtime_ns, seen.st_ctime_ns)
            more = (seen.st_nlink, seen.st_size, content(path, seen.st_mode), sorted(os.listxattr(path, follow_symlinks=False)))
            yield repr((path, seen.st_ino, oct(seen.st_mode), seen.st_uid, seen.st_gid, times, more))


def content(path: bytes, mode: int) -> str:
    """Return what stands for the content of a file or link."""
    if stat.S_ISREG(mode):
        with open(path, "rb") as stream:
            return hashlib.sha256(stream.read()).hexdigest()
    return repr(os.readlink(path)) if stat.S_ISLNK(mode) else ""


def make_odd(folder: str) -> None:
    """Make links to folders and to files of root, a loop, a FIFO, a socket, a device, and odd names."""
    os.makedirs(folder, exist_ok=True)
    for name in ODD_NAMES:
        with open(os.path.join(os.fsencode(folder), name), "wb") as stream:
            stream.write(b"x")
    for name, target in (("folder", "/srv"), ("loop", "loop"), ("dangling", "/nonexistent"), ("root", "/etc/shadow")):
        with contextlib.suppress(FileExistsError):
            os.symlink(target, os.path.join(folder, name))
    with contextlib.suppress(FileExistsError):
        os.mkfifo(os.path.join(folder, "fifo"))
    with contextlib.suppress(FileExistsError):
        os.mknod(os.path.join(folder, "device"), 0o600 | stat.S_IFCHR, os.makedev(1, 3))
    with contextlib.suppress(OSError), socket.socket(socket.AF_UNIX) as sock:
        sock.bind(os.path.join(folder, "socket"))


if __name__ == "__main__":
    if sys.argv[1] == "--odd":
        make_odd(sys.argv[2])
    else:
        for place in sys.argv[1:]:
            for row in rows(place):
                print(row)
