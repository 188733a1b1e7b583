# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The types of a plan: what a service pack is given (``Wanted``) and what it returns (``Plan``).

A plan is everything that one service needs on one host.  It is computed once, on the
controller, by pure code; roles and playbooks only carry it out.  What travels to hosts
stands in ``model.py``, so that no module brings a compiler of policies along.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any, Callable, Optional

from ansible_collections.intransit.tls.plugins.module_utils._core.cert import choice
from ansible_collections.intransit.tls.plugins.module_utils._core.dialect.gnutls import GnuTLSSettings, compile_gnutls
from ansible_collections.intransit.tls.plugins.module_utils._core.dialect.openssl import (
    OpenSSLSettings,
    compile_openssl,
)
from ansible_collections.intransit.tls.plugins.module_utils._core.errors import DialectError
from ansible_collections.intransit.tls.plugins.module_utils._core.policy.model import Policy
from ansible_collections.intransit.tls.plugins.module_utils._core.service import certificate_entry, present_certificate
from ansible_collections.intransit.tls.plugins.module_utils._core.service.options import Option
from ansible_collections.intransit.tls.plugins.module_utils._core.wire.input import is_address

LOCAL = "127.0.0.1"


@dataclass(frozen=True)
class ServicePort:
    """A port that a service opens by its plan."""

    port: int
    protocol: str
    server_name: Optional[str] = None
    listen: str = ""
    """The address it is bound to; empty for all addresses."""
    foreign: bool = False
    """Settings outside of the plan rule it, so the transaction does not confirm it."""
    says: str = ""
    """Regular expression over what the service answers within TLS; only the host itself asks."""
    proxy_setting: str = ""
    """The setting by which it expects a PROXY line from a load balancer; empty if it expects none."""
    asked_at: str = ""
    """Where the host itself asks if it listens on all addresses; empty: at 127.0.0.1."""

    @property
    def loopback(self) -> bool:
        """True if only the host itself can reach the port."""
        try:
            return ipaddress.ip_address(self.listen).is_loopback
        except ValueError:
            return False

    def endpoint(self, address: str) -> dict[str, Any]:
        """Return the endpoint as another machine reaches it, the host being at ``address``."""
        unprobed = (
            f"it expects a PROXY line from a load balancer ({self.proxy_setting}), and clients reach it only through "
            "that; verify the load balancer's own address")
        return {**self._endpoint(address), **({"unprobed": unprobed} if self.proxy_setting else {})}

    def local_endpoint(self) -> dict[str, Any]:
        """Return the endpoint as the host itself reaches it, with what it has to say within TLS."""
        return {
            **self._endpoint(self.asked_at or LOCAL), **({"says": self.says} if self.says else {}),
            **({"proxy_protocol": "v1"} if self.proxy_setting else {}),
        }

    def _endpoint(self, address: str) -> dict[str, Any]:
        place = self.listen or address
        # A host that is reached by a name is looked up; the name that a client asks the server for stays the service's.
        where = {"host": self.server_name or place, "address": place} if is_address(place) else {"host": place}
        return {**where, "port": self.port, "protocol": self.protocol, "server_name": self.server_name}


def ports_of(rows: Sequence[Mapping[str, Any]]) -> tuple[ServicePort, ...]:
    """Return ports from rows: ``port``, ``protocol``, ``server_name``, ``listen``, ``overridden`` and ``says``."""
    return tuple(
        ServicePort(int(row["port"]), str(row["protocol"]), row.get("server_name"), str(row.get("listen") or ""),
                    bool(row.get("overridden")), str(row.get("says") or ""))
        for row in rows
    )


@dataclass(frozen=True)
class Ending:
    """A port on which the plan ends plaintext, or which it closes: clients without TLS are refused there afterwards."""

    port: int
    protocol: str
    """``ldap``, ``imap``, ``pop3``, ``smtp`` or ``http``."""
    closed: bool = False
    """The port is closed, so that clients that use STARTTLS on it are refused too."""
    redirected: bool = False
    """Clients are sent to https; those that follow redirects are not refused."""
    now: bool = True
    """False if plaintext is refused already, so that this plan ends nothing."""
    server_name: str = ""
    """The name in the certificate that clients see."""
    ca_file: str = ""
    """File on the host with the CA that clients verify it with; empty if it is not known."""
    trusts_proxies: bool = False
    """Proxies on this host are served as before if they say that their own client used TLS."""
    trusted_proxies: tuple[str, ...] = ()
    """Networks of such proxies, on this host or another."""


SYSTEM_CA_FILE = "/etc/ssl/certs/ca-certificates.crt"


@dataclass(frozen=True)
class CertificateNeed:
    """The certificate that a service is given: for which names, and in which form."""

    names: tuple[str, ...]
    form: Mapping[str, str]
    """``owner``, ``group``, ``mode`` and ``bundle`` of its files, as far as the service needs them."""


@dataclass(frozen=True)
class Certificates:
    """Where certificates come from on this host: ``tls_certificates`` and the folder of issued sets."""

    entries: tuple[Mapping[str, Any], ...]
    host: str
    """The host's name in the inventory."""
    root: str = certificate_entry.DEFAULT_ROOT


@dataclass(frozen=True)
class Wanted:
    """What a pack's ``plan`` is given; the one place that says what is missing on the host."""

    service: str
    title: str
    """The service's name as people write it, for sentences."""
    policy: Policy
    seen: Mapping[str, Any]
    """The service's part of what ``service_info`` returned."""
    options: Mapping[str, Any]
    """The role's options by their short names, each of its type."""
    certificates: Certificates
    answers: Mapping[str, Any]
    """Answers to the plan's questions."""
    offering: bool = False
    """TLS is only offered: nothing that is possible in plaintext now ends."""

    def openssl(self) -> OpenSSLSettings:
        """Return the policy in OpenSSL's words, for the version that the daemon is linked to.

        Raises:
            DialectError: the service is not installed, or not linked to OpenSSL.
        """
        return compile_openssl(self.policy, self._library("openssl"))

    def gnutls(self) -> GnuTLSSettings:
        """Return the policy in GnuTLS' words, for the version that the daemon is linked to."""
        return compile_gnutls(self.policy, self._library("gnutls"))

    def library(self) -> str:
        """Return ``openssl`` or ``gnutls``: what the daemon is linked to."""
        self.require_installed()
        found = self.seen.get("tls_library")
        if not found:
            raise DialectError(
                f"{self.title} on this host is linked to neither OpenSSL nor GnuTLS, so its TLS settings cannot be "
                "written."
            )
        return str(found["name"])

    def require_installed(self) -> None:
        """Refuse to plan for a service that is not there.

        Raises:
            DialectError: it is not installed.
        """
        if not self.seen.get("installed"):
            raise DialectError(
                f"{self.title} is not installed on this host, so its settings cannot be computed. Check mode does not "
                "install it: run once without --check."
            )

    @property
    def has_entry(self) -> bool:
        """True if the administrator gave an entry of ``tls_certificates``, or the name of one."""
        return bool(self.options.get("certificate")) or any(self.certificates.entries)

    @property
    def server_name(self) -> str:
        """The name that clients use, by the options or by the host itself."""
        return str(self.options.get("server_name") or self.seen.get("hostname") or "")

    def present(self) -> present_certificate.Judged:
        """Return what is kept of the certificates that the service has; nothing if others were asked for."""
        answer = self.answers.get("present_certificate")
        if not answer or self.has_entry or self.options.get("replace_certificate"):
            return present_certificate.Judged()
        return present_certificate.judge_present(
            present_certificate.rows_of(self.seen, self.certificates.root), answer, self.title,
            self.service + "_tls_replace_certificate")

    def certificate(self, need: CertificateNeed) -> dict[str, Any]:
        """Return the completed certificate entry that the service is given; keys as in roles/certificate.

        Raises:
            CertificateError: the entry does not exist, or makes no sense.
        """
        chosen = self.entry(need)
        return certificate_entry.complete_entry(chosen, self.policy, self.certificates.host, self.certificates.root)

    def ca_file(self, certificate: Mapping[str, Any]) -> str:
        """Return the file by which clients on the host verify a completed certificate entry."""
        return str(certificate["chain"]) if certificate.get("source") == "local_ca" else SYSTEM_CA_FILE

    def entry(self, need: CertificateNeed) -> dict[str, Any]:
        """Return the item of ``tls_certificates`` that the service is given, in the form that it needs."""
        return self.entries(need)[0]

    def entries(self, need: CertificateNeed) -> list[dict[str, Any]]:
        """Return what the role ``certificate`` issues or checks: one item, or one for each certificate that is kept."""
        present = self.present()
        if present.kept and not present.refused:
            rows = present.kept if present.complete else present.kept[:1]
            return [present_certificate.entry_of(row, self.server_name) for row in rows]
        return [choice.choose(
            self.certificates.entries, str(self.options["certificate"]), need.names, need.form, self.service)]

    def _library(self, name: str) -> str:
        if self.library() != name:
            raise DialectError(
                f"{self.title} on this host is linked to {self.library()}, but its settings are written for {name}."
            )
        return str(self.seen["tls_library"]["version"])


@dataclass(frozen=True)
class Plan:
    """Everything that one service needs on one host."""

    ports: tuple[ServicePort, ...]
    """What it opens, and what listens besides under settings of others."""
    changes: tuple[Mapping[str, Any], ...]
    """What ``service_config`` takes."""
    units: tuple[str, ...]
    verb: str
    """``reload``, ``restart``, or ``live`` for a daemon that takes changes as they are made."""
    instance: Mapping[str, Any]
    """The test instance, as ``service_config`` takes it."""
    own_check: tuple[str, ...] = ()
    """The daemon's own check of the configuration on the disk, run between the swap and the activation."""
    ending: tuple[Ending, ...] = ()
    """Where plaintext ends, for the look at who uses it."""
    cut_off: tuple[str, ...] = ()
    """Who would be cut off besides the clients of these ports; a sentence each."""
    closing: tuple[ServicePort, ...] = ()
    """What listens now and is closed by the changes: probed by a run that changes nothing."""
    requires: tuple[str, ...] = ()
    """Files that the settings name; without one of them nothing is changed."""
    authorities: tuple[str, ...] = ()
    """Such files of certificates to trust; each has to hold one."""
    moves: tuple[Mapping[str, Any], ...] = ()
    """Further changes, made only with ``tls_dependents_fix``: the service's own connections to others use TLS."""
    answers: tuple[tuple[str, ...], ...] = ()
    """Commands that have to answer after the changes as before (``continuity.answers`` of ``service_config``)."""
    certificate: Optional[CertificateNeed] = None
    served_certificate: Optional[str] = None
    """File whose first certificate every endpoint has to serve."""
    templates: Mapping[str, tuple[str, Mapping[str, Any]]] = field(default_factory=dict)
    """Path of a changed file to its template and the template's values."""
    read_by_workers: tuple[str, ...] = ()
    """Files that each idle worker reads when it starts."""
    memberships: tuple[tuple[str, str], ...] = ()
    """Accounts and the groups that they have to be in."""
    blocking: tuple[str, ...] = ()
    """Sentences that say why nothing may be changed."""
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True)
class Pack:
    """A service as the controller knows it."""

    name: str
    title: str
    """The service's name as people write it."""
    summary: str
    """What the role does, in one line."""
    description: tuple[str, ...]
    options: tuple[Option, ...]
    """The role's own options; ``COMMON`` holds what all roles share."""
    plan: Callable[[Wanted], Plan]
    packages: Callable[[Mapping[str, Any]], Sequence[str]]
    """Options in, Debian packages out."""
    language: str
    """Who reads its TLS settings, for the table of services."""
    validated_by: str = "test instance, probed"
    version_added: str = "0.2.0"
    offers: bool = False
    """Whether its plan can be made with ``Wanted.offering``."""
    questions: Callable[[Mapping[str, Any]], Sequence[str]] = lambda _options: ()
    """Options in, questions out that have to be answered before a plan can be made: ``validating_resolver``."""

    @property
    def prefix(self) -> str:
        """What the names of the role's variables begin with."""
        return self.name + "_tls_"

    @property
    def all_options(self) -> tuple[Option, ...]:
        """The options that all roles share, then the role's own."""
        return (*COMMON, *self.options)


COMMON: tuple[Option, ...] = (
    Option(
        name="profile", type="str", default="", default_from="{{ tls_profile | default('') }}",
        description=("TLS profile to enforce. Default: C(tls_profile), or V(intermediate) if that is not set.",),
    ),
    Option(
        name="data_class", type="str", default="", default_from="{{ tls_data_class | default('') }}",
        description=("Data class that chooses the policy: V(public), V(restricted), V(confidential) or V(secret). "
                     "Default: C(tls_data_class).",),
    ),
    Option(
        name="policy", type="dict", default_from="{{ tls_policy | default({}) }}",
        description=("A profile of your own; docs/policy.md describes its keys. Default: C(tls_policy).",),
    ),
    Option(
        name="certificate", type="str", default="",
        description=("Name of the entry of tls_certificates to serve. If empty, the first entry is served.",),
    ),
    Option(
        name="certificates", type="dicts", default_from="{{ tls_certificates | default([{}], true) }}",
        description=("Certificate entries to choose from; roles/certificate describes them. Default: "
                     "C(tls_certificates), or a certificate of the private CA if that is not set.",),
    ),
    Option(
        name="continuity", type="dicts", default_from="{{ tls_continuity | default([]) }}",
        description=("Checks that have to succeed before the change and after it, or the change is undone: C(command) "
                     "(a list; no shell reads it) or C(endpoint) (C(host), C(port), C(protocol) and C(server_name)), "
                     "and if need be C(name), C(expect) (a regular expression over the output, or over what the "
                     "endpoint says within TLS) and C(timeout) of a command in seconds. They run on the host as root, "
                     "and not in check mode. Default: C(tls_continuity).",),
    ),
)
"""What every service role can be told."""


CLIENT_CERTIFICATE = Option(
    name="client_certificate", type="choice", choices=("policy", "none", "optional", "required"), default="policy",
    description=("Whether clients must show a certificate. V(policy): as the policy says.",),
)
"""The option of all services that can ask for client certificates."""


REPLACE_CERTIFICATE = Option(
    name="replace_certificate", type="bool", default=False,
    default_from="{{ tls_replace_certificate | default(false) }}",
    description=(
        "Whether a certificate that another authority signed and that the service has already is replaced by one "
        "of the private CA. Only if no entry of tls_certificates is given. Default: C(tls_replace_certificate).",
        "V(false) keeps a certificate that passes the same checks as supplied files, and stops before the first "
        "change if one that works does not pass them.",
    ),
)
"""The option of all services that keep a certificate that they have."""


def to_dict(plan: Plan, wanted: Wanted, address: str) -> dict[str, Any]:
    """Return a plan as the role ``service`` carries it out; plain data, no secrets.

    Args:
        plan: what the pack returned.
        wanted: what the pack was given.
        address: where another machine reaches the host.
    """
    need = plan.certificate
    made: dict[str, Any] = _plain({
        "service": wanted.service,
        "policy": wanted.policy.to_dict(),
        "blocking": (*plan.blocking, *wanted.present().refused),
        "warnings": plan.warnings,
        "certificate": wanted.certificate(need) if need else None,
        "certificate_entries": wanted.entries(need) if need else [],
        "memberships": [{"user": user, "group": group} for user, group in plan.memberships],
        "changes": plan.changes,
        "moves": plan.moves,
        "answers": plan.answers,
        "cut_off": plan.cut_off,
        "templates": {
            path: {"template": template, "values": values}
            for path, (template, values) in plan.templates.items()
        },
        "validation": {
            "instance": plan.instance, "own_check": plan.own_check,
            "requires": plan.requires, "authorities": plan.authorities,
        },
        "activation": {"units": plan.units, "verb": plan.verb, "read_by_workers": plan.read_by_workers},
        "confirmation": {
            "endpoints": list_local_endpoints(plan.ports), "fail_on": "medium",
            **({"certificate": plan.served_certificate} if plan.served_certificate else {}),
            **({"ignore": ["plaintext_refused"]} if wanted.offering else {}),
        },
        "continuity": {
            "checks": wanted.options.get("continuity") or [], "ports": sorted({port.port for port in plan.ports}),
        },
        "endpoints": list_outside_endpoints(plan.ports, address),
        "closing": list_outside_endpoints(plan.closing, address),
        "ending": [asdict(item) for item in plan.ending],
        "library": wanted.seen.get("tls_library"),
    })
    return made


def _plain(value: Any) -> Any:
    """Return nested values with lists for tuples, as Ansible keeps facts."""
    if isinstance(value, Mapping):
        return {key: _plain(item) for key, item in value.items()}
    return [_plain(item) for item in value] if isinstance(value, (list, tuple)) else value


def list_local_endpoints(ports: Sequence[ServicePort]) -> list[dict[str, Any]]:
    """Return the endpoints that the transaction confirms; ports under foreign settings are not its business."""
    return [port.local_endpoint() for port in ports if not port.foreign]


def list_outside_endpoints(ports: Sequence[ServicePort], address: str) -> list[dict[str, Any]]:
    """Return the endpoints as another machine reaches them; loopback ports are left out."""
    return [port.endpoint(address) for port in ports if not port.loopback]
