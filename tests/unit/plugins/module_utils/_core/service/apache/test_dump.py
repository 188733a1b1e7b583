# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Reading what Apache 2.4.67 printed of a configuration with macros, Define, includes and tags over several lines."""

from __future__ import annotations

import pytest

from ansible_collections.intransit.tls.plugins.module_utils._core.service.apache.config import split_words
from ansible_collections.intransit.tls.plugins.module_utils._core.service.apache.dump import place_of, read_dump

FILE = "/etc/apache2/sites-enabled/m.conf"
MACRO = '''macro 'site' (defined on line 5 of "/etc/apache2/macros.conf") used on line %d of "''' + FILE + '"'
DUMP = f"""# In file: /etc/apache2/ports.conf
#   5:
Listen 80
#   8:
Listen 443
#   9:
Listen [::1]:8443 https
# In file: {MACRO % 20}
#   1:
<VirtualHost *:443>
  #   2:
  ServerName www.shop.example
  #   6:
  SSLProtocol all -SSLv3
</VirtualHost>
# In file: {MACRO % 21}
#   1:
<VirtualHost *:443>
  #   2:
  ServerName https://OLD.shop.example:443
</VirtualHost>
# In file: {FILE}
#  25:
<VirtualHost *:80     [2001:db8::1]:80 >
  #  26:
  ServerName a.example
# In file: /etc/apache2/inc/sub.inc
  #   1:
  Alias "/sp ace" "/srv/with space/"
# In file: {FILE}
  #  28:
  ServerAlias www.a.example *.b.example
  #  49:
  <LocationMatch "^/(?<name>[a-z]+)>x">
    #  50:
    SSLEngine off
  </LocationMatch>
</VirtualHost>
Syntax OK
"""


def test_sites_of_a_macro_are_named_by_the_use_that_made_them() -> None:
    config = read_dump(DUMP)
    first, second, plain = config.vhosts
    assert (first.server_name, second.server_name) == ("www.shop.example", "OLD.shop.example")
    protocol = next(item for item in config.directives if item.name == "sslprotocol")
    assert str(protocol.place) == FILE + ":20 (line 6 of macro site)"
    assert protocol.place.defined_in == "/etc/apache2/macros.conf"
    assert protocol.vhost == first.section and len({first.key, second.key, plain.key}) == 3


def test_a_tag_over_several_lines_and_an_include_in_it() -> None:
    config = read_dump(DUMP)
    plain = config.vhosts[2]
    assert plain.addresses == ("*:80", "[2001:db8::1]:80") and config.ports_of(plain) == (80,)
    assert plain.aliases == ("www.a.example", "*.b.example") and plain.key == FILE + ":25"
    alias = next(item for item in config.directives if item.name == "alias")
    assert (alias.file, alias.line, alias.arguments) == ("/etc/apache2/inc/sub.inc", 1, ("/sp ace", "/srv/with space/"))
    assert plain.ssl_engine is None, "a section in it is not the site itself"
    assert plain.block.directives()[-1].scope[-1].argument == '"^/(?<name>[a-z]+)>x"'
    assert config.problems == []


def test_a_site_speaks_tls_if_it_says_so_or_its_port_does() -> None:
    config = read_dump(DUMP)
    assert [config.has_tls(host) for host in config.vhosts] == [True, True, False]
    assert [(item.address, item.port, item.protocol) for item in config.listens()] == [
        ("", 80, "http"), ("", 443, "https"), ("[::1]", 8443, "https")]


def test_what_the_server_says_is_inherited() -> None:
    config = read_dump("# In file: /a\n#   1:\nSSLEngine on\n#   2:\nDocumentRoot /srv\n#   3:\n<VirtualHost *:81>\n</VirtualHost>\n")
    assert config.has_tls(config.vhosts[0]) and config.server_word("documentroot") == "/srv"
    assert config.server_word("servername") is None


def test_the_same_lines_read_twice_are_two_sites() -> None:
    body = "# In file: /t.conf\n#   1:\n<VirtualHost *:80>\n  #   2:\n  ServerName %s.example\n</VirtualHost>\n"
    config = read_dump(body % "a" + body % "b")
    assert [(host.key, host.server_name) for host in config.vhosts] == [
        ("/t.conf:1", "a.example"), ("/t.conf:1#2", "b.example")]


def test_an_address_without_a_port_has_all_plain_ports() -> None:
    config = read_dump("# In file: /a\n#   1:\nListen 80\n#   2:\nListen 81\n#   3:\nListen 443\n#   4:\n<VirtualHost *>\n</VirtualHost>\n")
    assert config.ports_of(config.vhosts[0]) == (80, 81)


def test_a_macro_in_a_macro_is_placed_where_an_administrator_wrote_use() -> None:
    raw = ("macro 'in' (defined on line 3 of \"/m.conf\") used on line 2 of \"macro 'out' (defined on line 9 of \"/m.conf\") "
           "used on line 30 of \"/s.conf\"\"")
    assert str(place_of(raw, 4)) == "/s.conf:30 (line 4 of macro in)"


@pytest.mark.parametrize("text", ["</VirtualHost>", "<", "<VirtualHost", "\\", '"', "<VirtualHost *:443>", "\0\xff", "Listen",
                                  "# In file: ", "#  9:", "<>", "</>", "Listen x:y", "Listen :", "<VirtualHost>"])
def test_nonsense_is_read_without_an_exception(text: str) -> None:
    config = read_dump("# In file: /a\n" + text + "\n")
    config.listens()
    for host in config.vhosts:
        assert config.ports_of(host) is not None


@pytest.mark.parametrize("text, words", [
    ("always set X \"a b; c\" 'd e'", ["always", "set", "X", "a b; c", "d e"]),
    (r'"a\\b \"q\" \s"', [r'a\b "q" \s']),
    (r"^/\d+\\x", [r"^/\d+\x"]),
    ('404 "not found', ["404", "not found"]),
    ('x"y z', ['x"y', "z"]),
    ("a\tb", ["a", "b"]),
    ("", []),
])
def test_words_are_split_as_apache_does(text: str, words: "list[str]") -> None:
    assert split_words(text) == words
