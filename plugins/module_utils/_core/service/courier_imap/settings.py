# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What a policy means to Courier IMAP and POP3, beside the settings that are there already.

The rules this file keeps: STARTTLS is always on where TLS is required, since Courier
with TLS required and STARTTLS off takes logins in clear text; the TLS keys stand in
the ``-ssl`` files alone, since the plain files are read behind them by one of the start
scripts; and which keys say the policy follows from the library that couriertls is
linked to.
(Courier 1.0 and 1.4: comments of imapd-ssl, /usr/lib/courier/imapd and imapd-ssl.)
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any, Optional

from ansible_collections.intransit.tls.plugins.module_utils._core.errors import DialectError
from ansible_collections.intransit.tls.plugins.module_utils._core.policy.model import Policy
from ansible_collections.intransit.tls.plugins.module_utils._core.service.courier_imap.config import PORTS, UNITS
from ansible_collections.intransit.tls.plugins.module_utils._core.service.courier_imap.instance import (
    SECOND,
    make_instance,
)
from ansible_collections.intransit.tls.plugins.module_utils._core.service.planning import (
    Ending,
    ServicePort,
    list_local_endpoints,
)

Values = dict[str, Optional[str]]

_CLIENT = {"none": "NONE", "optional": "PEER", "required": "REQUIREPEER"}
# "++" is without renegotiation by clients; there is no word for TLS 1.3 alone, nor for an upper end.
_PROTOCOL = {"TLSv1": "TLSv1", "TLSv1.1": "TLSv1.1", "TLSv1.2": "TLSv1.2"}
# What it says when it is asked for its abilities inside TLS.  GnuTLS signs with a key that
# does not fit and never notices, so a handshake that was only begun proves nothing.
_SAYS = {"imap": r"^\* CAPABILITY ", "pop3": r"^\+OK"}
_REQUIRED = {
    "imap": {"IMAPDSTARTTLS": "YES", "IMAP_TLS_REQUIRED": "1"},
    "pop3": {"POP3_STARTTLS": "YES", "POP3_TLS_REQUIRED": "1"},
}
"""The pair that belongs together; no option separates it."""
_UPSTREAM = re.compile(r"(\d+)\.(\d+)\.(\d+)")
_DISCARDS_SINCE = (1, 1, 5)
"""The first version of Courier whose POP3 server throws away what came in clear behind STLS."""


def make_tls_values(policy: Policy, library: str, compiled: Mapping[str, Any]) -> Values:
    """Return the keys that carry protocols and suites.

    Args:
        policy: what must hold.
        library: ``gnutls`` or ``openssl``: what couriertls is linked to.
        compiled: ``priority`` for GnuTLS, ``cipher_string`` for OpenSSL.

    Raises:
        DialectError: Courier on OpenSSL has no word for the policy's versions.
    """
    if library == "gnutls":
        return {"TLS_PRIORITY": str(compiled["priority"])}
    word = _PROTOCOL.get(policy.min_protocol)
    if word is None or policy.max_protocol != "TLSv1.3" or not compiled["cipher_string"]:
        raise DialectError(
            f"Courier on OpenSSL cannot be told {policy.min_protocol} to {policy.max_protocol}: it knows `TLSv1`, "
            "`TLSv1.1` and `TLSv1.2`, each with everything newer."
        )
    if word != "TLSv1" and not policy.client_renegotiation:
        word += "++"
    # TLS_STARTTLS_PROTOCOL is a copy made while the file is read, so it is written out.
    return {"TLS_PROTOCOL": word, "TLS_STARTTLS_PROTOCOL": word, "TLS_CIPHER_LIST": str(compiled["cipher_string"])}


def make_settings(policy: Policy, tls: Values, seen: Mapping[str, Any], options: Mapping[str, Any]) -> dict[str, Any]:
    """Return every value that the Courier contract takes.

    Args:
        policy: what must hold.
        tls: what ``make_tls_values`` returned.
        seen: ``protocols``, ``listens``, ``listeners``, ``units``, ``virtual_certificates`` and
            ``cleartext_logins`` of ``service_info``.
        options: the role's options without their prefix, and ``certificate``: the paths
            ``bundle`` (or None), ``fullchain``, ``chain`` and ``private_key``, and their ``source``; and
            ``keep_certificates``: whether no setting about certificates changes.

    Returns:
        ``changes`` (file, values), ``open`` and ``closed`` (units), ``verify_peer``,
        ``certificate_files``, ``instance`` (the test instance), ``ports``, ``closing`` (ports),
        ``ending`` (ports without plaintext), ``blocking`` and ``warnings`` (sentences).

    Raises:
        DialectError: an option cannot be written into Courier's settings.
    """
    ways = _ways(policy, seen, options)
    asked = options["client_certificate"]
    verify_peer = _CLIENT[policy.client_certificate if asked == "policy" else asked]
    kept = bool(options.get("keep_certificates"))
    served = {**tls, **({} if kept else _certificate(options)), "TLS_VERIFYPEER": verify_peer}
    authority = _client_authority(options, verify_peer)
    if authority:
        served["TLS_TRUSTCERTS"] = authority
    opened = [name for name, way in ways.items() if way == "open"]
    # Without a certificate of its own the host cannot get inside where one is required.
    inside = verify_peer != "REQUIREPEER"
    ports = _ports(opened, seen, options, inside)
    return {
        "changes": _changes(seen, served, options),
        "open": [UNITS[name] for name in opened],
        "closed": [UNITS[name] for name, way in ways.items() if way == "closed"],
        "verify_peer": verify_peer,
        "certificate_files": [value for value in [*_certificate(options).values(), authority] if value],
        "instance": _instance(opened, ports, str(options["server_name"]), inside),
        "ports": (*ports, *_others(ways, False, seen, options)),
        "closing": _others(ways, True, seen, options),
        "ending": _ending(ways, seen, options),
        "blocking": _blocking(policy, seen, options, ways, verify_peer != "NONE" and not authority),
        "warnings": ([] if options["cleartext_backends"] == "fail" else _cleartext(seen)) + _injection(seen, ways),
    }


def _injection(seen: Mapping[str, Any], ways: Mapping[str, str]) -> list[str]:
    """Name a flaw that no setting closes but the port's own (CVE-2021-38084)."""
    version = _UPSTREAM.match(str(seen.get("pop3_version") or ""))
    if ways.get("pop3") != "open" or version is None or tuple(map(int, version.groups())) >= _DISCARDS_SINCE:
        return []
    return [
        f"The POP3 server of courier-pop {version.group()} carries out inside TLS what came in clear behind STLS "
        f"(CVE-2021-38084, mended in {'.'.join(map(str, _DISCARDS_SINCE))}): an attacker in between can slip commands "
        "in on port 110. Port 995 is not affected; close 110 with courier_imap_tls_pop3: closed."
    ]


def _ways(policy: Policy, seen: Mapping[str, Any], options: Mapping[str, Any]) -> dict[str, str]:
    """Return open, closed or untouched for every protocol that is installed."""
    found: dict[str, str] = {}
    for name in PORTS:
        if name.rstrip("s") not in seen["protocols"]:
            continue
        asked = options[name]
        if asked in ("open", "closed"):
            found[name] = asked
        elif not name.endswith("s") and not _starttls_allowed(policy):
            found[name] = "closed"
        elif asked == "policy" or _up(seen, UNITS[name]):
            found[name] = "open"
        else:
            found[name] = "untouched"
    return found


def _starttls_allowed(policy: Policy) -> bool:
    return policy.starttls not in ("implicit_only", "forbidden")


def _up(seen: Mapping[str, Any], unit: str) -> bool:
    return any(row["name"] == unit and row["up"] for row in seen["units"])


def _certificate(options: Mapping[str, Any]) -> Values:
    """One file with key, leaf and chain, or two; a key file left from before would no longer fit."""
    files = options["certificate"]
    if files.get("bundle"):
        return {"TLS_CERTFILE": files["bundle"], "TLS_PRIVATE_KEYFILE": None}
    key = files["private_key"]
    return {"TLS_CERTFILE": files["fullchain"], "TLS_PRIVATE_KEYFILE": None if key == files["fullchain"] else key}


def _client_authority(options: Mapping[str, Any], verify_peer: str) -> str:
    """The administrator's; else clients of a host that the private authority signed for show certificates of that."""
    if options["client_ca_file"] or verify_peer == "NONE":
        return str(options["client_ca_file"] or "")
    return str(options["certificate"]["chain"]) if options["certificate"].get("source") == "local_ca" else ""


def _certfile(options: Mapping[str, Any]) -> str:
    return str(_certificate(options)["TLS_CERTFILE"])


def _changes(seen: Mapping[str, Any], served: Values, options: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return the values of each file; what another file says of the same keys is taken out there."""
    found = []
    for protocol, plain, tls in (("imap", "imapd", "imapd-ssl"), ("pop3", "pop3d", "pop3d-ssl")):
        if protocol not in seen["protocols"]:
            continue
        values = {**served, **_REQUIRED[protocol]}
        present = seen["settings"].get(plain, {})
        doubled: Values = {key: None for key in values if key in present}
        found.append({"file": tls, "values": values})
        if doubled:
            found.append({"file": plain, "values": doubled})
    return found


def _port(item: Mapping[str, Any], options: Mapping[str, Any], foreign: bool, answers: bool) -> ServicePort:
    return ServicePort(
        int(item["port"]), item["protocol"], options["server_name"], item["address"], foreign,
        _SAYS[item["protocol"].rstrip("s")] if answers else "",
    )


def _ports(opened: Sequence[str], seen: Mapping[str, Any], options: Mapping[str, Any], answers: bool
           ) -> tuple[ServicePort, ...]:
    """Return the ports that will be open."""
    return tuple(_port(item, options, False, answers) for item in seen["listens"] if item["protocol"] in opened)


def _others(ways: Mapping[str, str], closed: bool, seen: Mapping[str, Any], options: Mapping[str, Any]
            ) -> tuple[ServicePort, ...]:
    """Return the ports that listen now and are not opened by the plan: those that it closes, or the rest."""
    listening = {int(row["port"]) for row in seen["listeners"]}
    return tuple(
        _port(item, options, True, False) for item in seen["listens"]
        if int(item["port"]) in listening and ways.get(item["protocol"]) != "open"
        and (ways.get(item["protocol"]) == "closed") is closed
    )


def _ending(ways: Mapping[str, str], seen: Mapping[str, Any], options: Mapping[str, Any]) -> tuple[Ending, ...]:
    """Return the plain ports on which no login without TLS is taken any more; a closed one takes none at all."""
    found = []
    for item in seen["listens"]:
        name, port = item["protocol"], int(item["port"])
        if name.endswith("s") or ways.get(name) not in ("open", "closed"):
            continue
        closed = ways[name] == "closed"
        values = {**seen["settings"].get(f"{name}d", {}), **seen["settings"].get(f"{name}d-ssl", {})}
        refused = all(values.get(key) == value for key, value in _REQUIRED[name].items())
        open_now = any(int(row["port"]) == port for row in seen["listeners"])
        found.append(Ending(port, name, closed, now=open_now if closed else open_now and not refused,
                            server_name=str(options["server_name"])))
    return tuple(dict.fromkeys(found))


def _instance(
    opened: Sequence[str], ports: Sequence[ServicePort], server_name: str, inside: bool
) -> dict[str, Any]:
    """Return the test instance.

    If no client gets in without a certificate, a second server of each protocol that asks for none shows what is
    behind it, such as a key that does not fit.
    """
    second = {} if inside else {name: SECOND + PORTS[name] for name in opened}
    unasked = [
        {**ServicePort(port, name, server_name, says=_SAYS[name.rstrip("s")]).local_endpoint(), "judged": False}
        for name, port in second.items()
    ]
    return make_instance(opened, second, [*list_local_endpoints(ports), *unasked])


def _blocking(
    policy: Policy, seen: Mapping[str, Any], options: Mapping[str, Any], ways: Mapping[str, str], nobody_issues: bool
) -> list[str]:
    """Return why the settings must not be put in force at all."""
    found = []
    for name in ("imap", "pop3"):
        if options[name] == "open" and not _starttls_allowed(policy):
            found.append(
                f"courier_imap_tls_{name} is open, but the policy {policy.name} does not allow a port that begins in "
                f"clear text; use {name}s."
            )
    if "open" not in ways.values():
        found.append("With these options no port of Courier would stay open; stop the service instead.")
    if nobody_issues:
        found.append(
            "Clients are asked for a certificate, but courier_imap_tls_client_ca_file does not say which authority "
            "issues them; Courier would take those of every public one."
        )
    lost = [path for path in seen["virtual_certificates"] if not path.startswith(_certfile(options) + ".")]
    if lost:
        found.append(
            f"Courier serves certificates for other names from {', '.join(lost)}, and would no longer find them. Name "
            "all names in the one certificate of this role, then move those files away."
        )
    if options["cleartext_backends"] == "fail" and ways.get("imap") in ("open", "closed"):
        found += _cleartext(seen)
    return found


def _cleartext(seen: Mapping[str, Any]) -> list[str]:
    return [
        (
            f"{item['file']} lets saslauthd check passwords by logging in to {item['target']} by IMAP (rimap) in "
            "clear text, which will no longer work, on this host neither; use another mechanism there (pam, or "
            "authdaemond's socket), or set courier_imap_tls_cleartext_backends to report.")
        for item in seen["cleartext_logins"]
    ]
