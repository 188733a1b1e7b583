# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Details that one hello each tells: fallback, SNI, ALPN, a leaf for each key type, the size of DHE."""

from __future__ import annotations

from collections.abc import Generator
from typing import Any, Optional

from ansible_collections.intransit.tls.plugins.module_utils._core.errors import WireError
from ansible_collections.intransit.tls.plugins.module_utils._core.light import dataclass, replace
from ansible_collections.intransit.tls.plugins.module_utils._core.tables.schemes import SCHEMES
from ansible_collections.intransit.tls.plugins.module_utils._core.tables.suites import by_code_point
from ansible_collections.intransit.tls.plugins.module_utils._core.wire import offers as of
from ansible_collections.intransit.tls.plugins.module_utils._core.wire.answer import Answer, Question
from ansible_collections.intransit.tls.plugins.module_utils._core.wire.dialogue.base import NAME
from ansible_collections.intransit.tls.plugins.module_utils._core.wire.endpoint import Endpoint
from ansible_collections.intransit.tls.plugins.module_utils._core.wire.full.groups import TRIED_SHARES
from ansible_collections.intransit.tls.plugins.module_utils._core.wire.full.suites import Track
from ansible_collections.intransit.tls.plugins.module_utils._core.wire.notebook import Notebook, read_certificates
from ansible_collections.intransit.tls.plugins.module_utils._core.wire.observation import Certificate, Sni
from ansible_collections.intransit.tls.plugins.module_utils._core.wire.plan import Ask, Outcome, Request
from ansible_collections.intransit.tls.plugins.module_utils._core.wire.prober import Prober
from ansible_collections.intransit.tls.plugins.module_utils._core.wire.tls import extensions as ext
from ansible_collections.intransit.tls.plugins.module_utils._core.wire.tls.cursor import Cursor
from ansible_collections.intransit.tls.plugins.module_utils._core.wire.tls.hello import ClientHello
from ansible_collections.intransit.tls.plugins.module_utils._core.wire.tls.shares import SECP256R1, public_share

Steps = Generator[Request, list[Outcome], Any]

ALPN_NAMES = (
    "h2", "http/1.1", "http/1.0", "spdy/3.1", "imap", "pop3", "managesieve", "smtp", "xmpp-client", "ftp", "ldap",
    "postgresql", "mqtt", "dot", "nntp", "irc", "stun.turn", "acme-tls/1",
)
"""Names to offer: IANA "ALPN Protocol IDs", the ones that servers of our protocols could have."""
KEY_TYPES = {
    "rsa": ("RSA", ("rsa", "rsa-pss")), "ecdsa": ("ECDSA", ("ecdsa",)), "dsa": ("DSS", ("dsa",)),
    "ed25519": ("ECDSA", ("ed25519",)), "ed448": ("ECDSA", ("ed448",)),
}
"""Kind of leaf to its authentication in suites of TLS 1.2, and to the keys of its signature schemes.

Edwards curves go with the suites of ECDSA (RFC 8422 section 5.10); only the schemes on offer tell them apart.
"""


@dataclass(frozen=True)
class Base:
    """The hello that certainly works, as the start of all others.

    ``version`` is TLS 1.2 where there is one, because its flight is not encrypted.
    """

    hello: ClientHello
    tracks: "dict[str, Track]"

    @property
    def version(self) -> str:
        """The version of the hello."""
        return self.hello.version


def base_of(endpoint: Endpoint, tracks: "dict[str, Track]", groups: tuple[int, ...]) -> Optional[Base]:
    """The base for what was found; None when nothing was."""
    for version in ("TLSv1.2", "TLSv1.3", "TLSv1.1", "TLSv1", "SSLv3"):
        track = tracks.get(version)
        if track is None or not track.found:
            continue
        hello = of.make_hello(version, tuple(track.found), None, endpoint.server_name)
        if version == "TLSv1.3":
            share = next((group for group in TRIED_SHARES if group in groups), SECP256R1)
            groups = (share, *of.leave_out(hello.groups, (share,)))
            hello = replace(hello, key_shares=((share, public_share(share)),), groups=groups)
        return Base(hello, tracks)
    return None


def ask_details(prober: Prober, notes: Notebook, endpoint: Endpoint, base: Base, beside: "list[Ask]") -> Steps:
    """Ask everything that takes one hello each.  Returns the outcomes of ``beside``."""
    named = {**_fallback(base), **_sni(base, endpoint), **_leaves(base), **_finite_field(base)}
    answers = yield from prober.ask(list(named.values()), beside)
    outcomes = prober.beside
    found = dict(zip(named, answers))
    _note_fallback(notes, found.get("fallback"))
    leaves = {name[5:]: answer for name, answer in found.items() if name.startswith("leaf ")}
    _note_leaves(notes, leaves)
    _note_sni(notes, found, endpoint)
    if "dhe" in found and found["dhe"].accepted:
        notes.learn_flight(found["dhe"])
    yield from _alpn(prober, notes, base)
    return outcomes


# -- fallback (RFC 7507) -------------------------------------------------------------------


def _fallback(base: Base) -> "dict[str, Question]":
    """The second newest version with the signal that it is a fallback."""
    order = ("TLSv1.3", "TLSv1.2", "TLSv1.1", "TLSv1", "SSLv3")
    there = [version for version in order if version in base.tracks and base.tracks[version].found]
    if len(there) < 2:
        return {}
    suites = (*base.tracks[there[1]].found, ext.FALLBACK_SCSV)
    return {"fallback": Question(of.make_hello(there[1], suites, None, base.hello.server_name))}


def _note_fallback(notes: Notebook, answer: Optional[Answer]) -> None:
    # The same offer without the signal was accepted before, so a refusal in whatever form is the signal's doing.
    if answer is not None and answer.accepted is not None:
        notes.facts["fallback_scsv"] = not answer.accepted


# -- SNI -----------------------------------------------------------------------------------


def _sni(base: Base, endpoint: Endpoint) -> "dict[str, Question]":
    questions = {"sni unknown": Question(replace(base.hello, server_name=NAME), whole=True)}
    if endpoint.server_name is not None:
        questions["sni without"] = Question(replace(base.hello, server_name=None), whole=True)
    return questions


def _note_sni(notes: Notebook, found: "dict[str, Answer]", endpoint: Endpoint) -> None:
    del endpoint
    words = {}
    for name in ("unknown", "without"):
        answer = found.get("sni " + name)
        if answer is None or answer.accepted is None:
            continue
        if not answer.accepted:
            words[name] = "refused"
        elif answer.look.chain is not None and notes.chain is not None:
            same = answer.look.chain.certificates[:1] == notes.chain.certificates[:1]
            words[name] = "same_certificate" if same else "other_certificate"
    notes.facts["sni"] = Sni(words.get("without"), words.get("unknown"))


# -- a leaf for each key type ---------------------------------------------------------------


def _leaves(base: Base) -> "dict[str, Question]":
    questions = {}
    for name, (auth, keys) in KEY_TYPES.items():
        schemes = tuple(scheme.code_point for scheme in SCHEMES if scheme.key in keys)
        if base.version == "TLSv1.3":
            schemes = tuple(code for code in schemes if any(
                scheme.code_point == code and scheme.tls13 for scheme in SCHEMES))
            if schemes:
                questions["leaf " + name] = Question(replace(base.hello, schemes=schemes), whole=True)
        elif base.version == "TLSv1.2" or not name.startswith("ed"):
            suites = tuple(code for code in base.hello.suites if _auth(code) == auth)
            if suites:
                questions["leaf " + name] = Question(replace(base.hello, suites=suites, schemes=schemes), whole=True)
    return questions


def _kind(name: str, answer: Answer) -> str:
    """The kind of key that signed the handshake, where it was told; not every server heeds the schemes on offer."""
    used = next((scheme.key for scheme in SCHEMES if scheme.code_point == answer.look.scheme), None)
    return next((kind for kind, (_suites, keys) in KEY_TYPES.items() if used in keys), name)


def _auth(code: int) -> Optional[str]:
    suite = by_code_point(code)
    return suite.auth if suite is not None else None


def _note_leaves(notes: Notebook, leaves: "dict[str, Answer]") -> None:
    chains: "dict[str, tuple[Certificate, ...]]" = {}
    seen: "set[bytes]" = set()
    for name, answer in leaves.items():
        notes.learn_flight(answer)
        chain = answer.look.chain
        if answer.accepted and chain is not None and chain.certificates and chain.certificates[0] not in seen:
            seen.add(chain.certificates[0])
            chains.setdefault(_kind(name, answer), read_certificates(chain))
    notes.facts["certificates_by_type"] = chains


# -- DHE -----------------------------------------------------------------------------------


def _finite_field(base: Base) -> "dict[str, Question]":
    suites = [by_code_point(code) for code in base.hello.suites]
    finite = tuple(suite.code_point for suite in suites if suite is not None and suite.kx == "DHE")
    return {"dhe": Question(replace(base.hello, suites=finite), whole=True)} if finite else {}


# -- ALPN (RFC 7301) -----------------------------------------------------------------------


def _alpn(prober: Prober, notes: Notebook, base: Base) -> Steps:
    found: list[str] = []
    while len(found) < len(ALPN_NAMES):
        left = tuple(name for name in ALPN_NAMES if name not in found)
        question = Question(replace(base.hello, alpn=left), whole=base.version == "TLSv1.3")
        answer = (yield from prober.ask([question]))[0]
        if answer.accepted is None:
            return
        chosen = _chosen_alpn(answer)
        if not answer.accepted or chosen not in left:
            break
        found.append(chosen)
    notes.facts["alpn"] = tuple(found)


def _chosen_alpn(answer: Answer) -> str:
    look = answer.look
    extensions = look.encrypted if look.encrypted is not None else look.hello.extensions if look.hello else {}
    try:
        return Cursor(Cursor(extensions[ext.ALPN], "ALPN").vector(2), "ALPN").vector(1).decode("ascii", "replace")
    except (KeyError, WireError):
        return ""
