# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What all web servers have in common: the options of their roles, and the HSTS header."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from ansible_collections.intransit.tls.plugins.module_utils._core.policy.model import Policy
from ansible_collections.intransit.tls.plugins.module_utils._core.service import revocation
from ansible_collections.intransit.tls.plugins.module_utils._core.service.options import Option
from ansible_collections.intransit.tls.plugins.module_utils._core.service.planning import (
    CLIENT_CERTIFICATE,
    CertificateNeed,
    Ending,
    ServicePort,
    Wanted,
)

WEB: tuple[Option, ...] = (
    Option(
        name="server_name", type="host", default_from="{{ inventory_hostname }}",
        description=("Name of the site. Default: the host's name in the inventory.",),
    ),
    Option(name="port", type="int", default=443, minimum=1, maximum=65535, description=("Port of https.",)),
    Option(
        name="http_port", type="int", default=80, minimum=0, maximum=65535,
        description=("Port of plain http to verify. V(0): none.",),
    ),
    Option(
        name="vhost", type="choice", choices=("auto", "always", "never"), default="auto",
        description=(
            "Whether to add a TLS site for each plain site, with the same content. V(auto): only if the server has no "
            "TLS site on the port yet. V(always): for each plain site without one. V(never): for no site.",
            "A plain site without a TLS site stays as it is, is named in a warning, and fails the verdict.",
        ),
    ),
    Option(
        name="overrides", type="choice", choices=("report", "neutralise", "fail"), default="report",
        description=(
            "What to do with TLS settings of single sites that defeat the policy.",
            "V(report) shows them and the verdict decides. V(neutralise) turns their lines into comments. V(fail) "
            "stops before the first change.",
        ),
    ),
    Option(
        name="plain_http", type="choice", choices=("policy", "redirect", "close", "leave"), default="policy",
        description=(
            "What to do with plain http. V(redirect) answers every request with a permanent redirect to https. "
            "V(close) closes its ports. V(leave) changes nothing.",
            "V(policy) closes it if the policy allows no plaintext, and redirects otherwise.",
        ),
    ),
    Option(
        name="redirect_host", type="host", default="",
        description=("The one name that redirects lead to. If empty, a name that this server has is kept.",),
    ),
    Option(
        name="redirect_exempt", type="list", default=("/.well-known/acme-challenge/",),
        pattern=r"/[A-Za-z0-9._~%!&()*+,:=@/-]*", expected="paths such as /.well-known/",
        description=("Paths that plain http still answers.",),
    ),
    Option(
        name="trusted_proxies", type="list", default=(), elements="network",
        description=(
            "Addresses or networks of load balancers that end TLS in front and set C(X-Forwarded-Proto). "
            "Plain requests from them with C(X-Forwarded-Proto: https) are served; all others are redirected.",
            "If empty, a site that seems to be behind a load balancer stays as it is, and is named in a warning.",
        ),
    ),
    Option(
        name="hsts_max_age", type="int", nullable=True, minimum=0, maximum=10 ** 10,
        description=("Lifetime of HSTS in seconds. Null: as the policy says. V(0) withdraws HSTS.",
                     "Browsers keep to it for this time after their last visit, whatever the server does afterwards.",
                     "A shorter lifetime than the policy asks for fails the control C(hsts), and the change is not "
                     "made; to begin with a short one, use C(tls_hsts_ramp).",),
    ),
    Option(name="hsts_include_subdomains", type="bool", nullable=True,
           description=("Whether HSTS covers subdomains, also those of other hosts. Null: only for the data classes "
                        "V(confidential) and V(secret), or if C(tls_policy) says so.",)),
    Option(
        name="hsts_ramp", type="str", default="", default_from="{{ tls_hsts_ramp | default('') }}",
        pattern=r"[0-9]{4}-[0-9]{2}-[0-9]{2}", expected="a date such as 2026-12-01",
        description=("First day of HSTS that grows over seven weeks: 5 minutes, a day, a week, 30 days, then as the "
                     "policy says. Each run sets what the day asks for. Default: C(tls_hsts_ramp); if empty, the "
                     "policy's max-age counts at once.",),
    ),
    Option(name="hsts_preload", type="bool", nullable=True,
           description=("Whether HSTS asks for preloading. Null: as the policy says.",)),
    Option(
        name="secure_cookies", type="choice", choices=("auto", "always", "never"), default="auto",
        description=(
            "Whether to add the attribute C(Secure) to cookies that come over TLS without it. V(auto): if plain http "
            "redirects or is closed on every site, since no browser sends such a cookie over plain http.",
            "nginx reaches cookies of applications behind FastCGI only with its njs module; without it, a warning "
            "names them.",
        ),
    ),
    Option(
        name="forwarded_proto", type="bool", default=True,
        description=(
            "Whether to tell applications and the servers behind in C(X-Forwarded-Proto) that a client came over TLS, "
            "in place of what the client says. In clear text what a client on another host says is replaced only if "
            "plain http redirects or is closed on every site; otherwise it may be a load balancer in front.",
        ),
    ),
    CLIENT_CERTIFICATE,
    Option(
        name="client_ca_file", type="path", default="",
        description=("Path on the host to the CA file that verifies client certificates. If empty and the private CA "
                     "issued this host's certificate, that CA is used.",),
    ),
    Option(
        name="client_verify_depth", type="int", default=2, minimum=0, maximum=100,
        description=("Maximum number of intermediate certificates in a client's chain.",),
    ),
    *revocation.OPTIONS,
    Option(
        name="stapling", type="choice", choices=("auto", "off"), default="auto",
        description=("OCSP stapling. V(auto) staples if the certificate names a responder. V(off) never does.",),
    ),
    Option(name="session_tickets", type="bool", default=False,
           description=("Whether to issue TLS 1.2 session tickets. Their keys live as long as the daemon.",)),
)


def list_ending(
        ports: Iterable[ServicePort], plain_http: str, options: Mapping[str, Any], ca_file: str, redirects_now: bool
) -> tuple[Ending, ...]:
    """Return the ports of plain http that redirect or are closed; what a redirect leaves alone does not count.

    Args:
        ports: all ports of the plan, those that it closes included.
        plain_http: ``redirect``, ``close`` or ``leave``.
        options: the role's options.
        ca_file: by which clients on the host verify it.
        redirects_now: whether the role redirects plain http already, so that a redirect ends nothing.
    """
    closed = plain_http == "close"
    trusts = not closed and any(ipaddress.ip_network(name).is_loopback for name in options["trusted_proxies"])
    numbers = {item.port for item in ports if item.protocol == "http" and (closed or not item.foreign)}
    return () if plain_http == "leave" else tuple(
        Ending(number, "http", closed, not closed, closed or not redirects_now, str(options["server_name"]), ca_file,
               trusts, tuple(options["trusted_proxies"]))
        for number in sorted(numbers))


def is_left_to_front(front: str, options: Mapping[str, Any]) -> bool:
    """Return whether a plain site stays as it is, since TLS may end in front of it and no proxy is trusted to say so.

    Args:
        front: the line of the configuration that shows it; empty if there is none.
        options: the role's options.
    """
    # With the PROXY protocol, Apache sees the visitor's address only, so that no proxy can be told from others.
    trusted = bool(options["trusted_proxies"]) and "RemoteIPProxyProtocol" not in front
    return bool(front) and options["plain_http"] == "policy" and not trusted


def write_front(service: str, front: str) -> str:
    """Return why a site behind a load balancer is not redirected, and what to do."""
    return (
        f"TLS may end in front of it ({front}), so that a redirect would not end. If the load balancer sends "
        f"X-Forwarded-Proto, set {service}_tls_trusted_proxies to its addresses. If clients reach the port themselves, "
        f"set {service}_tls_plain_http to redirect. Otherwise set {service}_tls_plain_http to leave, "
        f"{service}_tls_vhost to never, and accept the plaintext behind the load balancer in tls_exceptions.")


def list_proxy_warnings(service: str, redirects: bool, options: Mapping[str, Any]) -> list[str]:
    """Return that trusted proxies are served in plaintext, if there are any."""
    networks = [name for name in options["trusted_proxies"] if not ipaddress.ip_network(name).is_loopback]
    return [
        f"{service}_tls_trusted_proxies: plain requests from {', '.join(networks)} with X-Forwarded-Proto: https are "
        "served, so that the network between the proxy and this host carries plaintext. Let the proxy connect to port "
        f"{options['port']} instead, if it can."] if networks and redirects else []


def find_client_rule(policy: Policy, options: Mapping[str, Any]) -> str:
    """Return ``none``, ``optional`` or ``required``: what is asked of client certificates."""
    asked = str(options["client_certificate"])
    return policy.client_certificate if asked == "policy" else asked


def list_revocation(wanted: Wanted, certificate: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """Return the change that brings the list of revoked clients; none if no list is checked.

    Args:
        wanted: what the pack was given.
        certificate: the completed entry, whose authority is that of clients too if the options name none.
    """
    asks = find_client_rule(wanted.policy, wanted.options) != "none"
    ca_file = str(wanted.options["client_ca_file"] or certificate["chain"] or "")
    return revocation.list_changes(wanted, ca_file if asks else "")


def find_missing_authority(wanted: Wanted) -> list[str]:
    """Return a sentence if client certificates are asked for and no file says which authority issues them."""
    private = wanted.entry(CertificateNeed((), {})).get("source", "local_ca") == "local_ca"
    if find_client_rule(wanted.policy, wanted.options) == "none" or wanted.options["client_ca_file"] or private:
        return []
    return [f"Client certificates are asked for, but {wanted.service}_tls_client_ca_file does not say which authority "
            "issues them."]


def decide_secure(options: Mapping[str, Any], in_clear: bool) -> bool:
    """Return whether cookies are given the attribute Secure; ``in_clear``: some site is used over plain http."""
    asked = str(options["secure_cookies"])
    return asked == "always" or (asked == "auto" and not in_clear)


def write_override(service: str, place: str, setting: str, why: str) -> str:
    """Return the warning about a setting outside of the role."""
    return f"{place} `{setting}` {why}; take it out, or set {service}_tls_overrides to neutralise."


def write_hsts(policy: Policy, options: Mapping[str, Any]) -> str:
    """Return the header's value; empty if neither the policy nor the administrator asks for one."""
    # ansible-core 2.18 hands a null over as an empty string.
    given = {name: value for name, value in options.items() if name.startswith("hsts_") and value not in (None, "")}
    age = given.get("hsts_max_age", policy.hsts.min_max_age)
    if age is None:
        return ""
    parts = [f"max-age={int(age)}"]
    if given.get("hsts_include_subdomains", policy.hsts.include_subdomains):
        parts.append("includeSubDomains")
    if given.get("hsts_preload", policy.hsts.preload):
        parts.append("preload")
    return "; ".join(parts)


def list_hsts_warnings(service: str, value: str, present: str, names: Sequence[str],
                       left: Iterable[Mapping[str, Any]] = ()) -> list[str]:
    """Return what an administrator has to know if browsers are told more than until now.

    HSTS has no port: a browser asks every port of a name by TLS (RFC 6797 section 8.3).

    Args:
        service: the prefix of the role's variables.
        value: the header's value.
        present: the value that the role wrote before; empty if it wrote none.
        names: those of the sites.
        left: sites of this server that stay in plaintext, each with ``name`` and ``ports``.
    """
    age, before = _age(value), _age(present)
    below = covers_below(value, present)
    preload = "preload" in value and "preload" not in present
    if not age or (age <= before and not below and not preload):
        return []
    sentence = (
        f"HSTS is switched on for {', '.join(names) or 'all sites'}: `{value}`. For {age // 86400 or 1} days after "
        "their last visit browsers refuse plain http and invalid certificates for these names. That cannot be taken "
        f"back earlier: {service}_tls_hsts_max_age: 0 reaches only browsers that come again over https.")
    if below:
        sentence += (
            " It covers every name below them too, also on hosts outside of this inventory; all of those must speak "
            f"https. Otherwise set {service}_tls_hsts_include_subdomains to false.")
    covered = [row for row in left if _is_covered(str(row["name"]), names, value)]
    plain = list(dict.fromkeys(f"{row['name']}:{port}" for row in covered for port in row["ports"]))
    if plain:
        sentence += (f" It covers every port too. Browsers will refuse {', '.join(plain)}, which "
                     f"{'stays' if len(plain) == 1 else 'stay'} in plaintext on this host.")
    if preload:
        sentence += " Preloading builds the names into browsers; it takes months to undo."
    return [sentence]


def _is_covered(name: str, names: Sequence[str], value: str) -> bool:
    return any(name == known or ("includeSubDomains" in value and name.endswith(f".{known}")) for known in names)


def covers_below(value: str, present: str) -> bool:
    """Return whether browsers are told of names below for the first time: ``value`` is sent after ``present``."""
    return "includeSubDomains" in value and _age(value) > 0 and "includeSubDomains" not in present


def _age(value: str) -> int:
    match = re.match(r"max-age=(\d+)", value)
    return int(match.group(1)) if match else 0
