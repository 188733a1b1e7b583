# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Values of an Apache configuration: places, sections, virtual hosts, and what decides about their TLS."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from ansible_collections.intransit.tls.plugins.module_utils._core.service.apache.config import (
    ApacheConfig,
    Block,
    Directive,
    Place,
    Section,
    VirtualHost,
    split_words,
)

Reads = Callable[..., ApacheConfig]
CONF = "/etc/apache2/apache2.conf"


def directive(name: str, *arguments: str, line: int = 1, scope: tuple[Section, ...] = ()) -> Directive:
    return Directive(name, arguments, " ".join((name, *arguments)), Place(CONF, line), scope)


def vhost(addresses: str, *children: Directive) -> VirtualHost:
    return VirtualHost(Block(Section("virtualhost", addresses, Place(CONF, 9)), list(children)), f"{CONF}:9")


def config(listens: str, *server: Directive) -> ApacheConfig:
    return ApacheConfig(directives=[directive("listen", *item.split()) for item in listens.split(",") if item],
                        server=list(server))


def test_a_place_names_file_line_and_the_line_of_a_macro() -> None:
    assert str(Place("/a", 3)) == "/a:3"
    assert str(Place("/a", 3, "line 2 of macro m", "/b")) == "/a:3 (line 2 of macro m)"


def test_a_directive_knows_the_virtual_host_around_it() -> None:
    host, inner = Section("virtualhost", "*:80", Place(CONF, 1)), Section("directory", "/", Place(CONF, 2))
    inside = directive("options", "None", line=3, scope=(host, inner))
    assert (inside.vhost, inside.file, inside.line) == (host, CONF, 3)
    assert directive("options", scope=(inner,)).vhost is None


def test_a_block_has_its_directives_at_any_depth_in_order() -> None:
    inner = Block(Section("directory", "/", Place(CONF, 2)), [directive("b")])
    block = Block(Section("virtualhost", "*", Place(CONF, 1)), [directive("a"), inner, directive("c")])
    assert [item.name for item in block.directives()] == ["a", "b", "c"]


@pytest.mark.parametrize(("written", "name"), [
    ("www.example.org", "www.example.org"), ("https://www.example.org:443", "www.example.org"), ("[::1]:80", "[::1]:80"),
])
def test_a_server_name_has_no_scheme_and_no_port(written: str, name: str) -> None:
    assert vhost("*:80", directive("servername", written)).server_name == name


def test_of_a_directive_that_stands_twice_the_last_counts_and_aliases_add_up() -> None:
    host = vhost("*:80", directive("documentroot", "/a"), directive("serveralias", "a", "b"),
                 directive("documentroot", "/b"), directive("serveralias", "c"), directive("sslengine", "ON"))
    assert (host.document_root, host.aliases, host.ssl_engine) == ("/b", ("a", "b", "c"), "on")
    assert (vhost("*").server_name, vhost("*").document_root, vhost("*").ssl_engine) == (None, None, None)
    assert vhost("*:80", directive("servername")).server_name is None


def test_what_stands_in_a_section_of_a_virtual_host_is_not_its_own() -> None:
    host = vhost("*:80")
    host.block.children.append(Block(Section("if", "true", Place(CONF, 3)), [directive("sslengine", "on")]))
    assert host.ssl_engine is None and host.all("sslengine") == []


@pytest.mark.parametrize(("written", "expected"), [
    ("80", ("", 80, "http")), ("443", ("", 443, "https")), ("8443 https", ("", 8443, "https")),
    ("443 http", ("", 443, "http")), ("192.0.2.1:81", ("192.0.2.1", 81, "http")), ("[::1]:443", ("[::1]", 443, "https")),
])
def test_where_it_listens(written: str, expected: tuple[str, int, str]) -> None:
    (found,) = config(written).listens()
    assert (found.address, found.port, found.protocol) == expected


def test_a_listen_without_a_port_is_none() -> None:
    assert config("x:y,:").listens() == [] and ApacheConfig(directives=[directive("listen")]).listens() == []


@pytest.mark.parametrize(("addresses", "ports"), [
    ("*:80 [::1]:81", (80, 81)), ("*:80 *:80", (80,)), ("*", (80, 8080)), ("_default_", (80, 8080)), ("*:*", (80, 8080)),
])
def test_the_ports_of_a_virtual_host(addresses: str, ports: tuple[int, ...]) -> None:
    assert config("80,8080,443").ports_of(vhost(addresses)) == ports


@pytest.mark.parametrize(("listens", "host", "server", "tls"), [
    ("80,443", vhost("*:443"), [], True), ("80,443", vhost("*:80"), [], False),
    ("80,8443 https", vhost("*:8443"), [], True), ("80,443 http", vhost("*:443"), [], True),
    ("443", vhost("*:443", directive("sslengine", "off")), [], False),
    ("80", vhost("*:80", directive("sslengine", "optional")), [], True),
    ("80", vhost("*:80"), [directive("sslengine", "on")], True),
    ("80", vhost("*:80", directive("sslengine", "off")), [directive("sslengine", "on")], False),
])
def test_a_virtual_host_speaks_tls_by_its_own_word_the_servers_or_its_port(
    listens: str, host: VirtualHost, server: list[Directive], tls: bool
) -> None:
    assert config(listens, *server).has_tls(host) is tls


def test_the_word_of_the_server_is_the_last_and_not_one_of_a_section(reads: Reads) -> None:
    found = reads((CONF, "DocumentRoot /a\nDocumentRoot /b\n<Directory />\nDocumentRoot /c\n</Directory>"))
    assert found.server_word("documentroot") == "/b" and found.server_word("servername") is None


@pytest.mark.parametrize(("text", "words"), [
    ("a b  c", ["a", "b", "c"]), ('"a b" c', ["a b", "c"]), ("'a \"b' c", ['a "b', "c"]), (r'"a\"b"', ['a"b']),
    ('"open to the end', ["open to the end"]), ("  ", []), ('""', [""]),
])
def test_words_as_apache_splits_them(text: str, words: list[str]) -> None:
    assert split_words(text) == words
