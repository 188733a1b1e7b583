# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""An item of ``tls_certificates``, completed: what a person left out is taken from the policy.

The one place that knows what an entry may say and which paths follow from it.  The
role asks for nothing else, so what a service role is told is what the files are.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any, Callable, Optional

from ansible_collections.intransit.tls.plugins.module_utils._core.cert.lifetime import SHORT_LIFE_DAYS
from ansible_collections.intransit.tls.plugins.module_utils._core.cert.names import (
    as_address,
    is_only_ascii,
    normalise_host,
)
from ansible_collections.intransit.tls.plugins.module_utils._core.errors import CertificateError, OptionError
from ansible_collections.intransit.tls.plugins.module_utils._core.format.printable import join_printable, show_printable
from ansible_collections.intransit.tls.plugins.module_utils._core.policy.model import Policy
from ansible_collections.intransit.tls.plugins.module_utils._core.service.options import Option, read_options

SOURCES = ("local_ca", "acme", "files")
BUNDLES = ("none", "key_first")
DEFAULT_ROOT = "/etc/ssl/intransit"
DEFAULT_DAYS = 90
PREFERRED_RSA_BITS = 3072

COMMON = ("name", "source", "subject_alt_names", "owner", "group", "mode", "accept", "reported")
LOCAL_CA = ("common_name", "key_type", "key_size", "curve", "days", "renew_days", "reuse_key", "bundle", "usages")
ACME = ("key_type", "key_size", "curve", "renew_days", "reuse_key", "bundle", "challenge", "webroot", "profile",
        "must_staple")
FILES = ("certificate", "private_key", "chain", "fullchain")
KEYS = {"local_ca": LOCAL_CA, "acme": ACME, "files": FILES}
CHALLENGES = ("http-01", "dns-01")

_ACCOUNT = r"[A-Za-z0-9_][A-Za-z0-9_.-]{0,31}\$?"
_WORDS = r"[A-Za-z0-9_.]{1,64}"

# What is not checked by a rule of its own below; the paths go into files of daemons.
_OPTIONS = (
    Option("name", "str", pattern=r"[A-Za-z0-9][A-Za-z0-9._-]{0,127}",
           expected="letters, digits and . _ -, because it becomes the name of a folder"),
    Option("subject_alt_names", "list", expected="host names and addresses"),
    Option("reported", "list"),
    Option("key_type", "str"),
    Option("curve", "str"),
    Option("bundle", "str"),
    Option("owner", "str", pattern=_ACCOUNT, expected="the name of an account"),
    Option("group", "str", pattern=_ACCOUNT, expected="the name of a group"),
    Option("accept", "list", pattern=_WORDS, expected="names of controls"),
    Option("common_name", "str", pattern=".{1,64}", expected="at most 64 printable characters"),
    Option("key_size", "int", minimum=1, maximum=2**31),
    Option("days", "int", minimum=1, maximum=36500),
    Option("renew_days", "int", minimum=1, maximum=36500),
    Option("reuse_key", "bool"),
    Option("usages", "list", pattern=_WORDS, expected="names of extended key usages"),
    Option("challenge", "choice", choices=CHALLENGES),
    Option("webroot", "path"),
    Option("profile", "str", pattern=r"[A-Za-z0-9._-]{1,64}", expected="a profile that the directory offers"),
    Option("must_staple", "bool"),
    *(Option(name, "path") for name in FILES),
)
_ROOT = Option("root", "path")


def complete_entry(
    entry: Mapping[str, Any], policy: Policy, host: str, root: str = DEFAULT_ROOT,
    to_ascii: Callable[[str], str] = is_only_ascii,
) -> dict[str, Any]:
    """Return the entry with every key filled in.

    Args:
        entry: an item of ``tls_certificates``; may be empty.
        policy: decides key type, curve, size and lifetime where the entry does not.
        host: the name that an entry without names is for.
        root: folder below which issued sets lie.
        to_ascii: turns a host name into A-labels.

    Returns:
        the keys of ``roles/certificate/README.md``; among them the paths that services
        use: ``certificate`` (leaf), ``chain``, ``fullchain``, ``private_key`` and ``bundle``
        (``None`` where there is none).

    Raises:
        CertificateError: a key or a value makes no sense.
    """
    source = entry.get("source") or "local_ca"
    if source not in SOURCES:
        raise CertificateError(
            f"The certificate source {show_printable(source)} is not known; use one of {', '.join(SOURCES)}.")
    allowed = COMMON + KEYS[source]
    unknown = sorted(str(key) for key in set(entry) - set(allowed))
    if unknown:
        raise CertificateError(
            f"A certificate entry of source {source} has no key {', '.join(map(show_printable, unknown))}; "
            f"it may have {', '.join(key for key in allowed if key != 'reported')}."
        )
    entry = _typed({**entry, "name": entry.get("name") or host})
    name: str = entry["name"]
    dns, addresses = list_alternative_names(entry.get("subject_alt_names") or [host], to_ascii)
    reported = list_alternative_names(entry.get("reported") or (), to_ascii)
    done: dict[str, Any] = {
        "name": name,
        "source": source,
        "dns_names": list(dns),
        "ip_addresses": list(addresses),
        "names": [*dns, *addresses],
        "reported_names": [*reported[0], *reported[1]],
        "subject_alt_names": [f"DNS:{item}" for item in dns] + [f"IP:{item}" for item in addresses],
        "owner": entry.get("owner") or "root",
        "group": entry.get("group") or "root",
        "mode": _mode(entry),
        "accept": list(entry.get("accept") or ()),
    }
    if source == "files":
        return {**done, **_files(entry, name)}
    done.update(_set(entry, policy, name, root))
    done.update(_acme(entry) if source == "acme" else _local_ca(entry, policy, name, [*dns, *addresses]))
    return done


def _typed(entry: Mapping[str, Any]) -> dict[str, Any]:
    """Return the entry with the values of ``_OPTIONS`` checked and typed; what is empty is left out."""
    given = {key: value for key, value in entry.items() if value is not None and value != ""}
    if isinstance(given.get("subject_alt_names"), str):
        given["subject_alt_names"] = [given["subject_alt_names"]]
    known = [option for option in _OPTIONS if option.name in given]
    try:
        return {**given, **read_options(known, {option.name: given[option.name] for option in known})}
    except OptionError as error:
        raise CertificateError(
            f"The certificate entry {show_printable(given['name'])} cannot be used. {error.message}",
            error.details) from error


def list_alternative_names(
    items: Sequence[str], to_ascii: Callable[[str], str] = is_only_ascii
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Sort ``DNS:name``, ``IP:address`` and bare names or addresses into both kinds, each once."""
    if isinstance(items, str):
        items = [items]
    dns: list[str] = []
    addresses: list[str] = []
    for item in items:
        if not join_printable(str(item)):
            raise CertificateError(f"{show_printable(str(item))} is not a host name that a certificate could carry.")
        kind, colon, rest = str(item).partition(":")
        known = colon and kind.upper() in ("DNS", "IP")
        value = rest if known else str(item)
        address = as_address(value)
        if address is not None and not (known and kind.upper() == "DNS"):
            addresses.append(address)
        elif known and kind.upper() == "IP":
            raise CertificateError(f"'{value}' is not an IP address.")
        else:
            dns.append(_dns(to_ascii(value)))
    return tuple(dict.fromkeys(dns)), tuple(dict.fromkeys(addresses))


def _dns(value: str) -> str:
    name = normalise_host(value)
    labels = name[2:].split(".") if name.startswith("*.") else name.split(".")
    if len(name) > 253 or not all(re.fullmatch(r"[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?", label) for label in labels):
        raise CertificateError(f"'{value}' is not a host name that a certificate could carry.")
    return name


def _mode(entry: Mapping[str, Any]) -> str:
    given = entry.get("mode")
    if given is None:
        return "0640" if entry.get("group") not in (None, "root") else "0600"
    if isinstance(given, int) and not isinstance(given, bool) and 0 <= given <= 0o7777:
        text = format(given, "04o")
    else:
        text = given if isinstance(given, str) else ""
    if not re.fullmatch(r"0?[0-7]{3}", text):
        raise CertificateError(f"{show_printable(given)} is not a file mode; write it in quotes, like '0640'.")
    if int(text, 8) & 0o027:
        raise CertificateError(f"The mode {text} would let others use the private key; 0640 is the widest allowed.")
    return text.rjust(4, "0")


def _files(entry: Mapping[str, Any], name: str) -> dict[str, Any]:
    lacking = [key for key in ("certificate", "private_key") if not entry.get(key)]
    if lacking:
        raise CertificateError(f"The certificate entry '{name}' of source files lacks {' and '.join(lacking)}.")
    return {
        "certificate": entry["certificate"],
        "chain": entry.get("chain") or None,
        "fullchain": entry.get("fullchain") or entry["certificate"],
        "private_key": entry["private_key"],
        "bundle": None,
    }


def _set(entry: Mapping[str, Any], policy: Policy, name: str, root: str) -> dict[str, Any]:
    """Return what every set that is issued has: its key, its form and its paths."""
    bundle = entry.get("bundle") or "none"
    if bundle not in BUNDLES:
        raise CertificateError(f"The bundle '{bundle}' is not known; use one of {', '.join(BUNDLES)}.")
    try:
        root = read_options((_ROOT,), {"root": root}, "tls_certificate_")["root"]
    except OptionError as error:
        raise CertificateError(error.message, error.details) from error
    folder = f"{root.rstrip('/')}/{name}"
    return {
        **_key(entry, policy, name),
        "reuse_key": bool(entry.get("reuse_key", False)),
        "bundle_form": bundle,
        "directory": folder,
        "staged_key": f"{root.rstrip('/')}/.sets/{name}.key",
        "certificate": f"{folder}/cert.pem",
        "chain": f"{folder}/chain.pem",
        "fullchain": f"{folder}/fullchain.pem",
        "private_key": f"{folder}/privkey.pem",
        "bundle": f"{folder}/bundle.pem" if bundle != "none" else None,
    }


def _acme(entry: Mapping[str, Any]) -> dict[str, Any]:
    """Return what an order says; lifetime, subject and usages are decided by the directory."""
    return {
        "common_name": "",
        "usages": ["serverAuth"],
        "days": None,
        "renew_days": entry.get("renew_days"),
        "challenge": entry.get("challenge"),
        "webroot": entry.get("webroot"),
        "profile": entry.get("profile"),
        "must_staple": bool(entry.get("must_staple", False)),
    }


def _local_ca(entry: Mapping[str, Any], policy: Policy, name: str, names: Sequence[str]) -> dict[str, Any]:
    days = _days(entry, policy)
    renew_days = int(entry.get("renew_days") or max(1, days // (2 if days < SHORT_LIFE_DAYS else 3)))
    if renew_days >= days:
        raise CertificateError(
            f"The certificate entry '{name}' would be renewed {renew_days} days before its end but lives only {days}."
        )
    return {
        "common_name": entry.get("common_name") or next((item for item in names if len(item) <= 64), ""),
        "days": days,
        "renew_days": renew_days,
        "usages": list(entry.get("usages") or ["serverAuth"]),
        "must_staple": False,
    }


def _days(entry: Mapping[str, Any], policy: Policy) -> int:
    limit = policy.certificate.max_lifetime_days
    days = int(entry.get("days") or min(DEFAULT_DAYS, limit or DEFAULT_DAYS))
    if days < 2:
        raise CertificateError(f"A certificate for {days} days cannot be renewed in time; ask for two or more.")
    if limit is not None and days > limit:
        raise CertificateError(f"A certificate for {days} days is asked for; policy {policy.name} allows {limit}.")
    return days


def _key(entry: Mapping[str, Any], policy: Policy, name: str) -> dict[str, Any]:
    types = [kind for kind in ("ecdsa", "rsa") if kind in policy.certificate.types]
    kind: Optional[str] = entry.get("key_type") or (types[0] if types else None)
    if kind not in types:
        raise CertificateError(
            f"The certificate entry '{name}' asks for a key of type {kind}; policy {policy.name} allows "
            f"{', '.join(types) or 'none that can be made here'}."
        )
    if kind == "rsa":
        least = policy.min_key.rsa or 2048
        size = int(entry.get("key_size") or max(least, PREFERRED_RSA_BITS))
        if not least <= size <= 16384:
            raise CertificateError(
                f"The certificate entry '{name}' asks for RSA with {size} bits; policy {policy.name} wants at "
                f"least {least}, and nothing works with more than 16384."
            )
        return {"key_type": kind, "key_size": size, "curve": None}
    curves = policy.certificate.curves or ("secp256r1", "secp384r1")
    curve = entry.get("curve") or ("secp256r1" if "secp256r1" in curves else curves[0])
    if curve not in curves:
        raise CertificateError(
            f"The certificate entry '{name}' asks for a key on {curve}; policy {policy.name} allows "
            f"{', '.join(curves)}."
        )
    return {"key_type": kind, "key_size": None, "curve": curve}
