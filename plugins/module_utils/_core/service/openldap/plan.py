# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The service pack of OpenLDAP: its options, and its plan on one host."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from ansible_collections.intransit.tls.plugins.module_utils._core.service.openldap.host import FOLDER, REPLICA
from ansible_collections.intransit.tls.plugins.module_utils._core.service.openldap.revocation import decide
from ansible_collections.intransit.tls.plugins.module_utils._core.service.openldap.settings import (
    FRONTEND,
    make_settings,
)
from ansible_collections.intransit.tls.plugins.module_utils._core.service.options import Option
from ansible_collections.intransit.tls.plugins.module_utils._core.service.planning import (
    REPLACE_CERTIFICATE,
    CertificateNeed,
    Pack,
    Plan,
    Wanted,
)
from ansible_collections.intransit.tls.plugins.module_utils._core.service.revocation import OPTIONS as REVOCATION
from ansible_collections.intransit.tls.plugins.module_utils._core.service.revocation import find_path

OPTIONS = (
    Option(
        name="server_name", type="host", default_from="{{ inventory_hostname }}",
        description=("Name of the directory server. Default: the host's name in the inventory.",),
    ),
    Option(
        name="starttls", type="choice", choices=("policy", "enabled", "disabled"), default="policy",
        description=(
            "The port that begins in plaintext. V(policy) keeps an existing port unless the policy or its data class allows "
            "only TLS from the first byte. V(enabled) opens a port if there is none. V(disabled) closes it.",
            "On such a port a refused bind has already sent its password in plaintext, because clients send it unasked. Only "
            "without the port, or with clients that demand TLS, that cannot happen.",
            "Listeners on the loopback interface are not changed.",
        ),
    ),
    Option(
        name="port", type="int", default=389, minimum=1, maximum=65535,
        description=("Port to open for StartTLS if there is none and O(openldap_tls_starttls=enabled).",),
    ),
    Option(name="ldaps", type="bool", default=True, description=("Whether to open a port with TLS from the first byte.",)),
    Option(
        name="ldaps_port", type="int", default=636, minimum=1, maximum=65535,
        description=("Port to open for ldaps if there is none.",),
    ),
    Option(
        name="min_ssf", type="int", default=128, minimum=1, maximum=256,
        description=(
            "Minimum strength in bits of every connection (olcSecurity ssf). A stricter existing value stays. ldapi counts as "
            "strong enough.",
            "Above 128, connections with 128-bit suites are refused after their handshake.",
        ),
    ),
    REPLACE_CERTIFICATE,
    Option(
        name="client_certificate", type="choice", default="policy",
        choices=("policy", "none", "optional", "required", "never", "allow", "try", "demand"),
        description=(
            "Whether clients must show a certificate (olcTLSVerifyClient). V(policy): as the policy says.",
            "V(none), V(optional) and V(required) are slapd's V(never), V(try) and V(demand). V(allow) asks for a certificate and "
            "accepts any.",
            "With GnuTLS (Debian 12) V(try) treats a certificate of an unknown CA as no certificate. V(demand) refuses it.",
        ),
    ),
    Option(
        name="client_ca_file", type="path", default="",
        description=(
            "Path on the host to the CA file that verifies client certificates (olcTLSCACertificateFile).",
            "If empty, the present value stays. If there is none, clients are asked for a certificate and the private CA issued "
            "this host's certificate, that CA is used.",
        ),
    ),
    *REVOCATION,
    Option(
        name="ldap_conf", type="bool", default=True,
        description=("Whether the host's own LDAP clients get the policy (TLS keywords of /etc/ldap/ldap.conf only).",),
    ),
    Option(
        name="ldap_conf_reqcert", type="choice", choices=("never", "allow", "try", "demand"), default="demand",
        description=("How the host's LDAP clients verify a server's certificate (TLS_REQCERT).",),
    ),
    Option(
        name="ldap_conf_ca_file", type="path", default="",
        description=("Path on the host to the CA file that its LDAP clients trust (TLS_CACERT). If empty, the present value "
                     "stays.",),
    ),
)


def plan(wanted: Wanted) -> Plan:
    """Return what slapd and the LDAP clients need on one host."""
    wanted.require_installed()
    seen = wanted.seen
    # slapd reads its key as its own account.
    need = CertificateNeed((wanted.options["server_name"],),
                           {"owner": "root", "group": str(seen.get("group") or "openldap"), "mode": "0640"})
    certificate = wanted.certificate(need)
    options = {**wanted.options, "crl_path": find_path(wanted)}
    made = make_settings(wanted.policy, seen, options, certificate, wanted.offering)
    checked = decide(wanted, str(made["attributes"].get("olcTLSCACertificateFile") or ""), made["verify"])
    made["attributes"].update(checked.attributes)
    ca_file = str(wanted.options["ldap_conf_ca_file"] or wanted.ca_file(certificate))
    folder = str(seen.get("folder") or FOLDER)
    return Plan(
        ports=tuple(made["ports"]),
        ending=tuple(replace(item, ca_file=ca_file) for item in made["ending"]),
        changes=(*checked.changes, *_changes(made, folder)),
        moves=tuple(_moves(seen, folder, ca_file)),
        answers=tuple((REPLICA, str(row["dn"]), folder, str(row["provider"])) for row in seen.get("replication") or ()),
        units=("slapd.service",), verb="live",
        instance=made["instance"],
        requires=(certificate["fullchain"], certificate["private_key"]),
        authorities=tuple(made["authorities"]),
        certificate=need, served_certificate=certificate["fullchain"],
        blocking=tuple(made["blocking"]), warnings=(*made["warnings"], *checked.warnings),
    )


def _changes(made: Mapping[str, Any], folder: str) -> list[dict[str, Any]]:
    """Return the changes; listeners come after the attributes, since a TLS port is only opened when there is TLS."""
    rows: list[dict[str, Any]] = [
        {"kind": "ldap", "dn": "cn=config", "path": folder, "attributes": made["attributes"]}]
    if made["frontend"]:
        rows.append({"kind": "ldap", "dn": FRONTEND, "path": folder, "attributes": made["frontend"]})
    if made["services"] is not None:
        rows.append({"kind": "edited_file", "format": "assignments", "path": "/etc/default/slapd", "needs": "restart",
                     "values": {"SLAPD_SERVICES": made["services"]}})
    if made["ldap_conf"]:
        rows.append({"kind": "edited_file", "format": "keywords", "path": "/etc/ldap/ldap.conf", "create": True, "values": made["ldap_conf"]})
    return rows


def _moves(seen: Mapping[str, Any], folder: str, ca_file: str) -> list[dict[str, Any]]:
    """Return the changes by which its databases replicate with TLS; a value's password is known on the host alone."""
    providers: dict[str, list[str]] = {}
    for row in seen.get("replication") or ():
        if not row["encrypted"]:
            providers.setdefault(str(row["dn"]), []).append(str(row["provider"]))
    return [{"kind": "syncrepl", "dn": dn, "path": folder, "providers": rows, "ca_file": ca_file}
            for dn, rows in providers.items()]


PACK = Pack(
    name="openldap", title="OpenLDAP",
    summary="Enforce a TLS policy on OpenLDAP and prove it on the wire",
    description=(
        "Gives slapd its certificate and the policy in the language of the library that it is linked to, and makes it refuse "
        "binds and searches in plaintext. StartTLS, ldaps and root's access over the Unix socket keep working.",
        "Gives the host's own LDAP clients the same policy, with verification of servers.",
        "The change is one modify of cn=config within a transaction. If slapd or the wire does not show the wanted settings, "
        "everything is put back.",
        "Tested on Debian 12 and 13.",
    ),
    options=OPTIONS, plan=plan, packages=lambda _options: ("slapd", "ldap-utils", "libldap-common"),
    language="GnuTLS or OpenSSL, by the library of slapd; for ldap.conf by that of libldap", version_added="0.1.0",
    offers=True,
)
