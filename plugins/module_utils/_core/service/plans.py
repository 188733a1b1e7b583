# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The registry of service packs for the controller; a row is a pack's ``PACK``.

Modules never import this file: what travels to hosts is in ``hosts.py``.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import Any, Optional

from ansible_collections.intransit.tls.plugins.module_utils._core.errors import OptionError
from ansible_collections.intransit.tls.plugins.module_utils._core.policy.hsts_ramp import limit_hsts
from ansible_collections.intransit.tls.plugins.module_utils._core.policy.resolve import resolve
from ansible_collections.intransit.tls.plugins.module_utils._core.service import web
from ansible_collections.intransit.tls.plugins.module_utils._core.service.apache.plan import PACK as APACHE
from ansible_collections.intransit.tls.plugins.module_utils._core.service.courier_imap.plan import PACK as COURIER_IMAP
from ansible_collections.intransit.tls.plugins.module_utils._core.service.dovecot.plan import PACK as DOVECOT
from ansible_collections.intransit.tls.plugins.module_utils._core.service.exim.plan import PACK as EXIM
from ansible_collections.intransit.tls.plugins.module_utils._core.service.haproxy.plan import PACK as HAPROXY
from ansible_collections.intransit.tls.plugins.module_utils._core.service.hosts import HOSTS
from ansible_collections.intransit.tls.plugins.module_utils._core.service.nginx.plan import PACK as NGINX
from ansible_collections.intransit.tls.plugins.module_utils._core.service.openldap.plan import PACK as OPENLDAP
from ansible_collections.intransit.tls.plugins.module_utils._core.service.options import read_options
from ansible_collections.intransit.tls.plugins.module_utils._core.service.planning import (
    Certificates,
    Pack,
    Plan,
    Wanted,
    to_dict,
)
from ansible_collections.intransit.tls.plugins.module_utils._core.service.postfix.plan import PACK as POSTFIX
from ansible_collections.intransit.tls.plugins.module_utils._core.service.present_certificate import make_question
from ansible_collections.intransit.tls.plugins.module_utils._core.service.taken_ports import find_further, find_taken

PACKS: dict[str, Pack] = {pack.name: pack for pack in (
    APACHE, NGINX, HAPROXY, POSTFIX, EXIM, DOVECOT, COURIER_IMAP, OPENLDAP)}
"""Every service pack by its name, in the order in which ``enforce`` takes them."""


def pack_of(service: str) -> Pack:
    """Return the pack of a service.

    Raises:
        OptionError: no service has this name.
    """
    if service not in PACKS:
        raise OptionError(f"No service is called {service!r}. Known services: {', '.join(PACKS)}.")
    return PACKS[service]


def variables_of(service: str) -> list[str]:
    """Return the names of a role's variables."""
    pack = pack_of(service)
    return [pack.prefix + option.name for option in pack.all_options]


def needs_of(service: str, variables: Mapping[str, Any]) -> dict[str, list[str]]:
    """Return ``packages`` and ``questions``: what has to be installed and asked before a plan can be made."""
    pack = pack_of(service)
    options = read_variables(pack, variables)
    return {"packages": list(pack.packages(options)), "questions": list(pack.questions(options))}


def read_variables(pack: Pack, variables: Mapping[str, Any]) -> dict[str, Any]:
    """Return the typed options of a role from its variables (``apache_tls_port`` and so on).

    Raises:
        OptionError: a value is not allowed; the sentence names variable, value and what is allowed.
    """
    given = {name[len(pack.prefix):]: value for name, value in variables.items() if name.startswith(pack.prefix)}
    return read_options(pack.all_options, given, pack.prefix)


def plan_of(service: str, look: Mapping[str, Any], variables: Mapping[str, Any], host: str, address: str, root: str,
            today: Optional[date] = None, offering: bool = False) -> dict[str, Any]:
    """Return the plan of one service on one host as plain data; see ``planning.to_dict``.

    Args:
        service: name of the pack.
        look: what ``service_info`` returned, with ``answers`` to the questions of ``needs_of``; by its ``listeners`` it
            is told which port another program holds.
        variables: the role's variables, by full names.
        host: the host's name in the inventory.
        address: where another machine reaches the host.
        root: folder of issued certificate sets on the host.
        today: the day, for what grows over weeks; None: what counts in the end.
        offering: TLS is only offered, and no plaintext ends.

    Raises:
        IntransitError: an option, the policy or the certificate entry cannot be used; or the service is not installed,
            or cannot only offer TLS.
    """
    wanted, pack = replace(_wanted(service, look, variables, host, root, today), offering=offering), pack_of(service)
    if offering and not pack.offers:
        raise OptionError(f"{pack.title} cannot only offer TLS; its plaintext ends with the same change.")
    plan = pack.plan(wanted)
    listeners, processes = look.get("listeners") or (), HOSTS[service].processes
    held = find_taken(plan.ports, listeners, processes, pack.title, pack.prefix)
    further = find_further([*plan.ports, *plan.closing], listeners, processes, pack.title)
    plan = replace(plan, blocking=(*plan.blocking, *held), warnings=(*plan.warnings, *further))
    return {**to_dict(plan, wanted, address), "hsts_below": _hsts_below(wanted, plan)}


def _hsts_below(wanted: Wanted, plan: Plan) -> list[str]:
    """Return the names that begin to send HSTS with includeSubDomains."""
    if "hsts_include_subdomains" not in wanted.options:
        return []
    value = web.write_hsts(wanted.policy, wanted.options)
    names = {port.server_name for port in plan.ports if port.protocol == "https" and port.server_name}
    return sorted(names) if web.covers_below(value, str(wanted.seen.get("present_hsts") or "")) else []


def find_present_certificates(service: str, look: Mapping[str, Any], variables: Mapping[str, Any], host: str, root: str
                              ) -> dict[str, Any]:
    """Return what has to be asked about the certificates that a service has, before its plan can be made.

    The arguments are those of ``plan_of``.

    Returns:
        ``paths``, ``names``, ``owners``, ``groups`` and ``policy`` for ``certificate_info``, which is the answer
        ``present_certificate``; empty if there is nothing to ask.
    """
    wanted = _wanted(service, look, variables, host, root)
    if wanted.has_entry or wanted.options.get("replace_certificate"):
        return {}
    asked = make_question(wanted.seen, wanted.server_name, root)
    return {**asked, "policy": wanted.policy.to_dict()} if asked else {}


def _wanted(service: str, look: Mapping[str, Any], variables: Mapping[str, Any], host: str, root: str,
            today: Optional[date] = None) -> Wanted:
    pack = pack_of(service)
    options = read_variables(pack, variables)
    policy = limit_hsts(resolve(
        profile=options["profile"] or None, data_class=options["data_class"] or None, policy=options["policy"] or None,
    ), options.get("hsts_ramp", ""), today)
    return Wanted(
        service=service, title=pack.title, policy=policy, seen=look["services"].get(service) or {}, options=options,
        certificates=Certificates(tuple(options["certificates"] or ({},)), host, root),
        answers=look.get("answers") or {},
    )
