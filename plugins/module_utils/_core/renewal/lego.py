# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Command lines of the issuer on the host: openssl makes key and request, lego (Debian's) orders the certificate.

lego is never asked whether a certificate is due, and never started as ``renew``: that waits up to eight minutes and
knows only a number of days.  The key is not lego's either, so it has the type and size that the entry asks for.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from ansible_collections.intransit.tls.plugins.module_utils._core.errors import CertificateError

CURVES = {"secp256r1": "P-256", "secp384r1": "P-384", "secp521r1": "P-521"}
ACCOUNT_GONE = "accountdoesnotexist"
_STAMP = re.compile(r"^\d{4}/\d\d/\d\d \d\d:\d\d:\d\d ")
_TELLING = 6
"""Lines of lego's output, the last ones, in which the reason of a failure stands."""


def make_key_command(entry: Mapping[str, Any], path: str) -> list[str]:
    """Return the command that makes a private key.

    Raises:
        CertificateError: openssl has no such curve.
    """
    if entry["key_type"] == "rsa":
        how = ["-algorithm", "RSA", "-pkeyopt", f"rsa_keygen_bits:{entry['key_size']}"]
    elif entry.get("curve") in CURVES:
        how = ["-algorithm", "EC", "-pkeyopt", f"ec_paramgen_curve:{CURVES[entry['curve']]}", "-pkeyopt",
               "ec_param_enc:named_curve"]
    else:
        raise CertificateError(f"{entry['name']}: no key can be made on the curve {entry.get('curve')}.")
    return ["openssl", "genpkey", *how, "-out", path]


def make_request_command(entry: Mapping[str, Any], key: str, path: str) -> list[str]:
    """Return the command that makes a signing request without a subject (RFC 5280 4.2.1.6)."""
    names = [f"DNS:{name}" for name in entry["dns_names"]] + [f"IP:{name}" for name in entry["ip_addresses"]]
    usage = "digitalSignature,keyEncipherment" if entry["key_type"] == "rsa" else "digitalSignature"
    extensions = [f"subjectAltName={','.join(names)}", "basicConstraints=critical,CA:FALSE",
                  f"keyUsage=critical,{usage}", "extendedKeyUsage=serverAuth"]
    if entry.get("must_staple"):
        extensions.append("tlsfeature=status_request")
    # A configuration of the host could add what was not asked for.
    command = ["openssl", "req", "-new", "-config", "/dev/null", "-key", key, "-subj", "/", "-out", path]
    for extension in extensions:
        command += ["-addext", extension]
    return command


def make_order_command(entry: Mapping[str, Any], acme: Mapping[str, Any], folder: str, request: str,
                       secrets: Mapping[str, str], known: bool) -> list[str]:
    """Return the command that orders a certificate for a request.

    Args:
        entry: of the certificate.
        acme: of the job.
        folder: where lego keeps its accounts and puts the certificate.
        request: file with the signing request.
        secrets: of the environment file.
        known: the directory knows the account already, so nothing has to be proven to register one.
    """
    command = ["lego", "--server", acme["directory"], "--email", acme["email"], "--path", folder, "--csr", request]
    if acme.get("terms_agreed"):
        command.append("--accept-tos")
    if acme.get("external_account"):
        # It asks for the word each time, and for the key only to register.
        command += ["--eab"] if known else [
            "--eab", "--kid", secrets.get("EAB_KID", ""), "--hmac", secrets.get("EAB_HMAC", "")]
    if (entry.get("challenge") or acme.get("challenge")) == "dns-01":
        command += ["--dns", "rfc2136", "--dns.resolvers", _server(acme)]
    else:
        command += ["--http", "--http.webroot", entry.get("webroot") or acme["webroot"]]
    return [*command, "run"]


def make_environment(acme: Mapping[str, Any], secrets: Mapping[str, str]) -> dict[str, str]:
    """Return the variables that lego reads."""
    found = {"LEGO_CA_CERTIFICATES": acme["trust_anchor"]} if acme.get("trust_anchor") else {}
    dns = acme.get("dns") or {}
    if dns.get("server"):
        found.update({
            "RFC2136_NAMESERVER": _server(acme), "RFC2136_TSIG_KEY": str(dns.get("key_name") or ""),
            "RFC2136_TSIG_ALGORITHM": str(dns.get("key_algorithm") or "hmac-sha256").rstrip(".") + ".",
            "RFC2136_TSIG_SECRET": secrets.get("TSIG_SECRET", ""), "RFC2136_PROPAGATION_TIMEOUT": "120",
            "RFC2136_POLLING_INTERVAL": "2"})
    return found


def _server(acme: Mapping[str, Any]) -> str:
    server, port = str(acme["dns"]["server"]), acme["dns"].get("port") or 53
    return f"[{server}]:{port}" if ":" in server else f"{server}:{port}"


def read_secrets(text: str) -> dict[str, str]:
    """Return the variables of an environment file: NAME=VALUE, one a line."""
    lines = (line.strip() for line in text.splitlines())
    return {name: value for name, found, value in (line.partition("=") for line in lines if line[:1] not in ("", "#"))
            if found}


def shorten_words(words: str, secrets: Mapping[str, str]) -> str:
    """Return the last lines that a program printed as one sentence, without stamps and secrets."""
    lines = [_STAMP.sub("", line).strip() for line in words.splitlines()]
    text = " ".join([line for line in lines if line][-_TELLING:])
    for value in secrets.values():
        text = text.replace(value, "(secret)") if value else text
    return text
