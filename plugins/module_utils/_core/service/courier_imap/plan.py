# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The service pack of Courier IMAP and POP3: its options, and its plan on one host."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from ansible_collections.intransit.tls.plugins.module_utils._core.service.courier_imap import settings
from ansible_collections.intransit.tls.plugins.module_utils._core.service.options import Option
from ansible_collections.intransit.tls.plugins.module_utils._core.service.planning import (
    CLIENT_CERTIFICATE,
    REPLACE_CERTIFICATE,
    CertificateNeed,
    Pack,
    Plan,
    Wanted,
)

ROOT = "/etc/courier"

OPTIONS = (
    Option(
        name="server_name", type="host", default_from="{{ inventory_hostname }}",
        description=("Name that clients use. Default: the host's name in the inventory.",),
    ),
    Option(
        name="imaps", type="choice", choices=("open", "closed"), default="open",
        description=("Port 993, TLS from the first byte.",),
    ),
    Option(
        name="imap", type="choice", choices=("policy", "open", "closed"), default="policy",
        description=(
            "Port 143, STARTTLS. If it is open, a login before TLS is refused, also from the host itself.",
            "V(policy) opens the port if the policy allows a port that begins in plaintext, and closes it otherwise.",
        ),
    ),
    Option(
        name="pop3s", type="choice", choices=("auto", "open", "closed"), default="auto",
        description=(
            "Port 995, TLS from the first byte. V(auto) leaves it as it is.",
            "If courier-pop is not installed, V(open) installs it; any other value has no effect.",
        ),
    ),
    Option(
        name="pop3", type="choice", choices=("auto", "open", "closed"), default="auto",
        description=(
            "Port 110, STLS. V(auto) leaves it as it is, but closes it if the policy allows no port that begins in plaintext.",
            "If courier-pop is not installed, V(open) installs it; any other value has no effect.",
        ),
    ),
    REPLACE_CERTIFICATE,
    CLIENT_CERTIFICATE,
    Option(
        name="client_ca_file", type="path", default="",
        description=(
            "Path on the host to the CA file that verifies client certificates (TLS_TRUSTCERTS).",
            "If empty and clients are asked for a certificate, the private CA is used if it issued this host's certificate. "
            "Otherwise TLS_TRUSTCERTS stays as it is.",
        ),
    ),
    Option(
        name="cleartext_backends", type="choice", choices=("fail", "report"), default="fail",
        description=(
            "What to do if a program on this host checks passwords by a plaintext login here (saslauthd with rimap), which ends "
            "with this role.",
            "V(fail) stops before the first change. V(report) continues and shows a warning.",
        ),
    ),
)


def plan(wanted: Wanted) -> Plan:
    """Return what Courier needs on one host."""
    wanted.require_installed()
    # The plain ports run couriertls as the user courier, the TLS ports as root: both have to read the key.
    need = CertificateNeed(
        (wanted.options["server_name"],), {"bundle": "key_first", "owner": "root", "group": "courier", "mode": "0640"})
    certificate = wanted.certificate(need)
    options = {**wanted.options, "certificate": certificate, "keep_certificates": wanted.present().complete}
    made = settings.make_settings(wanted.policy, _tls(wanted), wanted.seen, options)
    return Plan(
        ports=made["ports"], closing=made["closing"],
        ending=tuple(replace(item, ca_file=wanted.ca_file(certificate)) for item in made["ending"]),
        # Ports are closed before the files change and opened after them; undone in the other order.
        changes=(
            *({"kind": "unit", "unit": unit, "state": "stopped"} for unit in made["closed"]),
            *({"kind": "edited_file", "format": "assignments", "path": f"{ROOT}/{item['file']}", "values": item["values"],
               "needs": "restart"} for item in made["changes"]),
            *({"kind": "unit", "unit": unit, "state": "started"} for unit in made["open"]),
        ),
        # None of the units can reload, and STARTTLS of the plain port reads the same file as the TLS port.
        units=tuple(made["open"]), verb="restart",
        instance=made["instance"],
        requires=tuple(made["certificate_files"]),
        certificate=need,
        blocking=tuple(made["blocking"]), warnings=tuple(made["warnings"]),
    )


def list_packages(options: Mapping[str, Any]) -> list[str]:
    """Return the Debian packages that the options ask for."""
    return ["courier-imap", *(["courier-pop"] if "open" in (options["pop3"], options["pop3s"]) else [])]


def _tls(wanted: Wanted) -> dict[str, Any]:
    library = wanted.library()
    compiled = ({"priority": wanted.gnutls().priority} if library == "gnutls"
                else {"cipher_string": wanted.openssl().cipher_string})
    return settings.make_tls_values(wanted.policy, library, compiled)


PACK = Pack(
    name="courier_imap", title="Courier",
    summary="Enforce a TLS policy on Courier IMAP and POP3 and prove it on the wire",
    description=(
        "Sets the TLS keys of C(/etc/courier/imapd-ssl) and, if POP3 is installed, of C(pop3d-ssl). Every other line stays as "
        "it is. Logins before TLS are refused on every port that stays open.",
        "The change is one transaction. If the daemon or the wire does not show the wanted settings, everything is put back.",
        "Tested on Debian 12 and 13.",
    ),
    options=OPTIONS, plan=plan, packages=list_packages,
    language="GnuTLS or OpenSSL, by the library of couriertls", version_added="0.1.0",
)
