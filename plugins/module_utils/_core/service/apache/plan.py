# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The service pack of Apache httpd: its options, and its plan on one host."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from ansible_collections.intransit.tls.plugins.module_utils._core.service import legs as behind
from ansible_collections.intransit.tls.plugins.module_utils._core.service.apache import legs
from ansible_collections.intransit.tls.plugins.module_utils._core.service.apache.audit import judge_settings
from ansible_collections.intransit.tls.plugins.module_utils._core.service.apache.candidates import (
    ROOT,
    SERVER_CONF,
    SITE_CONF,
)
from ansible_collections.intransit.tls.plugins.module_utils._core.service.apache.settings import make_settings
from ansible_collections.intransit.tls.plugins.module_utils._core.service.options import Option
from ansible_collections.intransit.tls.plugins.module_utils._core.service.overrides import expansion_of
from ansible_collections.intransit.tls.plugins.module_utils._core.service.planning import (
    CertificateNeed,
    Pack,
    Plan,
    Wanted,
    ports_of,
)
from ansible_collections.intransit.tls.plugins.module_utils._core.service.web import (
    WEB,
    list_ending,
    list_revocation,
)

# In the order in which their files must be there: a module before what uses it.
_MODULES = ("socache_shmcb.load", "ssl.load", "ssl.conf", "headers.load")

OPTIONS = (
    *WEB,
    Option(
        name="document_root", type="path", default="",
        description=("Folder of the TLS site. If empty, that of the plain site, or /var/www/html.",),
    ),
    Option(name="stapling_timeout", type="int", default=2, minimum=1, maximum=60,
           description=("Seconds that a responder may take.",)),
    Option(
        name="server_tokens", type="choice", default="Prod",
        choices=("Full", "Major", "Minor", "Min", "Minimal", "OS", "Prod", "ProductOnly"),
        description=("What the Server header says (ServerTokens).",),
    ),
    Option(name="template", type="str", default="apache/server.conf.j2",
           description=("Template of the settings at server level.",)),
    Option(name="site_template", type="str", default="apache/site.conf.j2",
           description=("Template of the TLS site of a server that has no site at all.",)),
    *legs.OPTIONS,
)


def plan(wanted: Wanted) -> Plan:
    """Return what Apache needs on one host."""
    wanted.require_installed()
    compiled = wanted.openssl()
    openssl = {name: getattr(compiled, name) for name in ("cipher_string", "ciphersuites", "groups", "sigalgs")}
    # Clients of a host whose certificate the private CA issued show certificates of that CA.
    private = wanted.entry(CertificateNeed((), {})).get("source", "local_ca") == "local_ca"
    options = {**wanted.options, "private_authority": private}
    version = str(wanted.seen["tls_library"]["version"])
    overrides = judge_settings(wanted.seen["tls_settings"], wanted.policy, expansion_of(version))
    moved, strict = legs.decide(wanted), wanted.policy.plaintext == "none"
    made = make_settings(wanted.policy, openssl, {**wanted.seen, "overrides": overrides, "moved": moved.lines}, options)
    authorities = tuple(dict.fromkeys(moved.sections.values()))
    need = CertificateNeed(tuple(made["names"]), {})
    certificate = wanted.certificate(need)
    lists = list_revocation(wanted, certificate)
    values = {**options, **made, "policy": wanted.policy.name, "policy_source": wanted.policy.source,
              "backends": moved.sections, "verify_depth": behind.DEPTH,
              "client_ca_file": options["client_ca_file"] or certificate["chain"], "certificate": certificate,
              "client_crl_path": lists[0]["path"] if lists else ""}
    ports = ports_of(made["endpoints"])
    closed = {port for port in ports if port.protocol == "http" and made["plain_http"] == "close"}
    return Plan(
        ports=tuple(port for port in ports if port not in closed),
        closing=tuple(port for port in ports if port in closed),
        ending=list_ending(ports, made["plain_http"], options, wanted.ca_file(certificate),
                           bool(wanted.seen.get("present_redirect"))),
        changes=(*lists, *_modules(), _sites(made, certificate, moved.lines), *_files(made), *(
            {"kind": "edited_file", "format": "disabled_lines", **row} for row in made["disable"])),
        templates=_templates(made, values),
        units=("apache2.service",), verb="reload",
        instance=made["instance"], own_check=behind.make_check(("apache2ctl", "configtest"), moved.targets),
        requires=(*((certificate["fullchain"], certificate["private_key"]) if made["make_site"] else ()), *authorities),
        authorities=authorities,
        # A site that has its TLS virtual host already brought a certificate of its own.
        certificate=need if made["make_site"] else None,
        blocking=(*made["blocking"], *moved.blocking, *(moved.found if strict else ())),
        warnings=(*made["warnings"], *(() if strict else moved.found)),
    )


def _modules() -> list[dict[str, Any]]:
    return [{"kind": "file", "state": "link", "needs": "restart", "path": f"{ROOT}/mods-enabled/{name}",
             "target": "../mods-available/" + name} for name in _MODULES]


def _sites(made: Mapping[str, Any], certificate: Mapping[str, Any], lines: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """Return the change of the file of TLS sites: one for each plain site, or the template's if there is no site."""
    if made["sites"]:
        head = "SSLEngine on\nSSLCertificateFile {fullchain}\nSSLCertificateKeyFile {private_key}\n".format(**certificate)
        # Early, so that redirects and applications of the site that go by the header find the truth in it.
        head += "RequestHeader set X-Forwarded-Proto https early\n"
        return {"kind": "apache_sites", "path": SITE_CONF, "head": head, "sites": made["sites"],
                **({"replaced": list(lines)} if lines else {})}
    return {"kind": "file", "path": SITE_CONF, "state": "present" if made["make_site"] else "absent"}


def _files(made: Mapping[str, Any]) -> list[dict[str, Any]]:
    return [
        {"kind": "file", "path": SERVER_CONF, "state": "present"},
        {"kind": "file", "path": ROOT + "/conf-enabled/zz-intransit-tls.conf", "state": "link",
         "target": "../conf-available/zz-intransit-tls.conf"},
        {"kind": "file", "path": ROOT + "/sites-enabled/zz-intransit-tls.conf",
         "state": "link" if made["make_site"] else "absent", "target": "../sites-available/zz-intransit-tls.conf"},
    ]


def _templates(made: Mapping[str, Any], values: Mapping[str, Any]) -> Mapping[str, tuple[str, Mapping[str, Any]]]:
    found: dict[str, tuple[str, Mapping[str, Any]]] = {SERVER_CONF: (values["template"], values)}
    if made["make_site"] and not made["sites"]:
        found[SITE_CONF] = (values["site_template"], values)
    return found


PACK = Pack(
    name="apache", title="Apache httpd",
    summary="Enforce a TLS policy on Apache httpd 2.4 and prove it on the wire",
    description=(
        "Adds TLS settings next to the existing virtual hosts, gives a server without TLS sites one for each plain site, makes "
        "plain http only redirect to https, and proves all of it from outside.",
        "The change is one transaction. If the daemon or the wire does not show the wanted settings, everything is put back.",
        "Tested on Debian 12 and 13.",
    ),
    options=OPTIONS, plan=plan, packages=lambda options: ("apache2", *(["openssl"] if options["backends"] else [])),
    language="OpenSSL, by the library of mod_ssl", version_added="0.1.0",
)
