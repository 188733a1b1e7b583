# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What a service pack says about a host, and the questions with which it reads one.

A pack opens no file and runs no program.  Its ``read`` is a generator: it yields a question, is sent the answer, and
returns plain facts.  ``_edge/service/answers.py`` answers on a host, a unit test answers from a list.  An answer never
raises: what went wrong is a sentence in ``problem``, and the pack decides what that means.

A pack reads well with the functions at the end of this file::

    def read() -> Steps[dict[str, Any]]:
        defaults = yield from text("/etc/default/daemon")
        shown = yield from run(["daemon", "-T"], as_reader=True)
        return {"settings": parse(shown.stdout), "problems": [shown.problem] if shown.problem else []}
"""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Generator, Mapping, Sequence
from typing import Any, Callable, NamedTuple, Optional, TypeVar, Union

from ansible_collections.intransit.tls.plugins.module_utils._core.light import dataclass

FILE_LIMIT = 4 * 1024 * 1024
"""Bytes of a configuration file that are read."""
OUTPUT_LIMIT = 64 * 1024 * 1024
"""Bytes of a program's output that are read; more is a problem, never a part."""
ENVELOPE = "smtp-envelope"
"""Stands in place of a program in an answer of a plan: ``smtp-envelope PROTOCOL HOST PORT ADDRESS``."""


# -- questions ---------------------------------------------------------------------------


class ReadFile(NamedTuple):
    """The text of a file.  Answer: ``Text``."""

    path: str


class ListPaths(NamedTuple):
    """The paths that a pattern with ``*`` stands for, sorted.  Answer: a tuple of paths."""

    pattern: str


class KindOf(NamedTuple):
    """What a path leads to, links followed.  Answer: ``file``, ``folder``, ``socket``, ``other`` or ``absent``."""

    path: str


class WritableByOthers(NamedTuple):
    """Something at or below a folder, links followed, that an account other than root can write.

    Answer: its path; empty if there is nothing.
    """

    folder: str


class Run(NamedTuple):
    """What a program prints.  Answer: ``Printed``.

    A program that reads a configuration may load what that configuration names.  So a configuration that another
    account may write is never read by a program that runs as root.
    """

    argv: tuple[str, ...]
    timeout: float = 30.0
    """In seconds."""
    environment: tuple[tuple[str, str], ...] = ()
    """Variables in addition to a small, fixed environment."""
    keep: int = OUTPUT_LIMIT
    """Bytes of an output; a program that prints more is a problem."""
    as_reader: bool = False
    """Run as ``nobody`` with one right of root: to read every file (CAP_DAC_READ_SEARCH)."""
    as_owner_of: str = ""
    """Run as the account that owns this folder."""


class LinkedTo(NamedTuple):
    """The TLS library of the first of these programs that exists, if root alone can write it.  Answer: ``Linked``."""

    paths: tuple[str, ...]


class VersionOf(NamedTuple):
    """The version of a Debian package.  Answer: the version, or None if it is not installed."""

    package: str


Question = Union[ReadFile, ListPaths, KindOf, WritableByOthers, Run, LinkedTo, VersionOf]


# -- answers -----------------------------------------------------------------------------


@dataclass(frozen=True)
class Text:
    """The text of a file; bytes that are not UTF-8 are kept as surrogates, so that they can be written again."""

    text: str = ""
    """Empty if the file does not exist or cannot be read."""
    exists: bool = True
    problem: str = ""
    """Why it cannot be read, as a sentence; also set if it does not exist."""


@dataclass(frozen=True)
class Printed:
    """What a program did."""

    ok: bool
    """True if it ended by itself with 0."""
    stdout: str = ""
    stderr: str = ""
    problem: str = ""
    """If it is not ok, the command and how it ended; if it did not run, a sentence with the reason."""
    did_run: bool = True
    """False if it could not be run, not as the account that was asked for, or printed more than is kept."""

    @property
    def words(self) -> str:
        """The program's own words, errors first, or the problem if it printed nothing."""
        return "\n".join(part for part in (self.stderr.strip(), self.stdout.strip()) if part) or self.problem


@dataclass(frozen=True)
class Library:
    """A TLS library as one program loads it."""

    name: str
    """openssl or gnutls."""
    version: str
    path: str
    asked: str
    """The file whose linking was read."""


@dataclass(frozen=True)
class Linked:
    """The TLS library of a program."""

    library: Optional[Library] = None
    """None if no program exists, it is linked to no TLS library, or it is not trusted."""
    problem: str = ""
    """Why the program is not trusted: who can write it."""


# -- a pack ------------------------------------------------------------------------------

T = TypeVar("T")
Steps = Generator[Question, Any, T]
"""A reader that yields questions and returns a T; it may raise an IntransitError, which ends the module."""


@dataclass(frozen=True)
class Setting:
    """One cipher string of a daemon."""

    name: str
    """The setting that holds it."""
    value: str
    where: str
    """File with line, database entry, or BUILT_IN."""
    added: str = ""
    """What the daemon puts behind it by itself."""
    seclevel: Optional[int] = None
    """OpenSSL's security level that the daemon begins with; None: the library's own."""

    @property
    def effective(self) -> str:
        """The string that the library is given."""
        return self.value + self.added


BUILT_IN = "built-in default"


@dataclass(frozen=True)
class Host:
    """One service on a host: how Debian packages it, and how its configuration is read."""

    name: str
    package: str
    """The Debian package whose version is the service's version."""
    tls_objects: tuple[str, ...]
    """Absolute paths; the dynamic linking of the first that exists decides the dialect."""
    units: tuple[str, ...]
    """Its systemd units."""
    processes: tuple[str, ...]
    """Names of its processes as the kernel shows them."""
    configuration: tuple[str, ...]
    """Its configuration files and folders."""
    read: Callable[[], Steps[dict[str, Any]]]
    """Return what ``service_info`` reports of this service alone, without secrets; asked only if it is installed."""
    cipher_settings: Callable[[str], Steps[tuple[Setting, ...]]]
    """Return the cipher strings that it is configured with, from the name of its TLS library.

    Raises DialectError if they cannot be read.
    """
    variants: tuple[str, ...] = ()
    """Packages that may be installed instead of ``package``."""
    further_packages: tuple[str, ...] = ()
    """Packages that its role may also install; their versions are reported."""


# -- questions that are typed ------------------------------------------------------------


def read_text(path: str) -> Steps[Text]:
    """Return the text of a file."""
    answer: Text = yield ReadFile(path)
    return answer


def escape_pattern(path: str) -> str:
    """Return a path as a pattern that stands for itself alone."""
    return re.sub(r"([*?[])", r"[\1]", path)


def is_local(host: str) -> bool:
    """Return whether an address is a loopback address, or a unix socket and the like that only the host reaches."""
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return host.lower() in ("localhost", "ip6-localhost") or is_local_socket(host)


def is_local_socket(host: str) -> bool:
    """Return whether a server is reached by something else than TCP."""
    return bool(re.match(r"/|unix[:@]|abns@|fd@|sockpair@", host))


def find_hsts(text: str) -> str:
    """Return the value of the HSTS header that a file of a role's own sets; empty if it sets none."""
    match = re.search(r'"(max-age=[^"]*)"', text)
    return match.group(1) if match else ""


def find_paths(pattern: str) -> Steps[tuple[str, ...]]:
    """Return the paths that a pattern stands for, sorted."""
    answer: tuple[str, ...] = yield ListPaths(pattern)
    return answer


def kind_of(path: str) -> Steps[str]:
    """Return ``file``, ``folder``, ``socket``, ``other`` or ``absent``."""
    answer: str = yield KindOf(path)
    return answer


def find_writable(folder: str) -> Steps[str]:
    """Return something below a folder that an account other than root can write; empty if there is nothing."""
    answer: str = yield WritableByOthers(folder)
    return answer


def run(
    argv: Sequence[str],
    timeout: float = 30.0,
    environment: Optional[Mapping[str, str]] = None,
    keep: int = OUTPUT_LIMIT,
    as_reader: bool = False,
    as_owner_of: str = "",
) -> Steps[Printed]:
    """Return what a program did; the arguments are those of ``Run``."""
    answer: Printed = yield Run(
        tuple(argv), timeout, tuple(sorted((environment or {}).items())), keep, as_reader, as_owner_of)
    return answer


def find_library(*programs: str) -> Steps[Linked]:
    """Return the TLS library of the first of these programs that exists."""
    answer: Linked = yield LinkedTo(programs)
    return answer


def is_since(version: str, first: Sequence[int]) -> bool:
    """Return whether a package's version, its epoch left out, is ``first`` or later."""
    numbers = re.findall(r"\d+", version.rpartition(":")[2])
    return [int(number) for number in numbers[:len(first)]] >= list(first)


def version_of(package: str) -> Steps[Optional[str]]:
    """Return the version of a Debian package, None if it is not installed."""
    answer: Optional[str] = yield VersionOf(package)
    return answer
