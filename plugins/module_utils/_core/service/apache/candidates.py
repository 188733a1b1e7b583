# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Settings of an Apache configuration that could defeat a policy: which they are, and where they stand.

Read on the host and reported; ``audit.py`` judges them on the controller.  Only directives
about TLS are reported, so nothing secret travels.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Optional

from ansible_collections.intransit.tls.plugins.module_utils._core.service.apache.config import ApacheConfig, Directive

ROOT = "/etc/apache2"
SERVER_CONF = ROOT + "/conf-available/zz-intransit-tls.conf"
SITE_CONF = ROOT + "/sites-available/zz-intransit-tls.conf"
OWN_FILES = (SERVER_CONF, SITE_CONF)
"""Files that the role writes; what they hold is not reported."""

_NAMES = ("sslprotocol", "sslciphersuite", "sslopensslconfcmd", "sslverifyclient", "sslcompression",
          "sslinsecurerenegotiation", "sslengine")
_HSTS = "strict-transport-security"
_EARLIER = re.compile(r"/mods-enabled/[^/]+\Z|/ports\.conf\Z")
_CONF = re.compile(r"/conf-(?:enabled|available)/[^/]+\Z")


@dataclass(frozen=True)
class Setting:
    """One directive about TLS that is not ours."""

    file: str
    line: int
    macro: str
    """Which line of which macro it is, empty for a line that stands in the file itself."""
    text: str
    name: str
    """In lower case."""
    arguments: tuple[str, ...]
    where: str
    """The virtual host or section it stands in, as a person would name it."""
    vhost: Optional[str] = None
    """``key`` of the virtual host it stands in, None at server level."""
    tls_port: bool = False
    """Whether that virtual host is on a port of https."""

    def to_dict(self) -> dict[str, Any]:
        """Plain data."""
        return asdict(self)


def find_candidates(config: ApacheConfig, own_files: Sequence[str] = OWN_FILES) -> list[Setting]:
    """Return every such setting, in the order in which the daemon reads them."""
    keys = {host.section: host.key for host in config.vhosts}
    return [
        Setting(item.place.file, item.place.line, item.place.macro, item.text, item.name, tuple(item.arguments),
                _where(item), None if item.vhost is None else keys[item.vhost], _tls_port(item, config))
        for item in _later_or_inner(config, own_files) if _about_tls(item)
    ]


def _about_tls(item: Directive) -> bool:
    return item.name in _NAMES or (item.name == "header" and _HSTS in [word.lower() for word in item.arguments])


def is_own(path: str, own_files: Sequence[str]) -> bool:
    """Return whether a file is one that we write; Apache names it by its link below ``*-enabled``."""
    return path in own_files or path.replace("-enabled/", "-available/") in own_files


def _later_or_inner(config: ApacheConfig, own_files: Sequence[str]) -> Iterator[Directive]:
    """Yield what can override us: everything in a section, and the server level after ours."""
    place = _our_place(config, own_files)
    for index, item in enumerate(config.directives):
        if not is_own(item.file, own_files) and (item.scope or index > place):
            yield item


def _our_place(config: ApacheConfig, own_files: Sequence[str]) -> int:
    """Return the index at which our server level is read, or will be once it is there.

    It will be among the files of conf-enabled, by name, after the modules and ports.conf.
    """
    for index, item in enumerate(config.directives):
        if is_own(item.file, own_files):
            return index
    names = [posixpath.basename(path) for path in own_files if "/conf-available/" in path]
    place = -1
    for index, item in enumerate(config.directives):
        before_ours = bool(names) and bool(_CONF.search(item.file)) and posixpath.basename(item.file) < names[0]
        if before_ours or _EARLIER.search(item.file):
            place = index
    return place


def _where(item: Directive) -> str:
    host = item.vhost
    inner = item.scope[-1] if item.scope else None
    if inner is None:
        return "server level"
    named = f"<{inner.name} {inner.argument}>"
    return named if host is None or inner is host else f"{named} in <virtualhost {host.argument}>"


def _tls_port(item: Directive, config: ApacheConfig) -> bool:
    tls = {listen.port for listen in config.listens() if listen.protocol == "https"}
    host = next((host for host in config.vhosts if host.section == item.vhost), None)
    return host is not None and bool(tls & set(config.ports_of(host)))
