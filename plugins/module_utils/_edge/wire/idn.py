# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Host names that users write, in the ASCII form that goes over the wire (A-labels).

IDNA 2008 (RFC 5891) after the mapping of UTS 46 without transitional processing, as
registries, browsers and curl do.  The codec "idna" of Python is never used: it is
IDNA 2003, for which \u00df is ss, so the name of another owner.

The only file that imports the ``idna`` library, and only for a name outside ASCII: the
pure core takes ``to_ascii`` as a parameter.
"""

from __future__ import annotations

from ansible_collections.intransit.tls.plugins.module_utils._core.errors import IntransitError

MAX_WRITTEN = 253
"""A longer name cannot have a shorter ASCII form, and the library takes its time over long ones."""


def to_ascii(name: str) -> str:
    """Return a host name in A-labels; one that is in ASCII comes back as it is.

    A leading ``*.`` is kept.

    Raises:
        IntransitError: IDNA 2008 has no form for it, or the ``idna`` library is not installed.
    """
    if name.isascii():
        return name
    try:
        import idna
    except ImportError as missing:
        raise IntransitError(
            f"The host name {name!r} has characters outside ASCII, and the Python library 'idna' that turns it into "
            "A-labels is not installed for the interpreter that runs this. Install it (Debian: python3-idna; "
            "otherwise: pip install idna), or write the name in A-labels (xn--...).", {"name": name},
        ) from missing
    star, rest = ("*.", name[2:]) if name.startswith("*.") else ("", name)
    try:
        if len(rest) > MAX_WRITTEN:
            raise idna.IDNAError(f"it has more than {MAX_WRITTEN} characters")
        return star + idna.encode(rest.strip(), uts46=True, transitional=False).decode("ascii")
    except (idna.IDNAError, UnicodeError) as why:
        raise IntransitError(
            f"The host name {name!r} cannot exist by IDNA 2008 (RFC 5891): {why}.", {"name": name}
        ) from why
