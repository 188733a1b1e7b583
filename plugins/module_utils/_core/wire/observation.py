# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What was seen at one endpoint: frozen values that know no policy.

Every key is always there.  ``None`` means "not looked at" or "could not tell"; what
could not be told is named in ``undecided``.  Suites, groups and schemes are IANA names.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Optional

from ansible_collections.intransit.tls.plugins.module_utils._core.light import dataclass, field, list_fields

CAUSES = (
    "accepted", "protocol_version", "handshake_failure", "no_shared_cipher", "internal_error", "library_level",
    "insufficient_security", "inappropriate_fallback", "unrecognized_name", "certificate_required", "other_alert",
    "other_version", "closed_without_alert", "reset", "application_refused", "not_tls", "silent", "nonsense",
    "timeout", "other_choice", "not_tested", "undecided",
)
"""Every word that ``cause`` can be."""

PLAINTEXT = (
    "tls_only", "redirect_permanent", "redirect_temporary", "redirect_plaintext", "served", "error_status",
    "closed", "tcp_refused", "starttls_required", "silent", "accepted", "offered", "not_applicable", "undecided",
)
"""Every word that ``plaintext.how`` can be."""


@dataclass(frozen=True)
class Exchange:
    """One thing said and the answer to it, as printable text; secrets are made up and still masked."""

    sent: Optional[str]
    received: Optional[str]


@dataclass(frozen=True)
class Plaintext:
    """What the server does with somebody who does not speak TLS."""

    refused: Optional[bool] = None
    how: str = "undecided"
    detail: str = ""
    transcript: tuple[Exchange, ...] = ()


@dataclass(frozen=True)
class ProtocolAnswer:
    """One protocol version: accepted or refused, and the cause."""

    accepted: Optional[bool] = None
    cause: str = "not_tested"
    alert: Optional[str] = None
    detail: str = ""


@dataclass(frozen=True)
class Rule:
    """One complement hello: ``offered`` things of which the server should take none.

    ``accepted`` names what it took.  ``refused`` is None when it could not be told.
    """

    id: str
    version: str
    offered: int
    refused: Optional[bool]
    accepted: tuple[str, ...]
    cause: str


@dataclass(frozen=True)
class Certificate:
    """One certificate as served; position 0 is the leaf."""

    position: int
    pem: str
    sha256: str


@dataclass(frozen=True)
class Stapling:
    """A stapled OCSP response; ``status`` is its responseStatus (RFC 6960 section 4.2.1)."""

    stapled: Optional[bool] = None
    status: Optional[str] = None


@dataclass(frozen=True)
class Renegotiation:
    """Secure renegotiation (RFC 5746), and whether a client may start one."""

    secure: Optional[bool] = None
    client_initiated: Optional[bool] = None


@dataclass(frozen=True)
class ClientCertificate:
    """Whether the server asks for a client certificate, and ends the session without one."""

    requested: Optional[bool] = None
    required: Optional[bool] = None
    ca_names: tuple[str, ...] = ()


@dataclass(frozen=True)
class Starttls:
    """The upgrade from plaintext.  ``injection_refused``: text behind STARTTLS is not used after it."""

    offered: Optional[bool] = None
    injection_refused: Optional[bool] = None
    code: Optional[str] = None
    """First word of the answer to the upgrade command."""


@dataclass(frozen=True)
class Tickets:
    """Session resumption.  ``lifetime`` in seconds, as the server hints it; ``count`` those of TLS 1.3."""

    tls12_ticket: Optional[bool] = None
    """A ticket was issued and taken back."""
    tls12_session_id: Optional[bool] = None
    """A session was resumed by its identifier."""
    tls13_ticket: Optional[bool] = None
    count: Optional[int] = None
    lifetime: Optional[int] = None


@dataclass(frozen=True)
class Sni:
    """What a client gets that names no host, or an unknown one.

    ``same_certificate``, ``other_certificate``, ``refused``; None: not looked at, or not told.
    """

    without: Optional[str] = None
    unknown: Optional[str] = None


@dataclass(frozen=True)
class Hsts:
    """RFC 6797.  ``max_age`` in seconds; ``problem``: why browsers ignore the header, None if they do not."""

    present: bool
    valid: bool
    max_age: Optional[int]
    include_subdomains: bool
    preload: bool
    raw: Optional[str]
    count: int
    problem: Optional[str] = None


@dataclass(frozen=True)
class Redirect:
    """Where a response sends the client.

    ``fixed_host``: a made-up Host header does not change the target (None: not asked).
    ``keeps_path``: path and query of the request are in the target (None: not asked).
    """

    status: int
    location: str
    permanent: bool
    to_https: bool
    same_host: bool
    fixed_host: Optional[bool] = None
    keeps_path: Optional[bool] = None


@dataclass(frozen=True)
class Http:
    """The answer to one GET: behind TLS for https, in plaintext for http."""

    status: int
    location: Optional[str]
    headers: Mapping[str, str]
    hsts: Hsts
    redirect: Optional[Redirect]


@dataclass(frozen=True)
class Cookie:
    """One Set-Cookie header, without the value.

    ``session``: it holds a session, by its name.  ``removed``: it takes a cookie away.  ``same_site`` is None if
    the header does not say, or nothing that browsers know.
    """

    name: str
    secure: bool
    http_only: bool
    same_site: Optional[str]
    session: bool
    removed: bool


@dataclass(frozen=True)
class PageAnswer:
    """One answer on the way to a page; URLs are without their queries."""

    url: str
    status: int
    location: Optional[str]
    hsts: Hsts
    cookies: tuple[Cookie, ...]


@dataclass(frozen=True)
class Page:
    """What came for one page.

    Of an https port behind TLS, redirects followed on the same host and port; of an http port in clear text, where
    none is followed.
    """

    path: str
    login: bool
    preset: Optional[str] = None
    plaintext: Optional[Plaintext] = None
    """Of an http port: whether the page is refused in clear text."""
    same_host: Optional[bool] = None
    """Of an http port: whether its redirect stays on the host; None: there was none."""
    answers: tuple[PageAnswer, ...] = ()
    ends: str = "unread"
    """``page``: it was read.  ``elsewhere``: it is on another host or port.  ``in_clear``: it leads to http.
    ``unread``: ``reason`` says why."""
    reason: Optional[str] = None
    in_clear: Optional[str] = None
    """The http URL that it leads to by a redirect or a refresh."""
    asks_password: Optional[bool] = None
    forms: tuple[str, ...] = ()
    """http URLs that forms are sent to."""
    loads: tuple[str, ...] = ()
    """Elements and http URLs of the scripts, styles and frames that it loads."""


@dataclass(frozen=True)
class Trust:
    """The chain against the trust store of the machine that looked, and the name.  None: not told."""

    checked: bool = False
    trusted: Optional[bool] = None
    name_matches: Optional[bool] = None
    reason: str = ""


@dataclass(frozen=True)
class Observation:
    """Everything seen at one endpoint."""

    host: str
    port: int
    protocol: str
    server_name: Optional[str] = None
    address: Optional[str] = None
    vantage: Optional[str] = None
    """``same_host`` or ``remote``: rate limits and allow lists often treat the two differently."""
    depth: str = "policy"
    reachable: bool = False
    error: Optional[str] = None
    unprobed: Optional[str] = None
    """Why no connection was made, by the endpoint's own words; None: one was tried."""
    proxy_protocol: Optional[str] = None
    """The PROXY protocol that each connection began with."""
    undecided: tuple[str, ...] = ()
    connections: int = 0
    plaintext: Plaintext = Plaintext()
    protocols: Mapping[str, ProtocolAnswer] = field(default_factory=dict)
    suites: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    suites_complete: Mapping[str, bool] = field(default_factory=dict)
    server_preference: Mapping[str, Optional[bool]] = field(default_factory=dict)
    groups: tuple[str, ...] = ()
    groups_complete: Optional[bool] = None
    signature_schemes: tuple[str, ...] = ()
    signature_schemes_complete: Optional[bool] = None
    rules: tuple[Rule, ...] = ()
    certificates: tuple[Certificate, ...] = ()
    certificates_by_type: Mapping[str, tuple[Certificate, ...]] = field(default_factory=dict)
    """Depth ``full``: one chain for each kind of key that the server authenticates with."""
    trust: Trust = Trust()
    stapling: Stapling = Stapling()
    compression: Optional[bool] = None
    renegotiation: Renegotiation = Renegotiation()
    extended_master_secret: Optional[bool] = None
    encrypt_then_mac: Optional[bool] = None
    dh_bits: Optional[int] = None
    fallback_scsv: Optional[bool] = None
    tickets: Tickets = Tickets()
    early_data: Optional[bool] = None
    alpn: Optional[tuple[str, ...]] = None
    sni: Sni = Sni()
    vulnerabilities: Mapping[str, Optional[bool]] = field(default_factory=dict)
    """heartbleed, ccs_injection, robot: True where the server showed it, None where it could not be told."""
    client_certificate: ClientCertificate = ClientCertificate()
    starttls: Starttls = Starttls()
    http: Optional[Http] = None
    pages: tuple[Page, ...] = ()
    """The pages that were asked for, in their order."""

    def to_dict(self) -> dict[str, Any]:
        """Plain JSON-serialisable data."""
        plain: dict[str, Any] = to_plain(self)
        return plain


def to_plain(value: Any) -> Any:
    """Dataclasses, tuples and mappings to dicts and lists, all the way down."""
    names = list_fields(value)
    if names is not None:
        return {name: to_plain(getattr(value, name)) for name in names}
    if isinstance(value, Mapping):
        return {key: to_plain(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [to_plain(item) for item in value]
    return value
