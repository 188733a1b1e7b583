# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What ``service_info`` reads on a freshly installed host, for tests of plans."""

from __future__ import annotations

import fnmatch
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import pytest

from ansible_collections.intransit.tls.plugins.module_utils._core.format import haproxy as haproxy_format
from ansible_collections.intransit.tls.plugins.module_utils._core.format.nginx import parse
from ansible_collections.intransit.tls.plugins.module_utils._core.service import model, plans
from ansible_collections.intransit.tls.plugins.module_utils._core.service.haproxy import host as haproxy
from ansible_collections.intransit.tls.plugins.module_utils._core.service.model import Linked, Printed, Text
from ansible_collections.intransit.tls.plugins.module_utils._core.service.nginx import host as nginx

OPENSSL = {"name": "openssl", "version": "3.0.20"}
GNUTLS = {"name": "gnutls", "version": "3.7.9"}

SEEN: dict[str, dict[str, Any]] = {
    "apache": dict(
        installed=True, tls_library=OPENSSL, vhosts=[], tls_settings=[], problems=[], document_root=None, legs=[],
        listens=[{"port": 80, "address": "", "protocol": "", "file": "/etc/apache2/ports.conf", "line": 5,
                  "text": "Listen 80"}]),
    "postfix": dict(
        installed=True, tls_library=OPENSSL, unit="postfix@-.service", mail_version="3.7.11",
        hostname="mail.example.org", domains=["example.org"], interfaces=["all"], queue_directory="/var/spool/postfix",
        daemon_directory="/usr/lib/postfix/sbin", recipient_delimiter="+", problems=[],
        files={"main": "/etc/postfix/main.cf", "master": "/etc/postfix/master.cf"}, settings={},
        entries=[{"service": "smtp", "type": "inet", "host": "", "port": 25, "loopback": False, "command": "smtpd",
                  "chroot": "y", "line": 12, "options": {}}],
        sasl={"dovecot": True, "cyrus": "absent", "rimap": False}),
    "dovecot": dict(
        installed=True, tls_library=OPENSSL, version="1:2.3.19.1+dfsg1-2.1+deb12u7", settings=[], included=True, problems=[],
        files={}, folders=["/run/dovecot", "/var/lib/dovecot"],
        sockets=[{"service": "imap-login", "listener": name, "protocol": name, "port": port, "addresses": ["*", "::"],
                  "proxy": False} for name, port in (("imap", 143), ("imaps", 993))]),
    "exim": dict(
        installed=True, tls_library=GNUTLS, hostname="mail.example.org", whole=False, split=False, ports=[25], tls_ports=[], logins=False,
        interfaces=[{"address": address, "port": None} for address in ("0.0.0.0", "::0")], requires_tls=[], command="", daemon=True,
        settings=[], files={"/etc/exim4/exim4.conf.localmacros": {"digest": "0", "edited": False}}, transports=[], problems=[]),
    "courier_imap": dict(
        installed=True, tls_library=GNUTLS, protocols=["imap"], virtual_certificates=[], cleartext_logins=[],
        listens=[{"protocol": "imap", "address": "", "port": 143}, {"protocol": "imaps", "address": "", "port": 993}],
        listeners=[{"port": 143}, {"port": 993}], settings={"imapd": {}, "imapd-ssl": {}},
        units=[{"name": "courier-imap.service", "up": True}, {"name": "courier-imap-ssl.service", "up": True}]),
    "openldap": dict(
        installed=True, tls_library=GNUTLS, folder="/etc/ldap/slapd.d", services="ldap:/// ldapi:///", user="openldap",
        group="openldap", databases=[], replication=[], client={"tls_library": GNUTLS, "settings": {}}, **{"global": {}}),
}

NGINX = "http {\n ssl_protocols TLSv1;\n include conf.d/*.conf;\n server {\n listen 80 default_server;\n server_name _;\n }\n}\n"
SEEN["nginx"] = dict(installed=True, tls_library=OPENSSL, version="1.22.1-9", **nginx.describe_seen(nginx.Configuration(
    directives=parse(NGINX, "/etc/nginx/nginx.conf"), files={"/etc/nginx/nginx.conf": {"digest": "0", "edited": False}})))

HAPROXY = "global\n daemon\ndefaults\n mode http\nfrontend www\n bind :80\n default_backend app\nbackend app\n server a 127.0.0.1:8080\n"
SEEN["haproxy"] = dict(installed=True, tls_library=OPENSSL, version="2.6.12-1+deb12u4", **haproxy.describe_seen(haproxy.Configuration(
    haproxy_format.parse(HAPROXY, haproxy.CONF), ["-f", haproxy.CONF], files={haproxy.CONF: {"digest": "0", "edited": False}})))

Planner = Callable[..., dict[str, Any]]


@pytest.fixture
def seen() -> dict[str, dict[str, Any]]:
    return SEEN


@pytest.fixture
def planned() -> Planner:
    """A plan: service, what differs on the host, and variables of the role without their prefix."""

    def make(
        service: str, host: dict[str, Any] | None = None, answers: dict[str, Any] | None = None, **options: Any
    ) -> dict[str, Any]:
        variables = {f"{service}_tls_{name}": value for name, value in options.items()}
        variables.setdefault(service + "_tls_server_name", "web.example.org" if service != "postfix" else "")
        look = {"services": {service: dict(SEEN[service], **(host or {}))}, "answers": answers or {}}
        return plans.plan_of(service, look, variables, "host1", "192.0.2.7", "/etc/ssl/intransit")

    return make


class ScriptedHost:
    """A host in a few lines: a pack's reader is driven with what is written here, and what it asked is kept.

    Args:
        files: text by path; a text of None is a file that cannot be read.
        programs: what a program prints by the beginning of its command line; a program that is not here cannot be run.
        libraries: what a program is linked to, by path.
        versions: of packages.
        sockets, folders: paths that are one.
        writable: something that an account other than root can write.
    """

    def __init__(
        self, files: Mapping[str, str | None] | None = None, programs: Mapping[str, Printed | str] | None = None,
        libraries: Mapping[str, Linked] | None = None, versions: Mapping[str, str] | None = None, sockets: Sequence[str] = (),
        folders: Sequence[str] = (), writable: str = "",
    ) -> None:
        self.files, self.programs = files or {}, programs or {}
        self.libraries, self.versions = libraries or {}, versions or {}
        self.sockets, self.folders, self.writable = sockets, folders, writable
        self.asked: list[model.Question] = []
        self.answers: dict[type, Callable[[Any], Any]] = {
            model.ReadFile: self.read_file, model.ListPaths: self.list_paths, model.KindOf: self.kind_of,
            model.WritableByOthers: self.writable_by_others, model.Run: self.run, model.LinkedTo: self.linked_to,
            model.VersionOf: self.version_of,
        }

    def drive(self, steps: model.Steps[Any]) -> Any:
        """Return what the reader returns."""
        answer: Any = None
        while True:
            try:
                question = steps.send(answer)
            except StopIteration as stop:
                return stop.value
            self.asked.append(question)
            answer = self.answers[type(question)](question)

    @property
    def ran(self) -> list[model.Run]:
        """Programs that were run."""
        return [question for question in self.asked if isinstance(question, model.Run)]

    def read_file(self, question: model.ReadFile) -> Text:
        text = self.files.get(question.path, "")
        if question.path not in self.files:
            return Text(exists=False, problem=f"{question.path} cannot be read: No such file or directory.")
        return Text(problem=f"{question.path} cannot be read: Input/output error.") if text is None else Text(text)

    def list_paths(self, question: model.ListPaths) -> tuple[str, ...]:
        return tuple(sorted(fnmatch.filter(self.files, question.pattern)))

    def kind_of(self, question: model.KindOf) -> str:
        kinds = {"file": self.files, "socket": self.sockets, "folder": self.folders}
        return next((kind for kind, paths in kinds.items() if question.path in paths), "absent")

    def writable_by_others(self, question: model.WritableByOthers) -> str:
        return self.writable

    def run(self, question: model.Run) -> Printed:
        line = " ".join(question.argv)
        for start, printed in self.programs.items():
            if line.startswith(start):
                return Printed(True, printed) if isinstance(printed, str) else printed
        return Printed(False, did_run=False, problem=f"Cannot run `{line}`: No such file or directory.")

    def linked_to(self, question: model.LinkedTo) -> Linked:
        return next((self.libraries[path] for path in question.paths if path in self.libraries), Linked())

    def version_of(self, question: model.VersionOf) -> str | None:
        return self.versions.get(question.package)


@pytest.fixture
def scripted() -> type[ScriptedHost]:
    """A host whose answers are written down."""
    return ScriptedHost
