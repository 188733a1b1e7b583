# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Apache's configuration as values: sections, directives and virtual hosts, in the order in which Apache reads them.

`dump.py` makes these values of what Apache prints of its own configuration.
(Apache HTTP Server 2.4 documentation: Configuration Files; core, VirtualHost, ServerName; mpm_common, Listen.)
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Optional, Union


@dataclass(frozen=True)
class Place:
    """Where a line stands: for a line of a macro, the place of its ``Use``, and ``macro`` says which line."""

    file: str
    line: int
    macro: str = ""
    defined_in: str = ""
    """The file that defines the macro."""

    def __str__(self) -> str:
        return f"{self.file}:{self.line}{f' ({self.macro})' if self.macro else ''}"


@dataclass(frozen=True)
class Section:
    """An open ``<Name argument>``; ``name`` is in lower case, ``number`` counts all sections."""

    name: str
    argument: str
    place: Place
    number: int = 0
    text: str = ""
    """The opening tag as Apache prints it."""


@dataclass(frozen=True)
class Directive:
    """One directive where it stands.  ``name`` is in lower case, ``text`` as Apache prints it."""

    name: str
    arguments: tuple[str, ...]
    text: str
    place: Place
    scope: tuple[Section, ...] = ()

    @property
    def file(self) -> str:
        """The file it stands in."""
        return self.place.file

    @property
    def line(self) -> int:
        """The line on which it ends."""
        return self.place.line

    @property
    def vhost(self) -> Optional[Section]:
        """The virtual host it stands in, None at server level."""
        return next((section for section in self.scope if section.name == "virtualhost"), None)


@dataclass
class Block:
    """A section with its content in order."""

    section: Section
    children: "list[Union[Directive, Block]]" = field(default_factory=list)

    def directives(self) -> list[Directive]:
        """Return every directive in it, at any depth."""
        found: list[Directive] = []
        for child in self.children:
            found += [child] if isinstance(child, Directive) else child.directives()
        return found


@dataclass
class VirtualHost:
    """A ``<VirtualHost>`` with what decides about its TLS."""

    block: Block
    key: str
    """Names it among all: ``file:line``, with a count behind it if the same lines are read more than once."""

    @property
    def section(self) -> Section:
        """Its opening tag."""
        return self.block.section

    @property
    def addresses(self) -> tuple[str, ...]:
        """The addresses of its opening tag."""
        return tuple(split_words(self.section.argument))

    def all(self, name: str) -> list[Directive]:
        """Return the directives of this name in the virtual host itself, not in sections in it."""
        return [child for child in self.block.children if isinstance(child, Directive) and child.name == name]

    def _word(self, name: str) -> Optional[str]:
        found = [item for item in self.all(name) if item.arguments]
        return found[-1].arguments[0] if found else None

    @property
    def server_name(self) -> Optional[str]:
        """ServerName without scheme and port."""
        word = self._word("servername")
        return None if word is None else _host_of(word)

    @property
    def aliases(self) -> tuple[str, ...]:
        """Every ServerAlias."""
        return tuple(word for item in self.all("serveralias") for word in item.arguments)

    @property
    def document_root(self) -> Optional[str]:
        """DocumentRoot, None if it is inherited."""
        return self._word("documentroot")

    @property
    def ssl_engine(self) -> Optional[str]:
        """on, off, optional; None if the virtual host says nothing."""
        word = self._word("sslengine")
        return None if word is None else word.lower()


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

    directives: list[Directive] = field(default_factory=list)
    vhosts: list[VirtualHost] = field(default_factory=list)
    server: list[Union[Directive, Block]] = field(default_factory=list)
    """What stands at server level, sections other than virtual hosts included."""
    problems: list[str] = field(default_factory=list)

    def listens(self) -> "list[Listen]":
        """Return every Listen."""
        found = []
        for item in self.directives:
            if item.name == "listen" and item.arguments:
                address, _colon, port = item.arguments[0].rpartition(":")
                if port.isdigit():
                    implied = "https" if port == "443" else "http"
                    protocol = item.arguments[1].lower() if len(item.arguments) > 1 else implied
                    found.append(Listen(address, int(port), protocol, item))
        return found

    def server_word(self, name: str) -> Optional[str]:
        """Return the first argument of the directive that is in force at server level, None if there is none."""
        words = [item.arguments[0] for item in self.server
                 if isinstance(item, Directive) and item.name == name and item.arguments]
        return words[-1] if words else None

    def ports_of(self, host: VirtualHost) -> tuple[int, ...]:
        """Return the ports of a virtual host; an address without a port has all on which Apache listens without TLS."""
        found: list[int] = []
        for address in host.addresses:
            _bare, _colon, port = address.rpartition(":")
            if port.isdigit() and ":" in address:
                found.append(int(port))
            else:
                found += [listen.port for listen in self.listens() if listen.protocol != "https"]
        return tuple(dict.fromkeys(found))

    def has_tls(self, host: VirtualHost) -> bool:
        """Return whether a virtual host speaks TLS: SSLEngine says so, or it says nothing and its port is https."""
        engine = host.ssl_engine or (self.server_word("sslengine") or "").lower()
        if engine:
            return engine in ("on", "optional")
        https = {listen.port for listen in self.listens() if listen.protocol == "https"} | {443}
        return bool(https & set(self.ports_of(host)))


_ESCAPED = {'"': re.compile(r'\\([\\"])'), "'": re.compile(r"\\([\\'])"), "": re.compile(r"\\(\\)")}


def split_words(text: str) -> list[str]:
    """Split arguments as Apache does (ap_getword_conf): words and quoted strings; an open quote takes the rest."""
    words: list[str] = []
    rest = text.strip()
    while rest:
        quote = rest[0] if rest[0] in "\"'" else ""
        end = 1
        if quote:
            while end < len(rest) and rest[end] != quote:
                end += 2 if rest[end] == "\\" and rest[end + 1 : end + 2] in ("\\", quote) else 1
            word, rest = rest[1:end], rest[end + 1 :]
        else:
            parts = re.split(r"\s", rest, maxsplit=1)
            word, rest = parts[0], parts[1] if len(parts) > 1 else ""
        words.append(_ESCAPED[quote].sub(r"\1", word))
        rest = rest.lstrip()
    return words


def _host_of(name: str) -> str:
    bare = name.split("://", 1)[-1]
    return bare if bare.startswith("[") else bare.split(":", 1)[0]
