# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Every key exchange group and every signature scheme that a server takes.

OpenSSL names its groups, in its order, inside EncryptedExtensions, so one connection may tell
them all; one more with all others on offer proves that these were all.  Servers that
name nothing are peeled.  TLS 1.2 is asked first for what TLS 1.3 did not show.
"""

from __future__ import annotations

from collections.abc import Generator
from typing import Any, Optional

from ansible_collections.intransit.tls.plugins.module_utils._core.errors import WireError
from ansible_collections.intransit.tls.plugins.module_utils._core.light import replace
from ansible_collections.intransit.tls.plugins.module_utils._core.tables.schemes import SCHEMES
from ansible_collections.intransit.tls.plugins.module_utils._core.tables.suites import by_code_point
from ansible_collections.intransit.tls.plugins.module_utils._core.wire import offers as of
from ansible_collections.intransit.tls.plugins.module_utils._core.wire.answer import Answer, Question
from ansible_collections.intransit.tls.plugins.module_utils._core.wire.endpoint import Endpoint
from ansible_collections.intransit.tls.plugins.module_utils._core.wire.full.suites import Track
from ansible_collections.intransit.tls.plugins.module_utils._core.wire.notebook import Notebook
from ansible_collections.intransit.tls.plugins.module_utils._core.wire.plan import Outcome, Request
from ansible_collections.intransit.tls.plugins.module_utils._core.wire.prober import Prober
from ansible_collections.intransit.tls.plugins.module_utils._core.wire.tls import extensions as ext
from ansible_collections.intransit.tls.plugins.module_utils._core.wire.tls.cursor import Cursor
from ansible_collections.intransit.tls.plugins.module_utils._core.wire.tls.hello import ClientHello
from ansible_collections.intransit.tls.plugins.module_utils._core.wire.tls.shares import (
    SECP256R1,
    SECP384R1,
    SECP521R1,
    X25519,
    public_share,
)

Steps = Generator[Request, list[Outcome], Any]
TRIED_SHARES = (SECP256R1, X25519, SECP384R1)
MOST = 64


def find_groups(prober: Prober, notes: Notebook, endpoint: Endpoint, tracks: "dict[str, Track]") -> Steps:
    """Every group of TLS 1.3 and of ECDHE in TLS 1.2 and below."""
    found: list[int] = []
    complete = True
    if "TLSv1.3" in tracks:
        found, complete = yield from _tls13_groups(prober, notes, endpoint, tracks["TLSv1.3"])
    older = next((version for version in ("TLSv1.2", "TLSv1.1", "TLSv1") if _elliptic(tracks.get(version))), None)
    if older is not None:
        hello = of.make_hello(older, _elliptic(tracks.get(older)), of.list_groups(False), endpoint.server_name)
        known = tuple(group for group in found if group in hello.groups)
        more, whole = yield from _peel_groups(prober, notes, hello, known, notes.key_group)
        found += [group for group in more if group not in found]
        complete = complete and whole
    notes.set_groups([of.name_group(group) for group in found], complete)


def _elliptic(track: Optional[Track]) -> tuple[int, ...]:
    suites = [by_code_point(code) for code in track.found] if track is not None else []
    return tuple(suite.code_point for suite in suites if suite is not None and suite.kx == "ECDHE")


def _tls13_groups(prober: Prober, notes: Notebook, endpoint: Endpoint, track: Track) -> Steps:
    """(groups in the server's order as far as it tells, whether that is all)."""
    hello = of.make_hello("TLSv1.3", tuple(track.found), None, endpoint.server_name)
    for group in TRIED_SHARES:
        one = replace(hello, groups=(group,), key_shares=((group, public_share(group)),), ask_status=True)
        answer = (yield from prober.ask([Question(one, whole=True)]))[0]
        if not answer.accepted:
            continue
        notes.learn_flight(answer)
        told = _told(answer)
        if told:
            rest, complete = yield from _peel_groups(prober, notes, hello, tuple(told))
            return told + rest, complete
        break
    return (yield from _peel_groups(prober, notes, hello, ()))


def _told(answer: Answer) -> "list[int]":
    """The groups that the server names in EncryptedExtensions."""
    body = (answer.look.encrypted or {}).get(ext.SUPPORTED_GROUPS)
    if body is None:
        return []
    try:
        return list(Cursor(body, "supported groups").numbers(2, 2))
    except WireError:
        return []


def _peel_groups(prober: Prober, notes: Notebook, hello: ClientHello, known: tuple[int, ...],
                 needed: Optional[int] = None) -> Steps:
    """Offer every group that is not known, take what is chosen off the offer, until nothing is chosen.

    ``needed``: the group of the certificate, put behind the offer again when nothing is taken without it.
    """
    found: list[int] = []
    left = of.leave_out(hello.groups, known)
    for _each in range(MOST):
        if not left or (left == (needed,) and needed in (*known, *found)):
            return found, True
        answer = (yield from prober.ask([Question(replace(hello, groups=left), whole=hello.version != "TLSv1.3")]))[0]
        if answer.accepted is False and needed is not None and needed not in left:
            left += (needed,)
            continue
        if not answer.accepted:
            return found, answer.accepted is False
        notes.learn_flight(answer)
        group = answer.look.group
        if group is not None and group == needed and group in (*known, *found):
            return found, True
        if group not in left:
            # It chose what was not on offer: such a server does not look at the list at all.
            return found, False
        found.append(group)
        left = of.leave_out(left, (group,))
    return found, False


# -- signature schemes ---------------------------------------------------------------------


def find_schemes(prober: Prober, notes: Notebook, endpoint: Endpoint, tracks: "dict[str, Track]") -> Steps:
    """Every scheme that the server signs a handshake with, in TLS 1.2 and TLS 1.3."""
    found: list[int] = []
    complete = True
    for auth in ("RSA", "ECDSA", "DSS"):
        # A server picks the suite before the scheme, so each kind of key is asked by itself.
        signed = _signed(tracks.get("TLSv1.2"), auth)
        if signed:
            hello = of.make_hello("TLSv1.2", signed, None, endpoint.server_name)
            more, whole = yield from _peel_schemes(prober, notes, hello, tuple(found))
            found, complete = found + more, complete and whole
    if "TLSv1.3" in tracks:
        hello = of.make_hello("TLSv1.3", tuple(tracks["TLSv1.3"].found), _cheap_groups(notes), endpoint.server_name)
        share = hello.groups[0]
        hello = replace(hello, key_shares=((share, public_share(share)),), schemes=_tls13_schemes())
        more, whole = yield from _peel_schemes(prober, notes, hello, tuple(found))
        found += [scheme for scheme in more if scheme not in found]
        complete = complete and whole
    notes.set_schemes([of.name_scheme(scheme) for scheme in found], complete and bool(found))


def _cheap_groups(notes: Notebook) -> tuple[int, ...]:
    """Groups for hellos that ask for something else: those without much arithmetic, or all where it has none such."""
    known = tuple(group for group in (SECP256R1, SECP384R1, SECP521R1, X25519) if notes.has_group(group))
    return known or (SECP256R1, *of.leave_out(of.list_groups(True), (SECP256R1,)))


def _signed(track: Optional[Track], auth: str) -> tuple[int, ...]:
    suites = [by_code_point(code) for code in track.found] if track is not None else []
    return tuple(suite.code_point for suite in suites if suite is not None and suite.kx in ("ECDHE", "DHE")
                 and suite.auth == auth)


def _tls13_schemes() -> tuple[int, ...]:
    allowed = {scheme.code_point for scheme in SCHEMES if scheme.tls13}
    return tuple(code for code in of.list_schemes() if code in allowed)


def _peel_schemes(prober: Prober, notes: Notebook, hello: ClientHello, known: tuple[int, ...]) -> Steps:
    found: list[int] = []
    left = of.leave_out(hello.schemes, known)
    for _each in range(MOST):
        if not left:
            return found, True
        answer = (yield from prober.ask([Question(replace(hello, schemes=left), whole=True)]))[0]
        if not answer.accepted:
            return found, answer.accepted is False
        notes.learn_flight(answer)
        scheme = answer.look.scheme
        if scheme not in left:
            # Some servers sign with SHA-1 when nothing on offer fits (RFC 5246 section 7.4.1.4.1 allowed it).
            if scheme is not None and scheme not in found and scheme not in known:
                found.append(scheme)
            return found, scheme is not None
        found.append(scheme)
        left = of.leave_out(left, (scheme,))
    return found, False
