# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The HSTS header of web servers, and values that would end a directive."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.intransit.tls.plugins.module_utils._core.errors import OptionError
from ansible_collections.intransit.tls.plugins.module_utils._core.policy.resolve import resolve
from ansible_collections.intransit.tls.plugins.module_utils._core.service.options import read_options
from ansible_collections.intransit.tls.plugins.module_utils._core.service.web import WEB, write_hsts


@pytest.mark.parametrize(("options", "value"), [
    ({}, "max-age=63072000; includeSubDomains"),
    ({"hsts_max_age": None, "hsts_preload": None}, "max-age=63072000; includeSubDomains"),
    ({"hsts_max_age": 300, "hsts_include_subdomains": False, "hsts_preload": True}, "max-age=300; preload"),
    ({"hsts_max_age": 0}, "max-age=0; includeSubDomains"),
])
def test_hsts(options: dict[str, Any], value: str) -> None:
    assert write_hsts(resolve(), options) == value


def test_no_hsts_if_neither_policy_nor_option_asks_for_it() -> None:
    assert write_hsts(resolve(profile="pci"), {}) == ""


@pytest.mark.parametrize("name", ["server_name", "redirect_host", "client_ca_file", "redirect_exempt"])
@pytest.mark.parametrize("sign", [";", "{", "}", '"', "'", "\n", "\r", "\0", "$x", "\\", " ", "\u2028"])
def test_no_value_ends_a_directive(name: str, sign: str) -> None:
    value = f"/a{sign}b" if name not in ("server_name", "redirect_host") else f"a{sign}b.example"
    with pytest.raises(OptionError):
        read_options(WEB, {name: [value] if name == "redirect_exempt" else value})
