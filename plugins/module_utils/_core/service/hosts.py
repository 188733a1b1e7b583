# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The registry of service packs for modules; a row is a pack's ``HOST``.

All of it travels to every host, so it imports nothing else; what only the controller needs is in ``plans.py``.
"""

from __future__ import annotations

from ansible_collections.intransit.tls.plugins.module_utils._core.service.apache.host import HOST as APACHE
from ansible_collections.intransit.tls.plugins.module_utils._core.service.courier_imap.host import HOST as COURIER_IMAP
from ansible_collections.intransit.tls.plugins.module_utils._core.service.dovecot.host import HOST as DOVECOT
from ansible_collections.intransit.tls.plugins.module_utils._core.service.exim.host import HOST as EXIM
from ansible_collections.intransit.tls.plugins.module_utils._core.service.haproxy.host import HOST as HAPROXY
from ansible_collections.intransit.tls.plugins.module_utils._core.service.model import Host
from ansible_collections.intransit.tls.plugins.module_utils._core.service.nginx.host import HOST as NGINX
from ansible_collections.intransit.tls.plugins.module_utils._core.service.openldap.host import HOST as OPENLDAP
from ansible_collections.intransit.tls.plugins.module_utils._core.service.postfix.host import HOST as POSTFIX

HOSTS: dict[str, Host] = {host.name: host for host in (
    APACHE, NGINX, HAPROXY, POSTFIX, EXIM, DOVECOT, COURIER_IMAP, OPENLDAP)}
"""Every service by its name."""
