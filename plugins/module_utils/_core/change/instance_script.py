# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The shell script by which systemd starts a test instance: make the mounts, place the files, become the daemon.

One process does all of it, because each command of a unit has a mount namespace of its
own.  systemd has made the whole file system unwritable before the first line runs; the
script proves that, and that the namespaces are its own, before it trusts them: in some
containers systemd goes on without them and only logs a warning.
"""

from __future__ import annotations

import shlex
from dataclasses import dataclass
from typing import Optional

from ansible_collections.intransit.tls.plugins.module_utils._core.change.mounts import Mount

CANNOT = 231
"""Exit status: this host cannot run a test instance."""
REFUSED = 232
"""Exit status: a program that brings the new settings into the overlay refused them."""
HIDDEN = ("/run/systemd", "/run/dbus")
"""Folders of sockets by which a daemon reaches the host's log and its services."""
_DROPPED = ("sys_admin", "sys_ptrace", "sys_boot", "sys_module", "sys_time", "sys_rawio", "mknod")
"""Capabilities with which a daemon could undo the namespaces, or reach what they do not cover."""


@dataclass(frozen=True)
class Memory:
    """An empty folder in memory: owner and group as numbers."""

    path: str
    uid: int
    gid: int
    mode: int


@dataclass(frozen=True)
class Account:
    """Who runs a program; ``groups`` None means those of the account's own."""

    uid: int
    gid: int
    groups: Optional[tuple[int, ...]] = None
    ambient: tuple[str, ...] = ()
    no_new_privileges: bool = False


@dataclass(frozen=True)
class Program:
    """A program that brings a change into the overlay: whose it is, and its input."""

    argv: tuple[str, ...]
    account: Account
    text: bytes = b""


@dataclass(frozen=True)
class Layout:
    """Everything the script does, worked out for one host."""

    argv: tuple[str, ...]
    network: str
    """The host's own network namespace as the kernel names it, ``net:[1]``."""
    mounting: str
    """Likewise the mount namespace."""
    mounts: tuple[Mount, ...] = ()
    """Number N has ``skeleton/N``: ``l`` to hold it, ``u`` (with its owner and mode) and ``w`` to cover it."""
    memory: tuple[Memory, ...] = ()
    remove: tuple[str, ...] = ()
    sockets: tuple[str, ...] = ()
    """Sockets of other daemons that stay reachable: through an overlay none is, for it shows another file."""
    placed: tuple[tuple[str, str], ...] = ()
    """(name below ``staged``, path); an empty name: nothing is at the path."""
    programs: tuple[Program, ...] = ()
    """Run in this order; the input of number N is staged as ``input-N``."""
    log: str = ""
    addresses: tuple[str, ...] = ()
    """The host's addresses, for a daemon that is bound to one."""
    account: Account = Account(0, 0)
    without: tuple[str, ...] = ()
    """Capabilities that the running daemon does not have."""


def write_script(layout: Layout, scratch: str) -> str:
    """Return the script.

    ``scratch`` is the folder with ``staged``, ``skeleton``, ``words`` and ``over``; ``begun`` is made in it when the
    daemon begins.
    """
    return "\n".join([
        *_head(layout, scratch),
        *_network(layout),
        *_held(layout),
        *_covered(layout),
        *_memory(layout),
        *_sockets(layout),
        *[f"rm -rf -- {path}" for path in layout.remove],
        *_log(layout),
        *_placed(layout),
        *[_program(number, item) for number, item in enumerate(layout.programs)],
        # From here on what is seen in its mounts is its own.
        ": >../begun && cd / || cannot 'the root folder cannot be entered'",
        f"exec {_as(layout.account, layout.without)} {_quoted(layout.argv)}",
        "",
    ])


def _head(layout: Layout, scratch: str) -> list[str]:
    return [
        "set -u",
        "umask 022",
        "cannot() { printf '%s\\n' \"$1\" >&2; exit " + f"{CANNOT}; }}",
        "refused() { printf '%s\\n' \"$1\" >&2; exit " + f"{REFUSED}; }}",
        (
            f"test \"$(readlink /proc/self/ns/net)\" != {shlex.quote(layout.network)} || cannot 'it would run in the "
            "network of this host'"),
        (
            f"test \"$(readlink /proc/self/ns/mnt)\" != {shlex.quote(layout.mounting)} || cannot 'it would see the "
            "mounts of this host'"),
        "for place in / /etc /run /var; do test ! -w $place || cannot \"$place is not protected from it\"; done",
        "command -v setpriv >/dev/null || cannot 'there is no setpriv (util-linux)'",
        # Everything below is named relative to this folder: it is covered, with its parents, in a moment.
        (
            f"mount -t tmpfs -o mode=0700 intransit {_word(scratch + '/over')} && cd {_word(scratch + '/over')} || "
            "cannot 'no file system in memory can be mounted'"),
    ]


def _network(layout: Layout) -> list[str]:
    if not layout.addresses:
        return []
    rows = ["command -v ip >/dev/null || cannot 'there is no ip (iproute2), and a port is bound to an address'"]
    for address in layout.addresses:
        rows.append(
            f"ip address add {_word(address + ('/128' if ':' in address else '/32'))} dev "
            f"lo{' nodad' if ':' in address else ''} 2>/dev/null")
    return rows


def _held(layout: Layout) -> list[str]:
    row = "test ! -S {0} || {{ : >socket-{1} && mount -c --bind {0} socket-{1}; }} || cannot {2}"
    return [row.format(_word(path), number, _word(f"the socket {path} cannot be held"))
            for number, path in enumerate(layout.sockets)]


def _sockets(layout: Layout) -> list[str]:
    row = "test ! -S socket-{1} || mount -c --bind socket-{1} {0} || cannot {2}"
    return [row.format(_word(path), number, _word(f"the socket {path} cannot be reached"))
            for number, path in enumerate(layout.sockets)]


def _covered(layout: Layout) -> list[str]:
    """First hold every folder, then cover them from the top down: each hides those below it."""
    # -c: a relative name has to stay one, since the absolute one leads to what covers it.
    rows = ["cp -a ../skeleton/. . || cannot 'the folders of the overlays cannot be made'"]
    for number, item in enumerate(layout.mounts):
        rows.append(f"mount -c --bind {_word(item.path)} {number}/l || cannot {_word(f'{item.path} cannot be held')}")
    for number, item in enumerate(layout.mounts):
        path = _word(item.path)
        show = f"mount -c --bind {number}/l {path}"
        cover = f"mount -c -t overlay -o lowerdir={number}/l,upperdir={number}/u,workdir={number}/w intransit {path}"
        rows.append(f"{cover if item.overlay else show} || cannot {_word(f'{item.path} cannot be covered')}")
    return rows


def _memory(layout: Layout) -> list[str]:
    hidden = [Memory(path, 0, 0, 0o755) for path in HIDDEN]
    rows = []
    for item in [*hidden, *layout.memory]:
        path, reason = _word(item.path), _word(f"{item.path} cannot be in memory")
        owned = f"uid={item.uid},gid={item.gid},mode={item.mode:04o}"
        rows.append(f"mkdir -p {path} && mount -c -t tmpfs -o {owned} intransit {path} || cannot {reason}")
    return rows


def _log(layout: Layout) -> list[str]:
    if not layout.log:
        return []
    # Read from outside, and still there when the daemon and its mounts are gone.
    return [(
        f"rm -f -- {_word(layout.log)}; : >{_word(layout.log)} && mount -c --bind ../words {_word(layout.log)} || "
        f"cannot {_word(f'{layout.log} cannot be read from outside')}")]


def _placed(layout: Layout) -> list[str]:
    rows = []
    for name, path in layout.placed:
        word = _word(path)
        # A file that is a mount by itself (/etc/hosts of a container) cannot be removed, but covered.
        place = (f"mountpoint -q {word} && mount -c --bind ../staged/{name} {word} || "
                 f"cp -aT --remove-destination ../staged/{name} {word}") if name else "rm -f -- " + word
        rows.append(f"{place} || cannot {_word(f'{path} cannot be placed in it')}")
    return rows


def _program(number: int, item: Program) -> str:
    return (
        f"{_as(item.account, ())} {_quoted(item.argv)} <../staged/input-{number} || refused "
        f"{_word('`{}` refused the new settings'.format(' '.join(item.argv)))}")


def _as(account: Account, without: tuple[str, ...]) -> str:
    dropped = ",".join("-" + name for name in sorted({*_DROPPED, *without}))
    words = ["setpriv", "--bounding-set", dropped]
    if account.uid or account.gid:
        words += ["--reuid", str(account.uid), "--regid", str(account.gid)]
        words += ["--init-groups"] if account.groups is None else (
            ["--groups", ",".join(map(str, account.groups))] if account.groups else ["--clear-groups"])
    if account.ambient:
        kept = ",".join("+" + name for name in account.ambient)
        words += ["--inh-caps", kept, "--ambient-caps", kept]
    if account.no_new_privileges:
        words.append("--no-new-privs")
    return " ".join([*words, "--"])


def _quoted(argv: tuple[str, ...]) -> str:
    return " ".join(_word(word) for word in argv)


def _word(text: str) -> str:
    return shlex.quote(text)
