# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""A host with nginx in a few lines."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from ansible_collections.intransit.tls.plugins.module_utils._core.service.nginx.host import HOST

MAIN = "http {\n  include conf.d/*.conf;\n  include sites-enabled/*;\n}\n"
SITE = "/etc/nginx/sites-enabled/site"
TLS = "listen 443 ssl; ssl_certificate a; ssl_certificate_key b;"


@pytest.fixture
def reads(scripted: Any) -> Callable[..., dict[str, Any]]:
    """What ``service_info`` reports of a site, beside nginx.conf and other files."""

    def read(site: str, main: str = MAIN, **files: str) -> dict[str, Any]:
        texts = {f"/etc/nginx/{name.replace('__', '/')}": text for name, text in files.items()}
        host = scripted({"/etc/nginx/nginx.conf": main, SITE: site, "/etc/hosts": "127.0.0.1 localhost\n", **texts})
        found: dict[str, Any] = host.drive(HOST.read())
        return found

    return read


@pytest.fixture
def plan_for(reads: Any, planned: Any) -> Callable[..., dict[str, Any]]:
    """The plan for a host with this site."""

    def make(site: str, main: str = MAIN, version: str = "1.26.3", **options: Any) -> dict[str, Any]:
        found: dict[str, Any] = planned(
            "nginx", {"version": version, **reads(site, main), "present_hsts": "max-age=63072000",
                      "present_redirect": False}, **options)
        return found

    return make
