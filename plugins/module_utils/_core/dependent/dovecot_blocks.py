# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Which LDAP servers Dovecot 2.4 asks, and in which line that is written.

Its settings may stand outside of all blocks or in those of a database; the innermost one counts, and of those at one
place the last.  The files are read as Dovecot reads them, by their includes.
(doc.dovecot.org: "LDAP", ldap_uris and ldap_starttls; "Named List Filters".)
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Optional

from ansible_collections.intransit.tls.plugins.module_utils._core.dependent.forms import Setting
from ansible_collections.intransit.tls.plugins.module_utils._core.format.dovecot import Line, join_blocks
from ansible_collections.intransit.tls.plugins.module_utils._core.service.dovecot.host import read_configuration
from ansible_collections.intransit.tls.plugins.module_utils._core.service.model import Steps

_DATABASE = re.compile(r"(?:passdb|userdb)\s+\S+\Z")
Blocks = tuple[str, ...]
Said = Mapping[tuple[Blocks, str], Line]
Use = tuple[str, Setting, bool, bool]


def list_values() -> Steps[list[str]]:
    """Return the values of all settings; they may hold a password."""
    config = yield from read_configuration(as_it_is=True)
    return [line.value for line in config.lines]


def read_uses() -> Steps[list[Use]]:
    """Return file, setting (``ldap_uris``), whether TLS is used, and whether the setting's own blocks say that."""
    config = yield from read_configuration(as_it_is=True)
    return find_uses(config.lines)


def find_uses(lines: Sequence[Line]) -> list[Use]:
    """Return what ``read_uses`` returns, of the settings in the order in which Dovecot reads them."""
    said: dict[tuple[Blocks, str], Line] = {(line.blocks, line.name): line for line in lines}
    databases = dict.fromkeys(line.blocks[:end] for line in lines for end in range(1, len(line.blocks) + 1)
                              if _DATABASE.match(line.blocks[end - 1]))
    found: dict[Line, list[tuple[bool, bool]]] = {}
    for blocks in databases:
        driver = said.get((blocks, "driver"))
        line = _find(said, blocks, "ldap_uris")
        if line and (driver.value if driver else blocks[-1].split()[1]) == "ldap":
            asked = _find(said, blocks, "ldap_starttls")
            near = asked is None or len(asked.blocks) <= len(line.blocks)
            found.setdefault(line, []).append((asked is not None and asked.value == "yes", near))
    return [
        (line.file, Setting(line.shown, line.name, line.value, join_blocks(line.blocks)),
         all(in_tls for in_tls, _near in users), all(near for _in_tls, near in users))
        for line, users in found.items()]


def _find(said: Said, blocks: Blocks, name: str) -> Optional[Line]:
    """Return the setting that counts in a block."""
    inner = (said.get((blocks[:end], name)) for end in range(len(blocks), -1, -1))
    return next((line for line in inner if line is not None), None)
