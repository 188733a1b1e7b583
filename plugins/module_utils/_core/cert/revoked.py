# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""``tls_revoked``: which certificates the private CA revokes, and whether its list has to be made anew."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from typing import Any

from ansible_collections.intransit.tls.plugins.module_utils._core.cert import minimal, pem
from ansible_collections.intransit.tls.plugins.module_utils._core.cert.revocation import RevocationList, read_lists
from ansible_collections.intransit.tls.plugins.module_utils._core.errors import CertificateError
from ansible_collections.intransit.tls.plugins.module_utils._core.format.printable import show_printable

REASONS = ("unspecified", "key_compromise", "ca_compromise", "affiliation_changed", "superseded",
           "cessation_of_operation", "certificate_hold", "privilege_withdrawn", "aa_compromise")
KEYS = ("serial", "certificate", "content", "reason", "date", "comment")
_SERIAL = re.compile(r"(?:serial=)?((?:[0-9A-Fa-f]{1,2}:)*[0-9A-Fa-f]+)")
_LIFE = re.compile(r"(?:(\d+)w)?(?:(\d+)d)?(?:(\d+)h)?(?:(\d+)m)?")
_DATES = ("%Y-%m-%d", "%Y-%m-%dT%H:%M:%SZ", "%Y%m%d%H%M%SZ")


@dataclass(frozen=True)
class Wish:
    """What the list of the private CA should be, and whether it has to be made anew."""

    entries: tuple[Mapping[str, str], ...]
    """For ``community.crypto.x509_crl``: ``serial_number`` (octets in hexadecimal), ``revocation_date``, ``reason``."""
    serials: tuple[str, ...]
    """As ``Certificate.serial`` has them."""
    due: str
    """Why a list with the same entries has to be made anew, in a sentence; empty if it need not be."""


def read_revoked(
    items: Sequence[Mapping[str, Any]], present: str, life: str, now: datetime
) -> Wish:
    """Return what the list should be.

    An item without a date keeps the one that it has in the present list, so that a list that is made anew says the
    same.

    Args:
        items: ``tls_revoked``; ``content`` is the text of the file that ``certificate`` names.
        present: the list that there is, in PEM; empty if there is none.
        life: how long a list counts, such as ``7d`` or ``12h``.
        now: the time, with its zone.

    Raises:
        CertificateError: an item makes no sense.
    """
    lists = _read_present(present)
    before = dict(lists[0].revoked) if lists else {}
    entries: dict[str, Mapping[str, str]] = {}
    for number, item in enumerate(items, 1):
        place = f"tls_revoked, item {number}"
        serial = _read_serial(item, place)
        reason = str(item.get("reason") or "unspecified")
        if reason not in REASONS:
            raise CertificateError(
                f"{place}: the reason {show_printable(reason)} is not known. Allowed: {', '.join(REASONS)}.")
        when = _read_date(item["date"], place) if item.get("date") else before.get(serial, now)
        entries[serial] = {"serial_number": _write_octets(serial), "reason": reason,
                           "revocation_date": when.strftime("%Y%m%d%H%M%SZ")}
    return Wish(tuple(entries.values()), tuple(entries), _find_due(lists, read_life(life), now))


def read_life(text: str) -> timedelta:
    """Return how long a list counts.

    Raises:
        CertificateError: it is not a length of time, or too short to be renewed in time.
    """
    match = _LIFE.fullmatch(str(text).strip())
    weeks, days, hours, minutes = (int(part or 0) for part in match.groups()) if match else (0, 0, 0, 0)
    life = timedelta(weeks=weeks, days=days, hours=hours, minutes=minutes)
    if life < timedelta(minutes=1) or life > timedelta(days=366):
        raise CertificateError(
            f"tls_crl_life is {show_printable(str(text))}. Allowed: a time such as 7d or 12h, of one year at most.")
    return life


def _find_due(lists: Sequence[RevocationList], life: timedelta, now: datetime) -> str:
    if not lists:
        return "There is no revocation list yet."
    end = lists[0].next_update
    # Soon enough for several runs that fail: a list that ends locks every client out.
    if end is not None and life * 2 / 3 <= end - now <= life + timedelta(hours=1):
        return ""
    over = end is None or end <= now
    return "The revocation list ended." if over else "A third of the life of the revocation list is over."


def _read_present(text: str) -> tuple[RevocationList, ...]:
    try:
        return read_lists(text.encode("utf-8", "replace"))
    except CertificateError:
        return ()  # made anew


def _read_serial(item: Mapping[str, Any], place: str) -> str:
    unknown = sorted(str(key) for key in set(item) - set(KEYS))
    if unknown:
        raise CertificateError(
            f"{place}: unknown key {', '.join(map(show_printable, unknown))}. Allowed: serial or certificate, reason, "
            "date, comment.")
    given, content = item.get("serial"), item.get("content")
    if (given is None) == (content is None):
        raise CertificateError(f"{place}: set either serial or certificate (a file on the controller).")
    if content is not None:
        return _find_serial(str(content), place)
    match = _SERIAL.fullmatch(given.strip()) if isinstance(given, str) else None
    if match is None:
        raise CertificateError(
            f"{place}: the serial is {show_printable(str(given))}. Write it in quotes and in hexadecimal, as "
            "`openssl x509 -noout -serial` prints it.")
    serial = match[1].replace(":", "")
    if len(serial) > 42 or not int(serial, 16):
        raise CertificateError(f"{place}: the serial {show_printable(given)} is not one that a certificate can have.")
    return format(int(serial, 16), "x")


def _find_serial(content: str, place: str) -> str:
    for block in pem.split_blocks(content.encode("utf-8", "replace")):
        if block.label == "CERTIFICATE" and not block.problem:
            return minimal.encode_certificate(block.der, place).serial
    raise CertificateError(f"{place}: the file holds no certificate (PEM).")


def _read_date(value: Any, place: str) -> datetime:
    for form in _DATES:
        try:
            return datetime.strptime(str(value), form).replace(tzinfo=timezone.utc)
        except ValueError:
            continue
    raise CertificateError(
        f"{place}: the date is {show_printable(str(value))}. Write it as 2026-12-01 or 2026-12-01T09:30:00Z.")


def _write_octets(serial: str) -> str:
    digits = serial.rjust(len(serial) + len(serial) % 2, "0")
    return ":".join(digits[place:place + 2] for place in range(0, len(digits), 2))
