# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The way from a proxy to the servers behind it: what of it is in clear text or not verified, in one wording for all.

A pack finds its legs, and writes the settings of those that the administrator declares; what they are worth and how the
servers are asked before they are used is decided here.
"""

from __future__ import annotations

import ipaddress
import shlex
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ansible_collections.intransit.tls.plugins.module_utils._core.errors import OptionError
from ansible_collections.intransit.tls.plugins.module_utils._core.service.model import is_local
from ansible_collections.intransit.tls.plugins.module_utils._core.service.options import Option, read_options
from ansible_collections.intransit.tls.plugins.module_utils._core.service.planning import Wanted

DEPTH = 4
"""Intermediate certificates that a server behind may have; nginx and Apache allow one unless they are told."""
_ENTRY = (
    Option(name="name", type="str", pattern=r"[A-Za-z0-9_.:\[\]-]+", expected="the name of a backend"),
    Option(name="ca_file", type="path"), Option(name="server_name", type="host"),
    Option(name="port", type="int", default=0, minimum=0, maximum=65535),
)


@dataclass(frozen=True)
class Leg:
    """One way to one server behind."""

    place: str
    """File, line, and what the setting stands in."""
    name: str
    """By which the option ``backends`` knows it."""
    host: str
    """Empty if only a request decides it."""
    tls: bool
    any_certificate: str = ""
    """The setting by which any certificate is taken; empty if it is verified."""
    any_name: str = ""
    """The settings by which a certificate for any name is taken; empty if the name is checked."""
    language: str = ""
    """The protocol of the leg, if it has no TLS: ``FastCGI``."""


def list_options(title: str, named: str) -> tuple[Option, ...]:
    """Return the options of a proxy called ``title``, whose backends are ``named`` so."""
    return (
        Option(
            name="backends", type="dicts", default=(),
            description=(
                f"Servers behind that are reached over verified TLS: C(name) {named}, C(ca_file) on the host, "
                "C(server_name) in their certificate, and C(port) if it is not the one that is written now.",
                f"Each server is asked before {title} uses it; if one does not show a certificate for that name, "
                "nothing is changed.")),
        Option(
            name="private_networks", type="list", default=(), elements="network",
            description=("Networks to servers behind on which plaintext is accepted. Plaintext to other addresses than "
                         "loopback is a warning, and stops the run if the policy allows no plaintext.",)),
    )


def read_entries(wanted: Wanted) -> dict[str, dict[str, Any]]:
    """Return the entries of the option ``backends`` by name.

    Raises:
        OptionError: an entry cannot be used.
    """
    return {entry["name"]: entry for entry in (_read_entry(wanted.service, row) for row in wanted.options["backends"])}


def _read_entry(service: str, entry: Mapping[str, Any]) -> dict[str, Any]:
    unknown = sorted(set(entry) - {option.name for option in _ENTRY})
    lacking = [option.name for option in _ENTRY[:3] if not entry.get(option.name)]
    if unknown or lacking:
        raise OptionError(f"{service}_tls_backends: an entry takes name, ca_file, server_name and port; this one "
                          + (f"has {', '.join(unknown)}." if unknown else f"lacks {', '.join(lacking)}."))
    return read_options(_ENTRY, entry, f"{service}_tls_backends: ")


def list_missing(wanted: Wanted, entries: Iterable[str], names: Iterable[str], what: str) -> list[str]:
    """Return a sentence for each entry that is none of these names; none if the configuration could not be read."""
    return [] if wanted.seen["problems"] else [
        f"{wanted.service}_tls_backends names {name}, and {wanted.title} has no {what}. Correct the name."
        for name in sorted(set(entries) - set(names))]


def judge(leg: Leg, wanted: Wanted) -> Iterator[str]:
    """Yield what is wrong with a leg that is not moved to TLS, with the remedy."""
    option, networks = f"{wanted.service}_tls_backends", f"{wanted.service}_tls_private_networks"
    if leg.host and (is_local(leg.host) or _is_private(leg.host, wanted.options["private_networks"])):
        return
    remedy = f"Add {leg.name} to {option}, with the CA file and the name of its certificate"
    if not leg.host:
        how = f"takes any certificate ({leg.any_certificate}) from" if leg.tls else "sends in clear text to"
        if not leg.tls or leg.any_certificate:
            yield f"{leg.place} {how} a server that only a request decides. Write its address there."
    elif leg.language:
        yield (f"{leg.place} sends to {leg.host} in clear text: {leg.language} has no TLS. Move the application to "
               f"this host, or use a tunnel and declare its network in {networks}.")
    elif not leg.tls:
        yield f"{leg.place} sends to {leg.host} in clear text. {remedy}, or declare its network in {networks}."
    elif leg.any_certificate:
        yield (f"{leg.place} takes any certificate from {leg.host} ({leg.any_certificate}), so that another machine "
               f"can answer in its place. {remedy}.")
    elif leg.any_name:
        yield f"{leg.place} takes from {leg.host} a certificate for any name ({leg.any_name}). {remedy}."


def _is_private(host: str, networks: Sequence[str]) -> bool:
    try:
        address = ipaddress.ip_address(host.strip("[]"))
        return any(address in ipaddress.ip_network(network, strict=False) for network in networks)
    except ValueError:
        return False


def make_check(own: Sequence[str], targets: Iterable[Sequence[str]]) -> tuple[str, ...]:
    """Return the check between swap and reload: the daemon's own one, and a verified handshake with each server.

    Args:
        own: the daemon's own check; may be empty.
        targets: of each server address with port, CA file, name in the certificate, and the address of the server whose
            place the name takes; empty if the name is not looked up.
    """
    words = [word for target in dict.fromkeys(map(tuple, targets)) for word in target]
    if not words:
        return tuple(own)
    script = (
        f"{shlex.join(own) + ' || exit 1' if own else ''}\n"
        'first() { getent ahosts "$1" | cut -d " " -f 1 | sort -u; }\n'
        'while [ $# -gt 0 ]; do\n'
        '  if [ -n "$4" ] && ! first "$4" | grep -qxF "$(first "$3")"; then\n'
        '    echo "The name $3 does not lead to $4, where the server is now. Put it into DNS or /etc/hosts." >&2\n'
        '    exit 1\n  fi\n'
        '  said=$(timeout 20 openssl s_client -connect "$1" -CAfile "$2" -servername "$3" -verify_hostname "$3" '
        '-verify_return_error </dev/null 2>&1) || {\n'
        '    echo "The server $1 shows no certificate for $3 by $2: '
        '$(echo "$said" | grep -ai "error\\|refused" | head -n 1)" >&2; exit 1; }\n'
        '  shift 4\ndone')
    return ("/bin/sh", "-c", script, "sh", *words)
