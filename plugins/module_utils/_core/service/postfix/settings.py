# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What a policy means to Postfix, beside the settings that are there already.

Server (``smtpd_``), clients (``smtp_``, ``lmtp_``), opportunistic and mandatory TLS have
parameters of their own; one that is forgotten is a hole, so all are written.  Who may
relay, and where mail goes, is not ours and stays.
(Postfix 3.7 and 3.10: postconf(5), TLS_README, FORWARD_SECRECY_README.)
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any, Optional

from ansible_collections.intransit.tls.plugins.module_utils._core.dialect.version import version_of
from ansible_collections.intransit.tls.plugins.module_utils._core.errors import DialectError
from ansible_collections.intransit.tls.plugins.module_utils._core.policy.model import Policy
from ansible_collections.intransit.tls.plugins.module_utils._core.service.postfix import ports as postfix_services
from ansible_collections.intransit.tls.plugins.module_utils._core.service.postfix.instance import make_instance

LEVELS = ("may", "encrypt", "verify", "secure", "dane", "dane-only", "fingerprint")
MANDATORY = ("encrypt", "verify", "secure", "dane-only", "fingerprint")
"""Levels at which no mail leaves in clear text."""
FOLDER = "/etc/postfix"
OPENSSL_FILE = FOLDER + "/intransit-openssl.cnf"
LOGIN_FILE = FOLDER + "/intransit-sender-login"
LOCAL_FILE = FOLDER + "/intransit-sender-local"
DESTINATIONS_FILE = FOLDER + "/intransit-destinations"
SASL_FILE = FOLDER + "/sasl/smtpd.conf"

_DESTINATION = re.compile(r"(\.?[A-Za-z0-9_][A-Za-z0-9_.-]*|\[[A-Za-z0-9:._-]+\])(:[A-Za-z0-9-]+)?\Z")
_MATCH = re.compile(r"[A-Za-z0-9_.:*-]+\Z")
_HOST = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?\Z")
_TABLE = re.compile(r"(?<![\w])(hash|btree|lmdb|cdb|texthash|regexp|pcre|cidr|ldap|mysql|pgsql|sqlite):(/[^\s,}]+)")
_INDEXED = {"hash": ".db", "btree": ".db", "lmdb": ".lmdb", "cdb": ".cdb"}
# Of older days, or beside the chain file; each would undo or hide what is written here.
_CERTIFICATES = (
    "smtpd_tls_cert_file", "smtpd_tls_key_file", "smtpd_tls_eccert_file", "smtpd_tls_eckey_file",
    "smtpd_tls_dcert_file", "smtpd_tls_dkey_file",
)
_RETIRED = (
    "smtpd_use_tls", "smtpd_enforce_tls", "smtp_use_tls", "smtp_enforce_tls",
    "smtp_tls_per_site", "smtp_tls_enforce_peername", "lmtp_use_tls", "lmtp_enforce_tls",
    "smtpd_tls_wrappermode", "smtpd_tls_eecdh_grade", "smtpd_tls_dh1024_param_file", "smtpd_tls_dh512_param_file",
    "smtpd_tls_cipherlist", "smtp_tls_cipherlist", "tls_daemon_random_bytes",
)


def make_settings(
    policy: Policy, openssl: Mapping[str, Any], seen: Mapping[str, Any], options: Mapping[str, Any]
) -> dict[str, Any]:
    """Return every value that the Postfix templates and contract take.

    Args:
        policy: what must hold.
        openssl: ``cipher_string`` (its level always said, or None), ``ciphersuites``, ``groups``, ``sigalgs``.
        seen: what ``service_info`` saw of Postfix.
        options: the role's options without their prefix, and ``resolver``, the answer about it or None, and
            ``keep_certificates``: whether no setting about certificates changes.

    Returns:
        ``main`` (parameters, null for those to take out; the chain file is the contract's),
        ``services`` (wishes for master.cf), ``server_name``, ``unit``, ``sasl`` (kinds of login backends),
        ``destinations``, ``sender_login`` and ``sender_local`` (lines of these tables),
        ``files`` (of other programs; required), ``write_sasl``, ``blocking``, ``warnings``, ``endpoints``,
        ``ending`` (ports without plaintext), ``dialogues`` (that have to go as before), ``cut_off`` (senders that would
        be refused), ``instance`` (for a test).

    Raises:
        DialectError: an option cannot be written into Postfix's configuration.
    """
    plan = postfix_services.plan_ports(policy, seen, options)
    kinds = sorted({kind for kind, _path in plan.backends.values()} - {"none"})
    outgoing = _outgoing(policy, seen, options)
    options = {**options, "destinations": [*options["destinations"], *_filters(seen, options, outgoing)]}
    rows = [_destination(row) for row in options["destinations"]]
    main = {**find_language(policy, openssl, seen, options), **_server(plan, seen), **_client(seen, options, outgoing)}
    overrides = postfix_services.list_overrides(main, plan, seen)
    neutralise, fail = (options["overrides"] == word for word in ("neutralise", "fail"))
    endpoints = postfix_services.list_endpoints(plan, seen, [] if neutralise else overrides)
    return {
        "main": main,
        "services": postfix_services.list_wishes(main, plan, seen, options, overrides if neutralise else []),
        "server_name": plan.server_name,
        "unit": seen["unit"],
        "sasl": kinds,
        "destinations": rows,
        "sender_login": plan.sender_login,
        "sender_local": plan.sender_local,
        "files": _files(main, plan, options),
        "write_sasl": "cyrus" in kinds and seen["sasl"]["cyrus"] in ("absent", "ours"),
        "blocking": plan.blocking + _blocking(seen, options, outgoing) + _sentences(overrides if fail else []),
        "warnings": _warnings(seen, options, outgoing) + _sentences([] if fail or neutralise else overrides)
        + postfix_services.list_proxied(endpoints),
        "endpoints": endpoints,
        "ending": postfix_services.list_ending(plan, seen),
        "dialogues": postfix_services.list_dialogues(seen),
        "cut_off": postfix_services.list_refused_senders(plan, seen, options),
        "instance": {**make_instance(seen), "sockets": postfix_services.list_sockets(plan, seen),
                     "endpoints": postfix_services.list_probed(endpoints, plan)},
    }


def find_language(
    policy: Policy, openssl: Mapping[str, Any], seen: Mapping[str, Any], options: Mapping[str, Any]
) -> dict[str, Optional[str]]:
    """Return the parameters that say which TLS is spoken, by servers and clients alike."""
    release = version_of(str(seen["mail_version"]))
    curves, ffdhe = _groups(str(openssl["groups"]))
    protocols = ">=" + policy.min_protocol
    if policy.max_protocol != "TLSv1.3":
        protocols += ", <=" + policy.max_protocol
    switches = [] if policy.compression else ["NO_COMPRESSION"]
    switches += [] if policy.client_renegotiation else ["NO_RENEGOTIATION"]
    made: dict[str, Optional[str]] = dict.fromkeys(_RETIRED)
    if not options.get("keep_certificates"):
        # The contract knows where the key is; a service with one of its own shall take this one.
        made.update(dict.fromkeys((*_CERTIFICATES, "smtpd_tls_chain_files")))
    for side in ("smtpd", "smtp", "lmtp"):
        for kind in ("", "mandatory_"):
            made[f"{side}_tls_{kind}protocols"] = protocols
            made[f"{side}_tls_{kind}ciphers"] = "high"
            made[f"{side}_tls_{kind}exclude_ciphers"] = "aNULL"
        made[f"{side}_tls_loglevel"] = str(options["loglevel"])
    made.update({
        "smtpd_tls_received_header": "yes" if options["received_header"] else "no",
        "tls_high_cipherlist": openssl["cipher_string"],
        "tls_preempt_cipherlist": "yes" if policy.server_preference else "no",
        "tls_ssl_options": ", ".join(switches) or None,
        "tls_eecdh_auto_curves": " ".join(curves),
        "tls_config_file": OPENSSL_FILE,
        "tls_config_name": "intransit",
    })
    # Older ones do not know it and have no such groups; a name nobody knows is only noise in their log.
    if release >= (3, 8):
        made["tls_ffdhe_auto_groups"] = " ".join(ffdhe)
    return made


def _groups(text: str) -> tuple[list[str], list[str]]:
    names = text.split(":")
    return [name for name in names if "ffdhe" not in name], [name for name in names if "ffdhe" in name]


def _server(plan: postfix_services.Plan, seen: Mapping[str, Any]) -> dict[str, Optional[str]]:
    """Return what the servers are told beside the language."""
    made: dict[str, Optional[str]] = {
        "smtpd_tls_security_level": plan.main_level,
        "smtpd_tls_auth_only": "yes",
    }
    hidden = str(seen["settings"].get("smtpd_discard_ehlo_keywords") or "")
    words = [word for word in re.split(r"[\s,]+", hidden) if word]
    if any(word.lower() == "starttls" for word in words):
        made["smtpd_discard_ehlo_keywords"] = ", ".join(word for word in words if word.lower() != "starttls")
    return made


def _client(seen: Mapping[str, Any], options: Mapping[str, Any], outgoing: str) -> dict[str, Optional[str]]:
    """Return what the client that sends mail on is told beside the language."""
    levels = {outgoing} | {str(row["level"]) for row in options["destinations"]}
    made: dict[str, Optional[str]] = {"smtp_tls_security_level": outgoing}
    if levels & {"verify", "secure"}:
        made["smtp_tls_CAfile"] = str(options["outgoing_ca_file"])
    if levels & {"dane", "dane-only"}:
        made["smtp_dns_support_level"] = "dnssec"
    present = str(seen["settings"].get("smtp_tls_policy_maps") or "")
    theirs = [table for table in _tables(present) if DESTINATIONS_FILE not in table]
    ours = ["texthash:" + DESTINATIONS_FILE] if options["destinations"] else []
    if ours or DESTINATIONS_FILE in present:
        made["smtp_tls_policy_maps"] = ", ".join(ours + theirs) or None
    return made


def _tables(value: str) -> list[str]:
    """Split a list of tables at what is outside of braces."""
    return re.findall(r"(?:\{[^}]*\}|[^\s,{])+", value)


def _outgoing(policy: Policy, seen: Mapping[str, Any], options: Mapping[str, Any]) -> str:
    """Return the level for mail that leaves; ``auto`` never asks for less than what is there."""
    if options["outgoing"] != "auto":
        return str(options["outgoing"])
    present = str(seen["settings"].get("smtp_tls_security_level") or "none")
    if policy.plaintext == "none":
        return present if present in MANDATORY else "encrypt"
    return present if present in LEVELS else "may"


def _filters(seen: Mapping[str, Any], options: Mapping[str, Any], outgoing: str) -> list[dict[str, str]]:
    """Return rows for content filters on this host: they seldom know STARTTLS, and no network lies between."""
    given = {str(row.get("destination")) for row in options["destinations"]}
    return [
        {"destination": hop["nexthop"], "level": "may"} for hop in postfix_services.list_filters(seen)
        if outgoing in MANDATORY and hop["command"] == "smtp" and hop["nexthop"] not in given and not hop["own_level"]]


def _destination(row: Mapping[str, Any]) -> str:
    """Return one line of the policy table."""
    unknown = sorted(set(row) - {"destination", "level", "match", "servername"})
    name, level = str(row.get("destination") or ""), str(row.get("level") or "")
    matches = [str(item) for item in row.get("match") or []]
    if unknown or not _DESTINATION.match(name) or level not in LEVELS:
        raise DialectError(
            f"postfix_tls_destinations holds {dict(row)!r}; an item has a destination such as example.org or "
            f"[192.0.2.1]:25, a level ({', '.join(LEVELS)}), and may have match (a list) and servername.")
    if any(not _MATCH.match(item) for item in matches) or (level == "fingerprint" and not matches):
        raise DialectError(f"The destination {name} cannot be matched by: {', '.join(matches) or 'nothing'}.")
    if row.get("servername") and not _HOST.match(str(row["servername"])):
        raise DialectError(f"The servername of the destination {name} is {row['servername']!r}. Give a host name.")
    words = [name, level] + ["match=" + item for item in matches]
    return " ".join(words + ([f"servername={row['servername']}"] if row.get("servername") else []))


def _files(
    main: Mapping[str, Optional[str]], plan: postfix_services.Plan, options: Mapping[str, Any]
) -> list[str]:
    """Return the files that have to be there: without its authorities or tables Postfix would pass on nothing."""
    named = [main.get("smtp_tls_CAfile")]
    if plan.client_certificate in ("optional", "required"):
        named.append(str(options["client_ca_file"]))
    if options["sender_login"] == "checked":
        for kind, path in _TABLE.findall(str(options.get("sender_login_maps") or "")):
            named.append(path + _INDEXED.get(kind, ""))
    return [path for path in named if path]


def _blocking(seen: Mapping[str, Any], options: Mapping[str, Any], outgoing: str) -> list[str]:
    """Return why mail must not be sent as it is asked for."""
    wanted = [outgoing] + [str(row["level"]) for row in options["destinations"]]
    if not {"dane", "dane-only"} & set(wanted):
        return []
    for name, fits in (("smtp_host_lookup", r"(?i).*\bdns\b"), ("disable_dns_lookups", "(?i)no$")):
        value = seen["settings"].get(name)
        if value is not None and not re.match(fits, str(value)):
            return [(
                f"DANE is asked for, but main.cf says {name} = {value}, so that Postfix asks for no TLSA record: "
                "take it out first.")]
    resolver = options.get("resolver") or {}
    if resolver.get("validating"):
        return []
    servers = [row for row in resolver.get("servers") or [] if not row["validating"]]
    reasons = "; ".join(f"{row['address']} ({row['file']}): {row['reason']}" for row in servers)
    # Made when Postfix starts, so it may be older than the host's own.
    copies = sorted({str(row["file"]) for row in servers if row["file"] != "/etc/resolv.conf"})
    remedy = "install a validating resolver on this host first."
    if copies and len(copies) == len({row["file"] for row in servers}):
        remedy = "restart Postfix, which then takes a new copy of /etc/resolv.conf."
    return [
        (
            "DANE is asked for, but this host's name servers do not validate DNSSEC "
            f"({reasons or 'nobody could be asked'}). Postfix would then find no TLSA record at all and send in clear "
            f"text without a word: {remedy}")
    ]


def _warnings(seen: Mapping[str, Any], options: Mapping[str, Any], outgoing: str) -> list[str]:
    found = []
    present = seen["settings"]
    if str(present.get("smtp_sasl_auth_enable")).lower() == "yes" and outgoing not in MANDATORY:
        found.append(
            f"Postfix logs in to a relay (smtp_sasl_auth_enable), and with postfix_tls_outgoing {outgoing} it may do "
            "so in clear text: set it to encrypt, or name the relay in postfix_tls_destinations.")
    if present.get("smtpd_discard_ehlo_keyword_address_maps"):
        found.append(
            "smtpd_discard_ehlo_keyword_address_maps hides commands from some clients; see that STARTTLS is not one.")
    if "dane" in outgoing and not (options.get("resolver") or {}).get("local", True):
        found.append(
            "The name servers that DANE relies on are not on this host: an attacker in between can answer in their "
            "place.")
    return found + list(seen.get("problems") or [])


def _sentences(overrides: Sequence[Mapping[str, Any]]) -> list[str]:
    return [
        (
            f"{item['file']}:{item['line']} ({item['where']}) `{item['text']}` "
            f"{item['sentence']}; take it out, or set postfix_tls_overrides to neutralise.") for item in overrides
    ]
