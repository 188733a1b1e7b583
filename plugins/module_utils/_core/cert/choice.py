# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Which certificate entry a service is given, for which names, and in which form.

Services of one host may be given the same entry and need its files differently: one
runs as a user of its own, another wants key and chain in one file.  Two of them must
not write the same set in turns, so a set that is made here in a service's form is the
service's own.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Optional

from ansible_collections.intransit.tls.plugins.module_utils._core.errors import CertificateError

FORM = ("owner", "group", "mode", "bundle")
"""What a service may need of the files; an entry that says any of it is taken as it is written."""


def choose(
    entries: Sequence[Mapping[str, Any]],
    name: str,
    names: Sequence[str],
    form: Optional[Mapping[str, Any]] = None,
    service: str = "",
) -> dict[str, Any]:
    """Return the entry called ``name``, the first one without a name.

    An entry that names nothing is for ``names``, and is called after the first of them. Such names are marked as
    ``reported``: some of them come from the host, so the authority asks whether they were said on the controller.

    Args:
        entries: the entries of ``tls_certificates``.
        name: the entry that is asked for, or nothing.
        names: the names that the service is reached by.
        form: keys of ``FORM`` that the service needs.
        service: what is put behind the name of a set that is made in this form.

    Raises:
        CertificateError: there is no such entry.
    """
    named = [entry for entry in entries if not name or entry.get("name") == name]
    if entries and not named:
        known = ", ".join(sorted(str(entry.get("name")) for entry in entries if entry.get("name"))) or "none has a name"
        raise CertificateError(f"No certificate entry is called {name!r}; tls_certificates has: {known}.")
    chosen = dict(named[0]) if named else {}
    if names:
        chosen.setdefault("name", name or names[0])
        # What we issue is for all names; what somebody supplied has to be for the first, and the wire tells the rest.
        supplied = chosen.get("source") == "files"
        if not chosen.get("subject_alt_names"):
            chosen["subject_alt_names"] = list(names[:1] if supplied else names)
            chosen["reported"] = list(chosen["subject_alt_names"])
    return _formed(chosen, form or {}, service)


def _formed(entry: dict[str, Any], form: Mapping[str, Any], service: str) -> dict[str, Any]:
    if not form or any(entry.get(key) is not None for key in FORM):
        return entry
    if entry.get("source") == "files":
        # Supplied files are never changed: the form only says who may own them.
        return {**entry, **{key: value for key, value in form.items() if key in ("owner", "group")}}
    return {**entry, **form, "name": f"{entry.get('name') or 'own'}.{service}"}
