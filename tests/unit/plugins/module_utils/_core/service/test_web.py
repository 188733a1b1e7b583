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
from ansible_collections.intransit.tls.plugins.module_utils._core.service.web import (
    WEB,
    list_hsts_warnings,
    list_proxy_warnings,
    write_hsts,
)


@pytest.mark.parametrize(("options", "value"), [
    ({}, "max-age=63072000"),
    ({"hsts_max_age": None, "hsts_preload": None}, "max-age=63072000"),
    ({"hsts_include_subdomains": True}, "max-age=63072000; includeSubDomains"),
    ({"hsts_max_age": 300, "hsts_include_subdomains": False, "hsts_preload": True}, "max-age=300; preload"),
    ({"hsts_max_age": 0}, "max-age=0"),
])
def test_hsts(options: dict[str, Any], value: str) -> None:
    assert write_hsts(resolve(), options) == value


@pytest.mark.parametrize(("data_class", "value"), [
    ("public", "max-age=31536000"), ("restricted", "max-age=63072000"),
    ("confidential", "max-age=63072000; includeSubDomains"), ("secret", "max-age=63072000; includeSubDomains"),
])
def test_only_the_two_strictest_classes_speak_for_all_names_below(data_class: str, value: str) -> None:
    assert write_hsts(resolve(data_class=data_class), {}) == value


@pytest.mark.parametrize(("value", "present", "words"), [
    ("max-age=31536000", "", ["for www.example.org: `max-age=31536000`. For 365 days", "apache_tls_hsts_max_age: 0"]),
    ("max-age=600", "max-age=300", ["For 1 days"]),
    ("max-age=600; includeSubDomains", "max-age=600", ["every name below", "apache_tls_hsts_include_subdomains to false"]),
    ("max-age=600; includeSubDomains; preload", "max-age=600; includeSubDomains", ["months to undo"]),
])
def test_what_browsers_are_told_anew_is_said(value: str, present: str, words: list[str]) -> None:
    (sentence,) = list_hsts_warnings("apache", value, present, ["www.example.org"])
    assert all(word in sentence for word in words)
    assert list_hsts_warnings("apache", value, value, ["www.example.org"]) == []


@pytest.mark.parametrize(("value", "present"), [("", ""), ("max-age=0", "max-age=600"), ("max-age=300", "max-age=600")])
def test_less_than_before_is_not_said(value: str, present: str) -> None:
    assert list_hsts_warnings("apache", value, present, []) == []


@pytest.mark.parametrize(("value", "plain"), [
    ("max-age=600", "www.example.org:8081, which stays"),
    ("max-age=600; includeSubDomains", "www.example.org:8081, old.www.example.org:80, old.www.example.org:8080, which stay "),
])
def test_plain_ports_under_a_name_with_hsts_are_named(value: str, plain: str) -> None:
    left = [{"name": "www.example.org", "ports": [8081]}, {"name": "old.www.example.org", "ports": [80, 8080]},
            {"name": "wiki.example.org", "ports": [80]}]
    (sentence,) = list_hsts_warnings("apache", value, "", ["www.example.org"], left)
    assert f"Browsers will refuse {plain}" in sentence and "wiki" not in sentence
    assert "port too" not in list_hsts_warnings("apache", value, "", ["www.example.net"], left)[0]


def test_no_hsts_if_neither_policy_nor_option_asks_for_it() -> None:
    assert write_hsts(resolve(profile="pci"), {}) == ""


def test_trusted_proxies_are_networks_and_what_they_are_served_is_said() -> None:
    options = read_options(WEB, {"server_name": "a.example", "trusted_proxies": ["192.0.2.7", "2001:db8::1/64", "127.0.0.1"]})
    assert options["trusted_proxies"] == ["192.0.2.7/32", "2001:db8::/64", "127.0.0.1/32"]
    said = list_proxy_warnings("nginx", True, options)
    assert len(said) == 1 and "from 192.0.2.7/32, 2001:db8::/64 with" in said[0]
    assert list_proxy_warnings("nginx", False, options) == []
    assert list_proxy_warnings("nginx", True, {**options, "trusted_proxies": ["127.0.0.1/32"]}) == []


@pytest.mark.parametrize("given", ["", "lb.example", "192.0.2.0/33", "192.0.2.7 1;", "any"])
def test_a_name_is_no_trusted_proxy(given: str) -> None:
    with pytest.raises(OptionError, match="addresses or networks such as 192.0.2.7|printable"):
        read_options(WEB, {"trusted_proxies": [given]})


@pytest.mark.parametrize("name", ["server_name", "redirect_host", "client_ca_file", "redirect_exempt"])
@pytest.mark.parametrize("sign", [";", "{", "}", '"', "'", "\n", "\r", "\0", "$x", "\\", " ", "\u2028"])
def test_no_value_ends_a_directive(name: str, sign: str) -> None:
    value = f"/a{sign}b" if name not in ("server_name", "redirect_host") else f"a{sign}b.example"
    with pytest.raises(OptionError):
        read_options(WEB, {name: [value] if name == "redirect_exempt" else value})
