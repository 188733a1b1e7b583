# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The one table of services: what a daemon is called, where it lives, who links its TLS.

Adding a service is adding a row.  ``tls_objects`` are the files whose dynamic linking
decides the dialect: the daemon itself or the module that brings TLS, first one that
exists.  Read on Debian 12 and 13 with dpkg and ldd, 2026-11-22.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Service:
    """One daemon as Debian packages it."""

    name: str
    package: str
    """The Debian package whose version is the service's version."""
    tls_objects: tuple[str, ...]
    """Absolute paths, the first existing one is asked which TLS library it is linked to."""
    units: tuple[str, ...]
    """systemd units that run it; the first one is the one to look at."""
    processes: tuple[str, ...]
    """Names of its processes as the kernel shows them."""
    configuration: tuple[str, ...]
    """Its configuration files and folders."""
    further_packages: tuple[str, ...] = ()
    """Packages that its role may install besides; their versions are reported."""


_ROWS = (
    Service(
        name="apache",
        package="apache2",
        tls_objects=("/usr/lib/apache2/modules/mod_ssl.so",),
        units=("apache2.service",),
        processes=("apache2",),
        configuration=("/etc/apache2/apache2.conf", "/etc/apache2/ports.conf", "/etc/apache2"),
    ),
    Service(
        name="postfix",
        package="postfix",
        # smtpd has no TLS code of its own, the library beside it has.
        tls_objects=("/usr/lib/postfix/libpostfix-tls.so", "/usr/lib/postfix/sbin/smtpd"),
        units=("postfix@-.service", "postfix.service"),
        processes=("master",),
        configuration=("/etc/postfix/main.cf", "/etc/postfix/master.cf"),
        further_packages=("sasl2-bin", "libsasl2-modules", "ca-certificates"),
    ),
    Service(
        name="courier_imap",
        package="courier-imap",
        tls_objects=("/usr/bin/couriertls", "/usr/lib/courier/couriertls"),
        units=("courier-imap.service", "courier-imap-ssl.service", "courier-pop.service", "courier-pop-ssl.service"),
        processes=("couriertcpd",),
        configuration=(
            "/etc/courier/imapd", "/etc/courier/imapd-ssl", "/etc/courier/pop3d", "/etc/courier/pop3d-ssl",
        ),
        further_packages=("courier-pop",),
    ),
    Service(
        name="openldap",
        package="slapd",
        tls_objects=("/usr/sbin/slapd",),
        units=("slapd.service",),
        processes=("slapd",),
        configuration=("/etc/ldap/slapd.d", "/etc/default/slapd"),
        further_packages=("ldap-utils", "libldap-common"),
    ),
    Service(
        name="nginx", package="nginx", tls_objects=("/usr/sbin/nginx",), units=("nginx.service",), processes=("nginx",),
        configuration=("/etc/nginx/nginx.conf", "/etc/nginx"),
    ),
)

SERVICES: dict[str, Service] = {row.name: row for row in _ROWS}
"""Every known service by name."""
