# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Which certificate entry a service is given, and for which names."""

from __future__ import annotations

from typing import Any, Dict, Mapping, Sequence

from ansible_collections.intransit.tls.plugins.module_utils._core.errors import CertificateError


def choose(entries: Sequence[Mapping[str, Any]], name: str, names: Sequence[str]) -> Dict[str, Any]:
    """Return the entry called ``name``, the first one without a name.

    An entry that names nothing is for ``names``, and is called after the first of them.

    Raises:
        CertificateError: there is no such entry.
    """
    named = [entry for entry in entries if not name or entry.get("name") == name]
    if entries and not named:
        known = ", ".join(sorted(str(entry.get("name")) for entry in entries if entry.get("name"))) or "none has a name"
        raise CertificateError("No certificate entry is called %r; tls_certificates has: %s." % (name, known))
    chosen = dict(named[0]) if named else {}
    if names:
        chosen.setdefault("name", name or names[0])
        chosen.setdefault("subject_alt_names", list(names))
    return chosen
