# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The service pack of Postfix: its options, and its plan on one host."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, Optional

from ansible_collections.intransit.tls.plugins.module_utils._core.service import revocation
from ansible_collections.intransit.tls.plugins.module_utils._core.service.options import Option
from ansible_collections.intransit.tls.plugins.module_utils._core.service.planning import (
    CLIENT_CERTIFICATE,
    REPLACE_CERTIFICATE,
    CertificateNeed,
    Pack,
    Plan,
    Wanted,
)
from ansible_collections.intransit.tls.plugins.module_utils._core.service.postfix.settings import (
    DESTINATIONS_FILE,
    FOLDER,
    LOCAL_FILE,
    LOGIN_FILE,
    OPENSSL_FILE,
    SASL_FILE,
    make_settings,
)

_TEXT = r"[^{}$]*"

OPTIONS = (
    Option(
        name="server_name", type="host", default="",
        description=("Name that others use for this host. If empty, the name that Postfix gives itself (myhostname).",),
    ),
    Option(
        name="smtp", type="choice", choices=("auto", "may", "encrypt", "closed"), default="auto",
        description=(
            "TLS on port 25. V(may): offer STARTTLS, also accept plaintext, as every public mail exchanger does (RFC 3207 "
            "section 4). V(encrypt): require STARTTLS, mail from servers without TLS is lost. V(closed): do not listen on port 25.",
            "V(auto) uses V(encrypt) if that is set already or if the policy forbids plaintext, V(closed) if the policy forbids "
            "STARTTLS, and V(may) otherwise. It opens no port 25 on a host without one; V(may) and V(encrypt) do.",
        ),
    ),
    Option(
        name="smtp_relay", type="choice", choices=("keep", "local", "none"), default="keep",
        description=(
            "Whose mail port 25 relays. V(keep) changes nothing. V(local): only that of this host's own programs. V(none): no "
            "mail.",
            "With V(local) and V(none) port 25 offers no login either.",
        ),
    ),
    Option(
        name="submission", type="choice", choices=("auto", "open", "closed"), default="auto",
        description=(
            "Port 587, mail submission. STARTTLS is required, logins are offered only within TLS, and mail is only relayed after "
            "a login.",
            "V(auto) opens the port if it exists already or if a login backend exists, unless the policy forbids STARTTLS.",
        ),
    ),
    Option(
        name="submissions", type="choice", choices=("auto", "open", "closed"), default="auto",
        description=("Port 465, mail submission with TLS from the first byte. V(auto) opens the port if it exists already or if a "
                     "login backend exists.",),
    ),
    Option(
        name="sasl", type="choice", choices=("auto", "dovecot", "cyrus", "none"), default="auto",
        description=(
            "Which backend checks passwords. V(dovecot): Dovecot's socket. V(cyrus): /etc/sasldb2.",
            "V(auto) keeps the configured backend, or uses the one that is installed.",
        ),
    ),
    Option(
        name="sasl_path", type="str", default="", pattern=_TEXT, expected="text without braces and $",
        description=("Where the backend is (smtpd_sasl_path). If empty: what master.cf or main.cf says, else C(private/auth) for V(dovecot) and "
                     "C(smtpd) for V(cyrus).",),
    ),
    Option(
        name="sender_login", type="choice", choices=("checked", "free"), default="checked",
        description=(
            "Whether users who log in may only send from their own addresses. V(checked): yes. V(free): no.",
            "A login owns the address of its name in this host's domains; a login that is an address owns that address. If "
            "smtpd_sender_login_maps is set, those tables decide instead. An alias (virtual_alias_maps, alias_maps) belongs to "
            "the owners of the addresses that it leads to.",
            "Restrictions in smtpd_sender_restrictions stay in force after this one.",
        ),
    ),
    Option(
        name="sender_login_maps", type="str", default="", pattern=_TEXT, expected="lookup tables without braces and $",
        description=("Tables of address owners, in the form of smtpd_sender_login_maps, instead of the usual rule.",),
    ),
    Option(
        name="outgoing", type="choice", choices=("auto", "may", "encrypt", "verify", "secure", "dane", "dane-only"),
        default="auto",
        description=(
            "TLS for mail that leaves. V(may): if it is offered. V(encrypt): always, with any certificate. V(verify) and "
            "V(secure): also require a matching certificate. V(dane): use TLSA records if they exist. V(dane-only): require them.",
            "V(dane) is refused on a host whose name servers do not validate DNSSEC, because Postfix would then send in plaintext.",
            "V(auto) keeps the current level if it is stricter than V(may); otherwise it uses V(may). If the policy forbids "
            "plaintext, it uses V(encrypt).",
        ),
    ),
    Option(
        name="outgoing_ca_file", type="path", default="/etc/ssl/certs/ca-certificates.crt",
        description=("Path on the host to the CA file that V(verify) and V(secure) trust.",),
    ),
    Option(
        name="destinations", type="dicts", default=(),
        description=(
            "TLS for single destinations, instead of O(postfix_tls_outgoing). An item has destination (example.org, "
            ".example.org, [192.0.2.1]:25) and level (as O(postfix_tls_outgoing), or V(fingerprint)), and may have match (a list) "
            "and servername.",
            "They come before the tables that smtp_tls_policy_maps has already.",
        ),
    ),
    REPLACE_CERTIFICATE,
    CLIENT_CERTIFICATE,
    Option(
        name="client_ca_file", type="path", default="",
        description=("Path on the host to the CA file that verifies client certificates.",),
    ),
    Option(
        name="client_crl", type="bool", default=False, default_from=revocation.WANTED,
        description=("Whether revoked client certificates have to be refused. Postfix cannot check revocation lists, so that V(true) only "
                     "shows what to do instead. Default: C(tls_crl), or V(true) if C(tls_revoked) names a certificate.",)),
    Option(
        name="overrides", type="choice", choices=("report", "neutralise", "fail"), default="report",
        description=(
            "What to do with options of other services in master.cf that defeat the policy. V(report) shows them and the verdict "
            "decides. V(neutralise) removes them. V(fail) stops before the first change.",
            "TLS options of the services on ports 25, 587 and 465 are always removed.",
        ),
    ),
    Option(name="loglevel", type="int", default=1, minimum=0, maximum=4,
           description=("What Postfix logs about TLS. V(1) is one line for each connection.",)),
    Option(name="received_header", type="bool", default=True,
           description=("Whether the Received header of a mail says how it was transported.",)),
    Option(name="openssl_template", type="str", default="postfix/openssl.cnf.j2",
           description=("Template of the settings that only OpenSSL's own configuration file can hold.",)),
    Option(name="sender_login_template", type="str", default="postfix/sender-login.j2",
           description=("Template of the table of address owners.",)),
    Option(name="destinations_template", type="str", default="postfix/destinations.j2",
           description=("Template of the table of destinations.",)),
    Option(name="sasl_template", type="str", default="postfix/sasl.conf.j2",
           description=("Template of Cyrus SASL's settings, if there are none.",)),
)


def plan(wanted: Wanted) -> Plan:
    """Return what Postfix needs on one host."""
    wanted.require_installed()
    compiled = wanted.openssl()
    openssl = {"cipher_string": compiled.explicit_cipher_string, "ciphersuites": compiled.ciphersuites,
               "groups": compiled.groups, "sigalgs": compiled.sigalgs}
    present = wanted.present()
    keep = present.complete
    options = {**wanted.options, "resolver": wanted.answers.get("validating_resolver") or {}, "keep_certificates": keep}
    made = make_settings(wanted.policy, openssl, wanted.seen, options)
    # Key, leaf and chain in one file and in this order; supplied files are taken as they are, the key first.
    need = CertificateNeed((made["server_name"],), {"bundle": "key_first"})
    certificate = wanted.certificate(need)
    files = (certificate["bundle"] or certificate["fullchain"], certificate["private_key"])
    chain = certificate["bundle"] or f"{certificate['private_key']}, {certificate['fullchain']}"
    return Plan(
        ports=tuple(made["endpoints"]),
        ending=tuple(replace(item, ca_file=wanted.ca_file(certificate)) for item in made["ending"]),
        changes=tuple(_changes(made, None if keep else chain)),
        templates=_templates(made, openssl, options),
        units=(made["unit"],), verb="reload",
        instance=made["instance"],
        requires=(*files, *made["files"]),
        # Of several certificates the client's abilities decide which one is served.
        certificate=need, served_certificate=certificate["fullchain"] if not keep or len(present.kept) == 1 else None,
        # A server that waits for its next client keeps what these said when it started.
        read_by_workers=tuple(path for path in (
            FOLDER + "/main.cf", OPENSSL_FILE, LOGIN_FILE, LOCAL_FILE, SASL_FILE, options["client_ca_file"], *files) if path),
        answers=tuple(made["dialogues"]), cut_off=tuple(made["cut_off"]),
        memberships=(("postfix", "sasl"),) if "cyrus" in made["sasl"] else (),
        blocking=tuple(made["blocking"]), warnings=(*made["warnings"], *_unchecked(wanted)),
    )


def _unchecked(wanted: Wanted) -> list[str]:
    """Return that a revoked client stays in, if client certificates are asked for and some may be revoked."""
    asked = str(wanted.options["client_certificate"])
    rule = wanted.policy.client_certificate if asked == "policy" else asked
    return [
        "Postfix cannot check revocation lists: a client whose certificate is revoked is still trusted. What a client may do has to "
        "follow from a table of fingerprints instead: set smtpd_tls_fingerprint_digest to sha256, name the allowed certificates in "
        "check_ccert_access or relay_clientcerts (permit_tls_clientcerts), and remove a certificate there when it is revoked."
    ] if wanted.options["client_crl"] and rule in ("optional", "required") else []


def list_packages(options: Mapping[str, Any]) -> list[str]:
    """Return the Debian packages that the options ask for; verified certificates need CAs to trust."""
    return [
        "postfix",
        *(["sasl2-bin", "libsasl2-modules"] if options["sasl"] == "cyrus" else []),
        *(["ca-certificates"] if {"verify", "secure"} & _levels(options) else []),
    ]


def list_questions(options: Mapping[str, Any]) -> Sequence[str]:
    """Return what has to be asked: only mail that leaves by DANE depends on the name servers; auto keeps DANE."""
    return ["validating_resolver"] if {"auto", "dane", "dane-only"} & _levels(options) else []


def _levels(options: Mapping[str, Any]) -> "set[str]":
    return {str(options["outgoing"]), *(str(row.get("level") or "") for row in options["destinations"])}


def _changes(made: Mapping[str, Any], chain: Optional[str]) -> list[dict[str, Any]]:
    files = [(OPENSSL_FILE, True), (LOGIN_FILE, bool(made["sender_login"])), (LOCAL_FILE, bool(made["sender_local"])),
             (DESTINATIONS_FILE, bool(made["destinations"]))]
    rows: list[dict[str, Any]] = [
        {"kind": "file", "path": path, "state": "present" if there else "absent"} for path, there in files]
    if made["write_sasl"]:
        rows.append({"kind": "file", "path": SASL_FILE, "state": "present"})
    served = {} if chain is None else {"smtpd_tls_chain_files": chain}
    return [
        *rows,
        {"kind": "edited_file", "format": "postfix_main", "path": FOLDER + "/main.cf",
         "values": {**made["main"], **served}},
        {"kind": "edited_file", "format": "postfix_master", "path": FOLDER + "/master.cf", "services": made["services"]},
    ]


def _templates(
    made: Mapping[str, Any], openssl: Mapping[str, Any], options: Mapping[str, Any]
) -> Mapping[str, tuple[str, Mapping[str, Any]]]:
    """Return the template of each file that is there afterwards."""
    found: dict[str, tuple[str, Mapping[str, Any]]] = {OPENSSL_FILE: (options["openssl_template"], openssl)}
    if made["sender_login"]:
        found[LOGIN_FILE] = (options["sender_login_template"], {"lines": made["sender_login"]})
    if made["sender_local"]:
        found[LOCAL_FILE] = (options["sender_login_template"], {"lines": made["sender_local"]})
    if made["destinations"]:
        found[DESTINATIONS_FILE] = (options["destinations_template"], {"lines": made["destinations"]})
    if made["write_sasl"]:
        found[SASL_FILE] = (options["sasl_template"], {})
    return found


PACK = Pack(
    name="postfix", title="Postfix",
    summary="Enforce a TLS policy on Postfix and prove it on the wire",
    description=(
        "Sets TLS for incoming mail (25), for mail submission (587, 465) and for outgoing mail; opportunistic and mandatory, "
        "servers and clients alike.",
        "Mail routing, relay permissions and every other setting stay as they are.",
        "The change is one transaction. If the daemon or the wire does not show the wanted settings, everything is put back.",
        "Tested on Debian 12 and 13.",
    ),
    options=OPTIONS, plan=plan, packages=list_packages, questions=list_questions,
    language="OpenSSL, by the library of libpostfix-tls", version_added="0.1.0",
)
