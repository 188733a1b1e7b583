# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Collects what answers tell about one endpoint, and makes the observation of it.

The first word on a fact stands; later answers only add.  A version is accepted when one
hello of it was, refused when every one was, and otherwise undecided.
"""

from __future__ import annotations

import base64
import hashlib
from functools import lru_cache
from typing import Any, Optional

from ansible_collections.intransit.tls.plugins.module_utils._core.policy.model import PROTOCOLS
from ansible_collections.intransit.tls.plugins.module_utils._core.tables.suites import by_code_point
from ansible_collections.intransit.tls.plugins.module_utils._core.wire import offers
from ansible_collections.intransit.tls.plugins.module_utils._core.wire.answer import NOT_ASKED, Answer, Opened
from ansible_collections.intransit.tls.plugins.module_utils._core.wire.endpoint import Endpoint
from ansible_collections.intransit.tls.plugins.module_utils._core.wire.observation import (
    Certificate,
    ClientCertificate,
    Observation,
    ProtocolAnswer,
    Renegotiation,
    Rule,
    Stapling,
)
from ansible_collections.intransit.tls.plugins.module_utils._core.wire.tls import extensions as ext
from ansible_collections.intransit.tls.plugins.module_utils._core.wire.tls import ssl2
from ansible_collections.intransit.tls.plugins.module_utils._core.wire.tls.der import (
    distinguished_name,
    key_group,
    ocsp_status,
)
from ansible_collections.intransit.tls.plugins.module_utils._core.wire.tls.messages import Chain

LIBRARY_LEVEL = ("SSLv3", "TLSv1", "TLSv1.1")
"""Versions that a security level of OpenSSL forbids with internal_error, whatever the daemon says."""
MAX_CERTIFICATES = 128


class Notebook:
    """Facts about one endpoint, while they are being found.

    ``facts`` holds fields of ``Observation`` that a plan sets itself.
    """

    def __init__(self, endpoint: Endpoint, depth: str) -> None:
        self._endpoint = endpoint
        self._depth = depth
        self._answers: dict[str, list[Answer]] = {version: [] for version in PROTOCOLS}
        self._suites: dict[str, list[str]] = {}
        self._groups: list[str] = []
        self._schemes: list[str] = []
        self._undecided: list[str] = []
        self._chain: Optional[Chain] = None
        self._staple_asked = False
        self._staple: Optional[bytes] = None
        self.key_group: Optional[int] = None
        """The group of an ECDSA certificate, where one was seen.

        Below TLS 1.3 it has to be among the client's, or the server does not choose that
        certificate, whatever the key exchange (RFC 8422 section 4).
        """
        self.rules: list[Rule] = []
        self.facts: dict[str, Any] = {}

    # -- taking notes ----------------------------------------------------------------------

    def learn(self, answer: Answer) -> None:
        """Take everything from an answer."""
        version = answer.question.version
        self._answers[version].append(answer)
        if not answer.accepted or answer.look.choice is None:
            return
        if version == "SSLv2":
            self._suites[version] = [ssl2.SUITES.get(code, f"0x{code:06x}") for code in answer.look.ssl2_suites]
        else:
            self.learn_about_choice(answer)
        self.learn_flight(answer)

    def learn_about_choice(self, answer: Answer) -> None:
        """Take from an accepted answer what the ServerHello itself tells."""
        if answer.look.choice is not None:
            self._note(self._suites.setdefault(answer.question.version, []),
                       offers.name_suite(answer.look.choice.suite))
        hello, question = answer.look.choice, answer.question.hello
        if hello is None or question is None:
            return
        if hello.group is not None:
            self._note(self._groups, offers.name_group(hello.group))
        if hello.version == "TLSv1.3":
            return
        if question.compression:
            self.facts["compression"] = bool(self.facts.get("compression")) or hello.compression != 0
        secure = ext.RENEGOTIATION_INFO in hello.extensions
        self.facts.setdefault("renegotiation", Renegotiation(secure=secure))
        if hello.version == "SSLv3":
            return
        self.facts.setdefault("extended_master_secret", ext.EXTENDED_MASTER_SECRET in hello.extensions)
        suite = by_code_point(hello.suite)
        if suite is not None and suite.cbc:
            self.facts.setdefault("encrypt_then_mac", ext.ENCRYPT_THEN_MAC in hello.extensions)

    def learn_flight(self, answer: Answer) -> None:
        """Take from an answer only what the flight behind the ServerHello tells."""
        look = answer.look
        if look.key_exchange is not None:
            if look.key_exchange.group is not None:
                self._note(self._groups, offers.name_group(look.key_exchange.group))
            if look.key_exchange.dh_bits is not None:
                least = self.facts.get("dh_bits") or look.key_exchange.dh_bits
                self.facts["dh_bits"] = min(least, look.key_exchange.dh_bits)
        if look.scheme is not None:
            self._note(self._schemes, offers.name_scheme(look.scheme))
        if look.chain is not None:
            self._chain = self._chain or look.chain
            if self.key_group is None and look.chain.certificates:
                self.key_group = key_group(look.chain.certificates[0])
            self._staple = self._staple or look.chain.staple
            question = answer.question.hello
            self._staple_asked = self._staple_asked or bool(question and question.ask_status)
        if look.end == "flight" or look.request is not None:
            names = look.request.ca_names if look.request is not None else ()
            known = self.facts.get("client_certificate")
            if known is None or (look.request is not None and not known.requested):
                self.facts["client_certificate"] = ClientCertificate(
                    requested=look.request is not None,
                    required=None if look.request is not None else False,
                    ca_names=tuple(distinguished_name(name) for name in names),
                )

    @staticmethod
    def _note(names: "list[str]", name: str) -> None:
        if name not in names:
            names.append(name)

    def set_suites(self, version: str, names: "list[str]", complete: bool) -> None:
        """The suites of a version in the order in which they were found."""
        self._suites[version] = names
        self.facts.setdefault("suites_complete", {})[version] = complete
        if not complete:
            self.undecided(f"suites.{version}")

    def set_preference(self, version: str, server: bool) -> None:
        """Whose order of suites decides."""
        self.facts.setdefault("server_preference", {})[version] = server

    def forget_preference(self, version: str) -> None:
        """Nobody can prefer what is alone."""
        self.facts.setdefault("server_preference", {})[version] = None

    def set_groups(self, names: "list[str]", complete: bool) -> None:
        """All groups, in the server's order where it tells."""
        self._groups = names
        self.facts["groups_complete"] = complete
        if not complete:
            self.undecided("groups")

    def set_schemes(self, names: "list[str]", complete: bool) -> None:
        """All signature schemes."""
        self._schemes = names
        self.facts["signature_schemes_complete"] = complete
        if names and not complete:
            self.undecided("signature_schemes")

    def undecided(self, name: str) -> None:
        """Something could not be told."""
        self._note(self._undecided, name)

    def has_group(self, group: int) -> bool:
        """Whether a group was found."""
        return offers.name_group(group) in self._groups

    @property
    def chain(self) -> Optional[Chain]:
        """The chain of the first flight that had one."""
        return self._chain

    def accepted(self, version: str) -> Optional[bool]:
        """Whether a version is accepted; None: could not be told, or not asked yet."""
        return self._protocol(version).accepted

    @property
    def details(self) -> "list[str]":
        """What was said about answers that tell nothing, the commonest first."""
        said = [answer.detail for version in PROTOCOLS for answer in self._answers[version] if answer.detail]
        return sorted(dict.fromkeys(said), key=lambda detail: -said.count(detail))

    @property
    def denied(self) -> Optional[Opened]:
        """The server's own words, when it said no to TLS as such each time it was asked."""
        first = None
        for answers in self._answers.values():
            for answer in answers:
                if answer.look.end != "opening" or not answer.opened.denied:
                    return None
                first = first or answer.opened
        return first

    @property
    def asked(self) -> bool:
        """Whether the dialogue in front of TLS led to a hello at least once."""
        return any(answer.look.end not in NOT_ASKED for answers in self._answers.values() for answer in answers)

    @property
    def any_accepted(self) -> bool:
        """Whether any version was accepted so far."""
        return any(self.accepted(version) for version in PROTOCOLS)

    @property
    def speaks_tls(self) -> bool:
        """Whether any answer was TLS, be it only an alert."""
        looks = [answer.look for version in PROTOCOLS for answer in self._answers[version]]
        return any(look.alert is not None or look.warning is not None or look.choice is not None for look in looks)

    # -- making the observation ------------------------------------------------------------

    def _protocol(self, version: str) -> ProtocolAnswer:
        answers = self._answers[version]
        denied = self.denied
        if denied is not None:
            return ProtocolAnswer(False, "application_refused", None, denied.detail)
        if not answers:
            return ProtocolAnswer()
        for answer in answers:
            if answer.accepted:
                return ProtocolAnswer(True, "accepted", None, answer.detail)
        for answer in answers:
            if answer.accepted is None:
                return ProtocolAnswer(None, "undecided", None, answer.detail or "No answer that tells anything.")
        chosen = next((answer for answer in answers if answer.cause == "protocol_version"), answers[0])
        cause = chosen.cause
        if cause == "internal_error" and version in LIBRARY_LEVEL:
            cause = "library_level"
        return ProtocolAnswer(False, cause, chosen.alert, chosen.detail or _SENTENCES.get(cause, ""))

    def observation(self) -> Observation:
        """The frozen result."""
        protocols = {version: _shared(self._protocol(version)) for version in PROTOCOLS}
        for version, answer in protocols.items():
            if answer.cause == "undecided":
                self.undecided(f"protocols.{version}")
        for rule in self.rules:
            if rule.refused is None:
                self.undecided(f"rules.{rule.id}.{rule.version}")
        stapling = Stapling()
        if self._staple_asked or self._staple is not None:
            stapling = Stapling(self._staple is not None, ocsp_status(self._staple) if self._staple else None)
        facts = dict(self.facts)
        facts.setdefault("suites_complete", dict.fromkeys(self._suites, False))
        return Observation(
            host=self._endpoint.host, port=self._endpoint.port, protocol=self._endpoint.protocol,
            server_name=self._endpoint.server_name, depth=self._depth,
            protocols=protocols,
            suites={version: tuple(names) for version, names in self._suites.items()},
            groups=tuple(self._groups), signature_schemes=tuple(self._schemes),
            rules=tuple(_shared(rule) for rule in self.rules),
            certificates=read_certificates(self._chain), stapling=stapling, undecided=tuple(self._undecided),
            **facts,
        )


_SENTENCES = {
    "protocol_version": "The server says that it does not speak this version.",
    "handshake_failure": "The server finds nothing in the offer that it can agree to.",
    "library_level": "The TLS library's security level forbids this version; the daemon's own setting may not.",
    "internal_error": "The server gave up with an internal error.",
    "closed_without_alert": "The server closes without saying why; the same connection with a good offer succeeds.",
    "reset": "The server resets the connection; the same connection with a good offer succeeds.",
    "silent": "The server does not answer; a good offer is answered at once.",
    "not_tls": "The server answers with something that is not TLS; a good offer succeeds.",
}


@lru_cache(maxsize=4096)
def _shared(value: Any) -> Any:
    """The first value that was equal to this one: thousands of servers answer alike, and need the memory once."""
    return value


def read_certificates(chain: Optional[Chain]) -> tuple[Certificate, ...]:
    """A chain as the observation shows it."""
    if chain is None:
        return ()
    return tuple(
        Certificate(position, write_pem(der), hashlib.sha256(der).hexdigest())
        for position, der in enumerate(chain.certificates[:MAX_CERTIFICATES])
    )


def write_pem(der: bytes) -> str:
    """A certificate as RFC 7468 writes it."""
    text = base64.b64encode(der).decode("ascii")
    lines = [text[at:at + 64] for at in range(0, len(text), 64)]
    return "\n".join(["-----BEGIN CERTIFICATE-----", *lines, "-----END CERTIFICATE-----", ""])
