# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What a role's option may be, and the sentence that refuses all else."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.intransit.tls.plugins.module_utils._core.errors import OptionError
from ansible_collections.intransit.tls.plugins.module_utils._core.service.options import (
    TYPES,
    Option,
    is_host,
    read_options,
)

SAMPLES = (
    Option("switch", "bool", False),
    Option("maybe", "bool", nullable=True),
    Option("port", "int", 443, minimum=1, maximum=65535),
    Option("note", "str", ""),
    Option("word", "choice", "auto", choices=("auto", "off")),
    Option("file", "path", ""),
    Option("name", "host", default_from="{{ inventory_hostname }}"),
    Option("paths", "list", ("/a",), pattern=r"/[a-z/.-]*", expected="a path such as /.well-known/"),
    Option("own", "dict", ()),
    Option("rows", "dicts", ()),
)
BY_NAME = {option.name: option for option in SAMPLES}


def test_the_samples_have_every_type() -> None:
    assert {option.type for option in SAMPLES} == set(TYPES)


@pytest.mark.parametrize(("name", "given", "value"), [
    ("switch", "yes", True), ("switch", 0, False), ("switch", True, True), ("maybe", "", None), ("maybe", None, None),
    ("port", "8443", 8443), ("port", 1, 1), ("port", None, 443),
    ("note", "a note, größer", "a note, größer"), ("note", "", ""), ("note", None, ""),
    ("word", "AUTO", "auto"), ("word", False, "off"),
    ("file", "/etc/ssl/ca-1_2~.pem", "/etc/ssl/ca-1_2~.pem"), ("file", "", ""),
    ("name", "www.example.org", "www.example.org"), ("name", "192.0.2.1", "192.0.2.1"), ("name", "[2001:db8::1]", "[2001:db8::1]"),
    ("paths", ["/x/", "/.well-known/"], ["/x/", "/.well-known/"]), ("paths", None, ("/a",)),
    ("own", {"a": [1, {"b": None}]}, {"a": [1, {"b": None}]}), ("rows", [{"a": "b"}], [{"a": "b"}]),
])
def test_what_is_taken(name: str, given: Any, value: Any) -> None:
    assert read_options([BY_NAME[name]], {name: given}) == {name: value}


@pytest.mark.parametrize(("name", "given", "allowed"), [
    ("switch", "maybe", "true or false"), ("switch", 2, "true or false"), ("switch", "", "true or false"),
    ("port", 0, "a whole number from 1 to 65535"), ("port", "99999", "from 1 to 65535"), ("port", True, "a whole number"),
    ("port", "\uff14\uff14\uff13", "a whole number"), ("port", 443.0, "a whole number"), ("port", "443\n", "a whole number"),
    ("note", " ", "printable"), ("note", 3, "printable"),
    ("word", "never", "auto, off"), ("word", True, "auto, off"), ("word", ["auto"], "auto, off"), ("word", "", "auto, off"),
    ("file", "etc/x", "absolute path"), ("file", "/a b", "absolute path"), ("file", "/$(id)", "absolute path"),
    ("name", "", "a host name"), ("name", "bücher.example", "xn--"), ("name", "-a.example", "a host name"),
    ("name", "a..example", "a host name"), ("name", "1.2.3", "a host name"), ("name", "fe80::1%eth0", "a host name"),
    ("name", "a_b.example", "a host name"), ("name", "a" * 64 + ".example", "a host name"),
    ("paths", ["/x", "/X"], "a path such as /.well-known/"), ("paths", "/x", "a list"), ("paths", {"/x": 1}, "a list"),
    ("own", [], "a dictionary"), ("own", {"a": 1.5}, "texts, whole numbers"), ("rows", ["a"], "a dictionary"),
])
def test_what_is_refused_says_option_value_and_what_is_allowed(name: str, given: Any, allowed: str) -> None:
    with pytest.raises(OptionError) as caught:
        read_options([BY_NAME[name]], {name: given}, "web_tls_")
    assert caught.value.message.startswith(f"web_tls_{name} is ")
    assert allowed in caught.value.message
    assert caught.value.message.isprintable()


def test_every_fault_is_named_at_once() -> None:
    with pytest.raises(OptionError) as caught:
        read_options(SAMPLES, {"port": -1, "name": "a b", "vhost": "x"}, "web_tls_")
    assert len(caught.value.details["problems"]) == 3
    assert "Unknown option 'web_tls_vhost'." in caught.value.message


@pytest.mark.parametrize("option", SAMPLES, ids=lambda option: option.type)
def test_whatever_passes_is_printable_and_whatever_does_not_is_refused_in_one_line(option: Option, nasty: Any) -> None:
    for value in nasty.values:
        for given in (value, [value], {"key": value}, {value: 1} if isinstance(value, str) else 1, [{"key": [value]}]):
            try:
                found = read_options([option], {option.name: given})
            except OptionError as error:
                assert error.message.isprintable()
                assert len(error.message) < 1000
                continue
            assert all(text.isprintable() and len(text) <= 4096 for text in nasty.texts(found))


def test_the_hostile_values_would_do_harm(nasty: Any) -> None:
    """A reader that took every text would let these through."""
    bad = [text for value in nasty.values for text in nasty.texts(value) if not text.isprintable()]
    assert len(nasty.values) >= 40
    assert len(bad) >= 15


def test_a_tree_without_end_is_refused() -> None:
    tree: dict[str, Any] = {}
    tree["self"] = tree
    with pytest.raises(OptionError, match="nested at most 8"):
        read_options([BY_NAME["own"]], {"own": tree})


@pytest.mark.parametrize("text", ["a.example.", "xn--bcher-kva.example", "2001:db8::1", "::1", "A.example", "h"])
def test_hosts(text: str) -> None:
    assert is_host(text)


@pytest.mark.parametrize("text", ["", ".", "a.example..", "[a.example]", "*.example", "300.1.1.1", "a/b", "a:443", "[::1"])
def test_no_hosts(text: str) -> None:
    assert not is_host(text)


def test_an_entry_for_the_specification() -> None:
    assert BY_NAME["word"].spec() == {"description": [], "type": "str", "choices": ["auto", "off"], "default": "auto"}
    assert BY_NAME["paths"].spec()["elements"] == "str"
    assert BY_NAME["rows"].spec()["elements"] == "dict"
    assert "default" not in BY_NAME["name"].spec()
    assert BY_NAME["name"].default_value() == "{{ inventory_hostname }}"
    assert BY_NAME["paths"].default_value() == ["/a"]


def test_no_value_is_modified() -> None:
    given = {"rows": [{"a": ["b"]}]}
    found = read_options([BY_NAME["rows"]], given)
    found["rows"][0]["a"].append("c")
    assert given == {"rows": [{"a": ["b"]}]}
