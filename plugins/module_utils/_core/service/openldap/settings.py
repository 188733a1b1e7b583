# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What a policy means to OpenLDAP: slapd's cn=config, its listeners, and ldap.conf of the clients.

Which language the cipher string is in follows from the library that slapd, or libldap,
is linked to: a GnuTLS priority string that holds the protocol floor and the groups too
(olcTLSProtocolMin does nothing there), or an OpenSSL list, from which slapd takes the
names of TLS 1.3 suites out and hands them on.
(OpenLDAP 2.5 and 2.6: slapd-config(5), slapd(8), ldap.conf(5); RFC 4513 section 3.)
"""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Mapping, Sequence
from typing import Any, Optional

from ansible_collections.intransit.tls.plugins.module_utils._core.dialect.gnutls import compile_gnutls
from ansible_collections.intransit.tls.plugins.module_utils._core.dialect.openssl import compile_openssl
from ansible_collections.intransit.tls.plugins.module_utils._core.errors import DialectError
from ansible_collections.intransit.tls.plugins.module_utils._core.policy.model import Policy
from ansible_collections.intransit.tls.plugins.module_utils._core.service.openldap.instance import make_instance
from ansible_collections.intransit.tls.plugins.module_utils._core.service.planning import Ending, ServicePort

VERIFY_CLIENT = {
    "none": "never", "optional": "try", "required": "demand",
    "never": "never", "allow": "allow", "try": "try", "demand": "demand",
}
"""What an option may say about client certificates: the words of every role, and slapd's own."""
DEFAULT_PORTS = {"ldap": 389, "ldaps": 636}
FRONTEND = "olcDatabase={-1}frontend,cn=config"
CONFIG = "olcDatabase={0}config,cn=config"
DEFAULT_LOCAL_SSF = 71
"""What slapd thinks of its Unix socket where nobody says otherwise."""
DEFAULT_SASL_PROPERTIES = "noplain,noanonymous"
"""What slapd has where nobody says otherwise; a value of our own would take these away."""

_PROTOCOL_NUMBERS = {"SSLv3": "3.0", "TLSv1": "3.1", "TLSv1.1": "3.2", "TLSv1.2": "3.3", "TLSv1.3": "3.4"}
_ASKED = ("olcSecurity", "olcLocalSSF", "olcSaslSecProps")
"""What a connection has to be."""
_IMPLICIT_ONLY = ("implicit_only", "forbidden")
# Strength that a connection over the Unix socket has, and with it root's way in.
_LOCAL_FACTORS = ("ssf", "transport", "update_ssf", "update_transport")
_FACTOR = re.compile(r"([a-z_]+)=(\d+)\Z")
_URI = re.compile(r"(ldap|ldaps|ldapi)://([^/?]*)(/.*)?\Z", re.IGNORECASE)


def make_settings(
    policy: Policy, seen: Mapping[str, Any], options: Mapping[str, Any], certificate: Mapping[str, Any],
    offering: bool = False,
) -> dict[str, Any]:
    """Return every value that the contract of OpenLDAP takes.

    Args:
        policy: what must hold.
        seen: what ``service_info`` returned for openldap.
        options: the role's options without their prefix.
        certificate: ``fullchain``, ``private_key`` and ``chain``, paths on the host, and ``source``.
        offering: TLS is only offered: what is asked of connections and the listeners in plaintext stay as they are.

    Returns:
        ``attributes`` (of cn=config), ``frontend`` (likewise of the frontend's entry; None: as it is), ``services``
        (for SLAPD_SERVICES; None: as it is), ``verify`` (olcTLSVerifyClient), ``ldap_conf`` (of ldap.conf; empty:
        nothing to say), ``authorities`` (files of certificates to trust), ``instance`` (the test instance),
        ``ports``, ``ending`` (ports without plaintext), ``blocking`` and ``warnings`` (sentences).

    Raises:
        DialectError: an option makes no sense, or the library can do nothing of what the policy asks for.
    """
    asked = str(options["client_certificate"])
    verify = VERIFY_CLIENT[policy.client_certificate if asked == "policy" else asked]
    authorities = _authorities(seen, options, certificate, verify)
    kept, wanted = _uris(policy, seen, options)
    found = _ldap_conf(policy, seen, options)
    attributes, frontend = _attributes(policy, seen, options), _frontend(seen, options)
    if offering:
        wanted = [*kept, *(uri for uri in wanted if uri not in kept)]
        attributes = {name: value for name, value in attributes.items() if name not in _ASKED}
        frontend, found = None, {}
    return {
        "attributes": {
            **({"olcTLSCACertificateFile": authorities} if authorities else {}),
            "olcTLSCertificateFile": certificate["fullchain"],
            "olcTLSCertificateKeyFile": certificate["private_key"],
            "olcTLSVerifyClient": verify,
            **attributes,
        },
        "frontend": frontend,
        "services": " ".join(wanted) if wanted != kept else None,
        "ldap_conf": found,
        # What is merely there and asks nobody for a certificate is not ours to judge.
        "authorities": [path for path in (authorities if verify != "never" else None, found.get("TLS_CACERT")) if path],
        "instance": make_instance(seen, wanted),
        "ports": _ports(wanted, options, _plain_port(policy, options)),
        "ending": [] if offering else _ending(seen, options, kept, wanted),
        "blocking": _blocking(seen, verify, authorities, kept, wanted),
        "verify": verify,
        "warnings": _warnings(policy, seen, verify),
    }


def find_language(policy: Policy, library: Mapping[str, Any]) -> dict[str, Optional[str]]:
    """Return ``cipher_suite``, ``protocol_min`` and ``groups`` in the library's language; None: no such setting.

    Raises:
        DialectError: no known library, or one that can do nothing of what the policy asks for.
    """
    name, version = library.get("name"), str(library.get("version"))
    if name == "gnutls":
        return {"cipher_suite": compile_gnutls(policy, version).priority, "protocol_min": None, "groups": None}
    if name != "openssl":
        raise DialectError(f"OpenLDAP is linked to no TLS library that is known here ({name}).")
    compiled = compile_openssl(policy, version)
    # First the names of TLS 1.3, or one behind @SECLEVEL would be taken for a part of it.
    parts = [part for part in (compiled.ciphersuites, compiled.cipher_string) if part]
    return {
        "cipher_suite": ":".join(parts),
        "protocol_min": _PROTOCOL_NUMBERS[policy.min_protocol],
        "groups": compiled.groups,
    }


def merge_security(present: Sequence[str], ssf: int) -> str:
    """Return olcSecurity with at least ``ssf`` asked of everything; what is stricter stays, and all else too."""
    words = [word for value in present for word in value.split()]
    merged: dict[str, str] = {}
    for word in words:
        match = _FACTOR.match(word.lower())
        key, text = (match.group(1), word.lower()) if match else (word, word)
        if key not in merged or _number(text) > _number(merged[key]):
            merged[key] = text
    if _number(merged.get("ssf", "")) < ssf:
        merged["ssf"] = f"ssf={ssf}"
    return " ".join(merged.values())


def merge_sasl(present: Sequence[str], ssf: int) -> str:
    """Return olcSaslSecProps with at least ``minssf``: olcSecurity alone lets a SASL bind begin in clear text.

    Strength of TLS and of the Unix socket counts in, so EXTERNAL and PLAIN within TLS
    stay possible, and so do mechanisms that encrypt what follows by themselves.
    """
    words = [word.strip() for value in present or [DEFAULT_SASL_PROPERTIES] for word in value.split(",")]
    least = max([ssf, *(_number(word.lower()) for word in words if word.lower().startswith("minssf="))])
    kept = [word for word in words if word and not word.lower().startswith("minssf=")]
    return ",".join([*kept, f"minssf={least}"])


def find_local_ssf(present: Sequence[str], security: str) -> int:
    """Return an olcLocalSSF with which root still gets in over the Unix socket under this olcSecurity."""
    asked = [_number(word) for word in security.split() if word.partition("=")[0] in _LOCAL_FACTORS]
    return max([DEFAULT_LOCAL_SSF, *asked, *(int(value) for value in present if value.isdigit())])


def _number(word: str) -> int:
    match = _FACTOR.match(word)
    return int(match.group(2)) if match else -1


def _authorities(
    seen: Mapping[str, Any], options: Mapping[str, Any], certificate: Mapping[str, Any], verify: str
) -> Optional[str]:
    """Return who issues client certificates: as told, else as it is, else the private authority where it signs."""
    # Not the file that the role made of them and a revocation list.
    present: Sequence[str] = [
        path for path in seen["global"].get("olcTLSCACertificateFile", ()) if path != options.get("crl_path")]
    if options.get("client_ca_file"):
        return str(options["client_ca_file"])
    if present:
        return present[0]
    return certificate.get("chain") if verify != "never" and certificate.get("source") == "local_ca" else None


def _attributes(policy: Policy, seen: Mapping[str, Any], options: Mapping[str, Any]) -> dict[str, Any]:
    """Return the attributes of cn=config that say what is allowed."""
    said = find_language(policy, seen.get("tls_library") or {})
    present: Mapping[str, Sequence[str]] = seen["global"]
    security = merge_security(present.get("olcSecurity", ()), int(options["min_ssf"]))
    found: dict[str, Any] = {"olcTLSCipherSuite": said["cipher_suite"]}
    if said["protocol_min"]:
        found["olcTLSProtocolMin"] = said["protocol_min"]
    if said["groups"]:
        found["olcTLSECName"] = said["groups"]
    # One of these two without the other shuts root out of the Unix socket.
    asked = " ".join([security, *_security_of(seen, FRONTEND), *_security_of(seen, CONFIG)])
    found["olcLocalSSF"] = str(find_local_ssf(present.get("olcLocalSSF", ()), asked))
    found["olcSecurity"] = security
    found["olcSaslSecProps"] = merge_sasl(present.get("olcSaslSecProps", ()), int(options["min_ssf"]))
    return found


def _security_of(seen: Mapping[str, Any], dn: str) -> list[str]:
    """Return olcSecurity of one of slapd's own databases, which says more than that of cn=config."""
    rows = [row for row in seen.get("databases") or () if str(row["dn"]).lower() == dn.lower()]
    return [str(value) for row in rows for value in row["security"]]


def _frontend(seen: Mapping[str, Any], options: Mapping[str, Any]) -> Optional[dict[str, str]]:
    """Return what the frontend's own olcSecurity becomes.

    It is read after that of cn=config and sets the same values, so at the next start less
    said there would undo the more that is said here.  Other databases cannot: of theirs,
    only what is more than nothing counts.
    """
    present = _security_of(seen, FRONTEND)
    words = [word.lower() for value in present for word in value.split()]
    asked = [_number(word) for word in words if word.startswith("ssf=")]
    if not asked or max(asked) >= int(options["min_ssf"]):
        return None
    return {"olcSecurity": merge_security(present, int(options["min_ssf"]))}


def _plain_port(policy: Policy, options: Mapping[str, Any]) -> bool:
    """Return whether there may be a port on the network that begins in clear text."""
    asked = options["starttls"]
    return bool(asked == "enabled" or (asked == "policy" and policy.starttls not in _IMPLICIT_ONLY))


def _uris(policy: Policy, seen: Mapping[str, Any], options: Mapping[str, Any]) -> tuple[list[str], list[str]]:
    """Return the listeners as they are and as they shall be; others' addresses and ports are kept."""
    kept = str(seen.get("services") or "").split() or ["ldap:///"]
    plain = _plain_port(policy, options)
    wanted = []
    for uri in kept:
        scheme = _scheme(uri)
        if (scheme == "ldap" and not plain and not _loopback(uri)) or (scheme == "ldaps" and not options["ldaps"]):
            continue
        wanted.append(uri)
    if options["starttls"] == "enabled" and not any(_scheme(uri) == "ldap" and not _loopback(uri) for uri in wanted):
        wanted.append(_uri("ldap", int(options["port"])))
    if options["ldaps"] and not any(_scheme(uri) == "ldaps" and not _loopback(uri) for uri in wanted):
        wanted.append(_uri("ldaps", int(options["ldaps_port"])))
    if not any(_scheme(uri) == "ldapi" for uri in wanted):
        # Root's way in, and ours.
        wanted.append("ldapi:///")
    return kept, wanted


def _uri(scheme: str, port: int) -> str:
    return f"{scheme}:///" if port == DEFAULT_PORTS[scheme] else f"{scheme}://:{port}/"


def _scheme(uri: str) -> str:
    return uri.partition("://")[0].lower()


def _place(uri: str) -> tuple[str, Optional[int]]:
    """Return host (empty for all addresses) and port of a listener's URI."""
    match = _URI.match(uri)
    where = match.group(2) if match else ""
    host, colon, port = where.rpartition(":")
    if not colon or port.endswith("]"):
        host, port = where, ""
    return host.strip("[]"), int(port) if port.isdigit() else DEFAULT_PORTS.get(_scheme(uri))


def _loopback(uri: str) -> bool:
    host = _place(uri)[0]
    return host == "localhost" or (_is_address(host) and ipaddress.ip_address(host).is_loopback)


def _is_address(text: str) -> bool:
    try:
        ipaddress.ip_address(text)
    except ValueError:
        return False
    return True


def _ports(uris: Sequence[str], options: Mapping[str, Any], plain: bool) -> list[ServicePort]:
    """Return a port for every listener; one that is bound by name is only probed from outside.

    If no port may begin in plaintext, those of the loopback interface are not probed either.
    """
    found: dict[Any, ServicePort] = {}
    for uri in uris:
        host, port = _place(uri)
        if _scheme(uri) not in DEFAULT_PORTS or port is None or (_scheme(uri) == "ldap" and not plain):
            continue
        listen = "127.0.0.1" if host == "localhost" else "" if host in ("", "*", "0.0.0.0", "::") else host
        by_name = bool(listen) and not _is_address(listen)
        found[(port, listen)] = ServicePort(
            port, _scheme(uri), options["server_name"], "" if by_name else listen, foreign=by_name)
    return list(found.values())


def _ending(
    seen: Mapping[str, Any], options: Mapping[str, Any], kept: Sequence[str], wanted: Sequence[str]
) -> list[Ending]:
    """Return the ports on which slapd takes no plaintext any more, those of the loopback interface included.

    Only a strength that is asked of all databases (cn=config, the frontend) has ended plaintext already.
    """
    present = [*seen["global"].get("olcSecurity", ()), *_security_of(seen, FRONTEND)]
    words = [word.lower() for value in present for word in value.split()]
    refused = any(word.startswith("ssf=") and _number(word) > 0 for word in words)
    found: dict[int, Ending] = {}
    for uri in kept:
        port = _place(uri)[1]
        if _scheme(uri) == "ldap" and port is not None:
            # Two listeners may have one port; it is closed if none of them stays.
            closed = uri not in wanted and (port not in found or found[port].closed)
            found[port] = Ending(
                port, "ldap", closed, now=closed or not refused, server_name=str(options["server_name"]))
    return list(found.values())


def _ldap_conf(policy: Policy, seen: Mapping[str, Any], options: Mapping[str, Any]) -> dict[str, Optional[str]]:
    """Return the keywords of ldap.conf that are ours."""
    library = (seen.get("client") or {}).get("tls_library")
    if not options["ldap_conf"] or not library:
        return {}
    said = find_language(policy, library)
    found: dict[str, Optional[str]] = {
        "TLS_REQCERT": str(options["ldap_conf_reqcert"]),
        "TLS_CIPHER_SUITE": said["cipher_suite"],
    }
    if said["protocol_min"]:
        found["TLS_PROTOCOL_MIN"] = said["protocol_min"]
    if said["groups"]:
        found["TLS_ECNAME"] = said["groups"]
    if options.get("ldap_conf_ca_file"):
        found["TLS_CACERT"] = str(options["ldap_conf_ca_file"])
    return found


def _blocking(
    seen: Mapping[str, Any], verify: str, authorities: Optional[str], kept: Sequence[str], wanted: Sequence[str]
) -> list[str]:
    """Return why the settings must not be put in force at all."""
    found = []
    if not seen.get("folder"):
        found.append(
            f"This slapd is configured by {seen.get('slapd_conf')} instead of a cn=config folder. Convert it with "
            "`slaptest -f FILE -F /etc/ldap/slapd.d`, give the folder to slapd's account and set SLAPD_CONF to it."
        )
    if verify != "never" and not authorities:
        found.append(
            f"Client certificates are asked for (olcTLSVerifyClient {verify}), but openldap_tls_client_ca_file does "
            "not say which authority issues them."
        )
    if wanted != kept and seen.get("services") is None:
        found.append("SLAPD_SERVICES in /etc/default/slapd has to change, but only a shell could tell what it is.")
    if not any(_scheme(uri) in DEFAULT_PORTS for uri in wanted):
        found.append("Neither StartTLS nor ldaps would be left: set openldap_tls_starttls or openldap_tls_ldaps.")
    return found


def _warnings(policy: Policy, seen: Mapping[str, Any], verify: str) -> list[str]:
    """Return what an administrator should know beside the verdict."""
    found = [
        "{dn} replicates from {provider} without enforcing TLS; add starttls=critical, or use ldaps; "
        "tls_dependents_fix: true does that if the provider answers by StartTLS.".format(**row)
        for row in seen.get("replication") or () if not row["encrypted"]
    ]
    if verify in ("try", "demand") and (seen.get("tls_library") or {}).get("name") == "gnutls":
        found.append(
            "slapd with GnuTLS takes any certificate of the CA from a client, one for servers alone too. Use a CA for "
            "clients alone (openldap_tls_client_ca_file) if that matters.")
    if seen.get("config_replicated"):
        found.append("cn=config of this slapd is replicated: these settings travel to its other servers.")
    if seen.get("inline_certificates"):
        found.append(
            f"cn=config holds a certificate or key of its own ({', '.join(seen['inline_certificates'])}), which may "
            "be served instead of the files.")
    everywhere = [*seen["global"].get("olcSecurity", ()), *_security_of(seen, FRONTEND), *_security_of(seen, CONFIG)]
    words = [word for value in everywhere for word in value.lower().split()]
    locking = [word for word in words if word.partition("=")[0] in ("tls", "sasl", "update_tls", "update_sasl")
               and _number(word) > 0]
    if locking:
        found.append(
            f"olcSecurity has {' '.join(locking)}, which shuts root out of the Unix socket; slapd is stopped for a "
            "moment whenever its settings change.")
    if (seen.get("tls_library") or {}).get("name") == "openssl" and policy.max_protocol != "TLSv1.3":
        found.append("slapd has no setting for a newest protocol version, so TLSv1.3 stays on.")
    return found
