# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Look something up in LDAP as a client on this host does it, with the client's own settings and password.

The password goes from the settings into a file that only the asking account can read, never into an argument.
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from typing import Optional

from ansible_collections.intransit.tls.plugins.module_utils._core.dependent.lookups import KINDS, Lookup, read_lookup
from ansible_collections.intransit.tls.plugins.module_utils._core.errors import TransactionError
from ansible_collections.intransit.tls.plugins.module_utils._core.service.model import is_since
from ansible_collections.intransit.tls.plugins.module_utils._edge.host import account, command, files, installed
from ansible_collections.intransit.tls.plugins.module_utils._edge.host.command import CommandResult

TIME = 15.0


def ask(argv: Sequence[str]) -> CommandResult:
    """Carry out ``ldap-lookup KIND FILE SECTION`` and return what the directory answered, under that name.

    Raises:
        TransactionError: the file cannot be read, or ldapsearch is not there.
    """
    _name, kind, path, section = argv
    found = files.read_state(path)
    if found.content is None:
        raise TransactionError(f"{path} cannot be read.")
    package, first = KINDS[kind].tls_since
    by_default = bool(package) and is_since(installed.read_installed_version(package) or "", first)
    result = ask_directory(read_lookup(kind, found.content.decode("utf-8", "replace"), section, by_default))
    return replace(result, argv=tuple(argv))


def ask_directory(lookup: Lookup, attribute: str = "1.1", user: Optional[account.Account] = None) -> CommandResult:
    """Read the entry at a lookup's base.

    Args:
        lookup: what is asked.  Without a login the root entry is read, which directories show to everybody.
        attribute: what is read of the entry.
        user: the account that asks.
    """
    who = user or account.Account(os.geteuid(), os.getegid())
    tls = ["-ZZ"] if lookup.starttls else []
    environment = {"LDAPTLS_REQCERT": "demand", **({"LDAPTLS_CACERT": lookup.ca_file} if lookup.ca_file else {})}
    with _secret(lookup.password, who) as path:
        login = ["-D", lookup.bind_dn, "-y", path] if lookup.bind_dn else []
        return command.run(
            ["ldapsearch", "-x", "-LLL", *tls, "-o", "nettimeout=10", "-l", "10", "-H", lookup.uri, *login,
             "-s", "base", "-b", lookup.base if login else "", attribute],
            timeout=TIME, user=user, extra_environment=environment)


@contextmanager
def _secret(text: str, owner: account.Account) -> Iterator[str]:
    """Yield the path of a file with a password, which the account alone can read."""
    with account.act_as(owner):
        number, path = tempfile.mkstemp(prefix="intransit-")
    try:
        with os.fdopen(number, "wb") as stream:
            stream.write(text.encode("utf-8", "surrogateescape"))
        yield path
    finally:
        os.unlink(path)
