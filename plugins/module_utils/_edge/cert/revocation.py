# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""A revocation list judged on the host that will use it: its signature, and the time of that host."""

from __future__ import annotations

from datetime import datetime

from ansible_collections.intransit.tls.plugins.module_utils._core.cert import pem
from ansible_collections.intransit.tls.plugins.module_utils._core.cert.revocation import find_faults, read_lists
from ansible_collections.intransit.tls.plugins.module_utils._core.errors import CertificateError
from ansible_collections.intransit.tls.plugins.module_utils._edge.cert import parse


def check_lists(text: bytes, authorities: bytes, now: datetime, every: bool) -> tuple[str, ...]:
    """Return why a daemon must not be given the lists in ``text``; see ``find_faults``.

    Args:
        text: lists in PEM.
        authorities: certificates in PEM.
        now: the time, with its zone.
        every: whether each authority needs a list.
    """
    if not parse.is_available():
        return (f"its signature cannot be checked: {parse.MISSING}",)
    try:
        lists = read_lists(text)
    except CertificateError as error:
        return (f"it cannot be read: {error.message}",)
    ders = [block.der for block in pem.split_blocks(authorities) if block.label == "CERTIFICATE" and not block.problem]
    return find_faults(lists, ders, now, parse.is_signed_by, every)
