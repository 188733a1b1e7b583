# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Read Apache httpd's configuration as the daemon does: sections, includes, order.

Pure: files are handed in by a function.  What is read here is what decides about TLS;
nothing is evaluated that only the running daemon knows, so both branches of
``<IfModule>`` and ``<IfDefine>`` are read and a setting in either counts.
(Apache HTTP Server 2.4 documentation: Configuration Files; core, Include, VirtualHost.)
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Callable, Dict, Iterator, List, Optional, Sequence, Tuple

Reader = Callable[[str], Sequence[Tuple[str, str]]]
"""Takes an absolute path or glob, returns (path, text) of every match in order."""

_WORD = re.compile(r'"((?:[^"\\]|\\.)*)"|\'((?:[^\'\\]|\\.)*)\'|(\S+)')
_VARIABLE = re.compile(r"\$\{([^}]+)\}")
_TRANSPARENT = ("ifmodule", "ifdefine", "ifversion", "iffile", "ifdirective", "ifsection")
_DEPTH = 32


@dataclass(frozen=True)
class Section:
    """An open ``<Name argument>``."""

    name: str
    argument: str
    file: str
    line: int


@dataclass(frozen=True)
class Directive:
    """One directive where it stands.  ``name`` is in lower case, ``text`` as written."""

    name: str
    arguments: Tuple[str, ...]
    text: str
    file: str
    line: int
    scope: Tuple[Section, ...] = ()

    @property
    def vhost(self) -> Optional[Section]:
        """The virtual host it stands in, None at server level."""
        return next((section for section in self.scope if section.name == "virtualhost"), None)


@dataclass
class VirtualHost:
    """A ``<VirtualHost>`` with what decides about its TLS."""

    section: Section
    addresses: Tuple[str, ...]
    directives: List[Directive] = field(default_factory=list)

    def last(self, name: str) -> Optional[Directive]:
        """Return the directive of this name that is in force in the virtual host itself."""
        own = [item for item in self.directives if item.name == name and item.scope[-1].name in ("virtualhost",)]
        return own[-1] if own else None

    @property
    def server_name(self) -> Optional[str]:
        """ServerName without scheme and port."""
        found = self.last("servername")
        return _host_of(found.arguments[0]) if found and found.arguments else None

    @property
    def aliases(self) -> Tuple[str, ...]:
        """Every ServerAlias."""
        return tuple(word for item in self.directives if item.name == "serveralias" for word in item.arguments)

    @property
    def document_root(self) -> Optional[str]:
        """DocumentRoot, None where it is inherited."""
        found = self.last("documentroot")
        return found.arguments[0] if found and found.arguments else None

    @property
    def ssl_engine(self) -> Optional[str]:
        """on, off, optional; None where the virtual host says nothing."""
        found = self.last("sslengine")
        return found.arguments[0].lower() if found and found.arguments else None

    @property
    def ports(self) -> Tuple[int, ...]:
        """Ports of its addresses; an address without one is left out."""
        return tuple(port for port in map(_port_of, self.addresses) if port is not None)


@dataclass(frozen=True)
class Listen:
    """One Listen: ``address`` is empty for all of them, https is implied for port 443."""

    address: str
    port: int
    protocol: str
    directive: Directive


@dataclass
class ApacheConfig:
    """The whole configuration in the order in which the daemon reads it."""

    directives: List[Directive] = field(default_factory=list)
    vhosts: List[VirtualHost] = field(default_factory=list)
    problems: List[str] = field(default_factory=list)

    def listens(self) -> "List[Listen]":
        """Return every Listen."""
        found = []
        for item in self.directives:
            if item.name == "listen" and item.arguments:
                address, _colon, port = item.arguments[0].rpartition(":")
                if port.isdigit():
                    implied = "https" if port == "443" else "http"
                    protocol = item.arguments[1] if len(item.arguments) > 1 else implied
                    found.append(Listen(address, int(port), protocol, item))
        return found


def read_config(entry: str, server_root: str, reader: Reader) -> ApacheConfig:
    """Read the configuration that starts with the file ``entry``.

    Raises nothing on a broken file: what cannot be read is named in ``problems``.
    """
    config = ApacheConfig()
    _Walk(server_root, reader, config).file(entry, (), 0, optional=False)
    return config


class _Walk:
    """One pass over all files, carrying what the daemon carries: root and variables."""

    def __init__(self, server_root: str, reader: Reader, config: ApacheConfig) -> None:
        self.server_root = server_root.rstrip("/")
        self.reader = reader
        self.config = config
        self.variables: Dict[str, str] = {}
        self.open: Dict[Section, VirtualHost] = {}

    def file(self, pattern: str, scope: Tuple[Section, ...], depth: int, optional: bool) -> None:
        path = pattern if pattern.startswith("/") else "%s/%s" % (self.server_root, pattern)
        if depth > _DEPTH:
            self.config.problems.append("%s is included more than %d files deep" % (path, _DEPTH))
            return
        found = self.reader(path)
        if not found and not optional:
            self.config.problems.append("%s is included and does not exist" % path)
        for name, text in found:
            self._text(name, text, scope, depth)

    def _text(self, path: str, text: str, outer: Tuple[Section, ...], depth: int) -> None:
        scope = outer
        for number, line in logical_lines(text):
            words = self._expand(line)
            if words.startswith("</"):
                if len(scope) > len(outer):
                    scope = scope[:-1]
            elif words.startswith("<"):
                scope = (*scope, self._opened(words, path, number))
            else:
                self._directive(words, line, path, number, scope, depth)

    def _opened(self, words: str, path: str, number: int) -> Section:
        name, _space, argument = words.strip("<>").strip().partition(" ")
        section = Section(name.lower(), argument.strip(), path, number)
        if section.name == "virtualhost":
            host = VirtualHost(section, tuple(split_words(section.argument)))
            self.open[section] = host
            self.config.vhosts.append(host)
        return section

    def _directive(
        self, words: str, line: str, path: str, number: int, scope: Tuple[Section, ...], depth: int
    ) -> None:
        parts = split_words(words)
        name = parts[0].lower()
        visible = tuple(section for section in scope if section.name not in _TRANSPARENT)
        item = Directive(name, tuple(parts[1:]), line, path, number, visible)
        if name in ("include", "includeoptional") and len(parts) > 1:
            self.config.directives.append(item)
            self.file(parts[1], scope, depth + 1, optional=name == "includeoptional" or "*" in parts[1])
            return
        if name == "define" and len(parts) > 1:
            self.variables[parts[1]] = parts[2] if len(parts) > 2 else ""
        if name == "serverroot" and len(parts) > 1:
            self.server_root = parts[1].rstrip("/")
        self.config.directives.append(item)
        if item.vhost is not None and item.vhost in self.open:
            self.open[item.vhost].directives.append(item)

    def _expand(self, line: str) -> str:
        return _VARIABLE.sub(lambda match: self.variables.get(match.group(1), match.group(0)), line)


def logical_lines(text: str) -> Iterator[Tuple[int, str]]:
    """Yield (number of the first line, text) of every directive; lines that go on are joined."""
    pending = ""
    start = 0
    for number, raw in enumerate(text.split("\n"), 1):
        line = raw.rstrip("\r")
        if not pending:
            start = number
        if line.endswith("\\"):
            pending += line[:-1]
            continue
        whole = (pending + line).strip()
        pending = ""
        if whole and not whole.startswith("#"):
            yield start, whole


def split_words(text: str) -> List[str]:
    """Split a directive's text as Apache does: words, or strings in either quote."""
    words = []
    for match in _WORD.finditer(text):
        quoted = match.group(1) if match.group(1) is not None else match.group(2)
        words.append(re.sub(r"\\([\"'])", r"\1", quoted) if quoted is not None else match.group(3))
    return words


def _port_of(address: str) -> Optional[int]:
    tail = address.rpartition(":")[2]
    return int(tail) if tail.isdigit() and ":" in address else None


def _host_of(name: str) -> str:
    bare = name.split("://", 1)[-1]
    return bare if bare.startswith("[") else bare.split(":", 1)[0]
