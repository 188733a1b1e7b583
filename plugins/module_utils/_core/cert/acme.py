# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Orders at an ACME directory (RFC 8555): what speaks against one before it is made, and what a failed one means.

Directories limit how many orders and failed validations they take, so whatever can be
known beforehand is known beforehand.  The orders themselves are made by community.crypto.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ansible_collections.intransit.tls.plugins.module_utils._core.format.printable import show_printable

REASON_BYTES = 1500
"""A directory's own words may be long; what a person needs stands at their beginning."""

REFUSED = "Nothing was ordered."
"""How a reason begins that says itself what to do."""

_STEPS: tuple[tuple[tuple[str, ...], str], ...] = (
    (("is not yet valid", "certificate has expired", "is not valid before"),
     "Check the clocks of {clocks} and of the directory."),
    (("certificate_verify_failed", "certificate verify failed"),
     "If a CA of your own signed the directory's https certificate, set tls_acme_trust_anchor to its file on the "
     "controller."),
    (("ratelimited",),
     "The directory's rate limit is reached: wait as long as it says, and find out what orders so often."),
    (("externalaccountrequired", "external account binding"),
     "Set tls_acme_external_account to the kid, alg and key that the directory's operator gave you."),
    (("accountdoesnotexist", "deactivated"),
     "The directory no longer accepts this account. Move the account key away to register a new one."),
    (("rejectedidentifier", "policy forbids", "urn:ietf:params:acme:error:caa"),
     "The directory does not issue for this name: check its policy and the CAA records of the domain."),
    (("not fit for use",),
     "If only the CA is unknown on this host, install its root there; otherwise correct the entry or the policy."),
    (("tsig", "notauth", "badkey", "to an update", "refused to change", "key_secret"),
     "Check tls_acme_dns: the server, the zone, and the name, algorithm and secret of the key. The server has to let "
     "the key update TXT records."),
    (("acme:error:unauthorized", "acme:error:connection", "acme:error:dns", "incorrectresponse", "validat",
      "bad state"),
     "The directory has to reach the answer: check the DNS records of the name, port 80, and what else answers there."),
    (("connection refused", "timed out", "name or service not known", "no route to host", "temporary failure",
      "unreachable", "connection failure", "remote end closed", "request failed"),
     "Check that {orderer} reaches the directory, and run again when it does."),
)
"""Words of a reason in lower case, and what to do about it; the first row that fits counts."""


def find_obstacles(
    entry: Mapping[str, Any], options: Mapping[str, Any], directory: Mapping[str, Any], present: Mapping[str, Any],
    has_dnspython: bool = True,
) -> tuple[str, ...]:
    """Return why no order is made, in sentences that say what to do; empty if nothing speaks against it.

    Args:
        entry: the completed entry.
        options: ``directory``, ``terms_agreed``, ``external_account`` (whether one is set), ``challenge``, ``profile``
            and ``dns_server``.
        directory: what the directory says of itself (RFC 8555 7.1.1).
        present: what ``certificate_set`` says of the set in use.
        has_dnspython: whether the controller can update DNS records.
    """
    meta = directory.get("meta") or {}
    found: list[str] = []
    if meta.get("termsOfService") and not options["terms_agreed"]:
        terms = show_printable(meta["termsOfService"])
        found.append(f"Read the terms of service ({terms}) and set tls_acme_terms_agreed to true.")
    if meta.get("externalAccountRequired") and not options["external_account"]:
        found.append(
            "The directory takes only accounts that its operator knows: set tls_acme_external_account to the kid, alg "
            "and key that you were given.")
    found += _profile(entry, options, meta)
    found += _challenge(entry, options, has_dnspython)
    if entry["must_staple"] and present.get("origin") == options["directory"]:
        leaf = next((item for item in present.get("certificates") or () if item["leaf"]), None)
        if leaf is not None and not leaf["ocsp_urls"]:
            found.append(
                "must_staple is asked for, but certificates of this directory name no OCSP responder, so clients would "
                "refuse it. Remove must_staple.")
    return tuple(found)


def _profile(entry: Mapping[str, Any], options: Mapping[str, Any], meta: Mapping[str, Any]) -> list[str]:
    wanted = entry["profile"] or options["profile"]
    offered = meta.get("profiles") or {}
    if not wanted or wanted in offered:
        return []
    known = ", ".join(show_printable(str(name)) for name in sorted(offered)) if isinstance(offered, Mapping) else ""
    return [f"The directory does not offer the profile {show_printable(wanted)}. It offers {known or 'no profiles'}; "
            "correct or remove profile."]


def _challenge(entry: Mapping[str, Any], options: Mapping[str, Any], has_dnspython: bool) -> list[str]:
    challenge = entry["challenge"] or options["challenge"]
    if challenge == "http-01":
        wild = [name for name in entry["dns_names"] if name.startswith("*.")]
        if wild:
            return [f"{', '.join(wild)} can only be proven with challenge dns-01. Set challenge, or remove it."]
        return []
    found = []
    if entry["ip_addresses"]:
        found.append(
            f"{', '.join(entry['ip_addresses'])} can only be proven with challenge http-01. Use an entry of its own.")
    if not options["dns_server"]:
        found.append("Challenge dns-01 updates a DNS server: set tls_acme_dns with server, key_name and key_secret.")
    if not has_dnspython:
        found.append("Challenge dns-01 needs the Python library dnspython on the controller, for the interpreter that "
                     "runs Ansible: install it there.")
    return found


def explain_failure(reason: Any, host: str, entry: Mapping[str, Any], directory: str,
                    orderer: str = "the controller") -> str:
    """Return one sentence each of what failed, why, and what to do next.

    Args:
        reason: the message of the task that failed.
        host: the host's name in the inventory.
        entry: the completed entry.
        directory: URL of the directory.
        orderer: who asked the directory.
    """
    text = " ".join(str(reason).split())[:REASON_BYTES] or "no reason was given"
    lowered = text.lower()
    known = (step for words, step in _STEPS if any(word in lowered for word in words))
    step = "" if text.startswith(REFUSED) else next(known, "")
    clocks = orderer if orderer == "this host" else f"{orderer}, of this host"
    step = step.replace("{orderer}", orderer).replace("{clocks}", clocks)
    return (
        f"{host}: no certificate {entry['name']} for {', '.join(entry['names'])} came from {directory}. "
        f"{text}{'' if text.endswith('.') else '.'}{' ' if step else ''}{step}")


def describe_stay(present: Mapping[str, Any]) -> str:
    """Say that the set in use stays in use, and for how long; empty if it is not fit for use."""
    leaf = next((item for item in present.get("certificates") or () if item["leaf"]), None)
    if leaf is None or not present.get("compliant"):
        return ""
    return (
        f"The certificate in use stays: it is fit for use for {leaf['days_left']} days, until {leaf['not_after']}. "
        "The next run tries again.")
