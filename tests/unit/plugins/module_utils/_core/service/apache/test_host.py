# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""How Apache is asked; what it answers on real hosts is seen in molecule/apache."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.intransit.tls.plugins.module_utils._core.errors import DialectError, TransactionError
from ansible_collections.intransit.tls.plugins.module_utils._core.service.apache import host as apache
from ansible_collections.intransit.tls.plugins.module_utils._core.service.apache.host import HOST
from ansible_collections.intransit.tls.plugins.module_utils._core.service.model import BUILT_IN, Printed

DUMP = "# In file: /etc/apache2/apache2.conf\n"
READER, ROOT = True, False
REFUSAL = Printed(False, "secret of the configuration", "AH00526: Syntax error on line 1 of /etc/apache2/x.conf",
                  "`apache2ctl` ended with 1")


def dump(text: str) -> str:
    return DUMP + "".join(f"# {number:3d}:\n{line}\n" for number, line in enumerate(text.split("\n"), 1) if line)


def runs(host: Any) -> list[bool]:
    """Whether each run was as the reader."""
    return [question.as_reader for question in host.ran]


def test_what_apache_prints_is_what_is_reported(scripted: Any) -> None:
    host = scripted({"/etc/apache2/mods-enabled/ssl.load": "", "/etc/apache2/mods-enabled/alias.load": "",
                     "/etc/apache2/mods-enabled/ssl.conf": "", "/etc/apache2/conf-available/zz-intransit-tls.conf": (
                         'Header always set Strict-Transport-Security "max-age=300" "expr=x"\n')},
                    {"apache2ctl": dump("Listen 8080")})
    found = host.drive(HOST.read())
    assert found["modules"] == ["alias", "ssl"] and [row["port"] for row in found["listens"]] == [8080]
    assert set(found) == {"vhosts", "document_root", "listens", "tls_settings", "problems", "modules", "legs", "present_hsts",
                          "present_redirect"}
    assert found["present_hsts"] == "max-age=300"
    assert runs(host) == [READER] and host.ran[0].keep == 16 * 1024 * 1024


def test_only_modules_that_exist_are_loaded_for_the_question(scripted: Any) -> None:
    folder = "/usr/lib/apache2/modules"
    host = scripted({f"{folder}/mod_info.so": "", f"{folder}/mod_ssl.so": ""}, {"apache2ctl": DUMP})
    host.drive(apache.read_configuration())
    assert host.ran[0].argv == (
        "apache2ctl", "-C", f"LoadModule info_module {folder}/mod_info.so", "-C",
        f"LoadModule ssl_module {folder}/mod_ssl.so", "-t", "-D", "DUMP_CONFIG")


def test_a_configuration_that_apache_refuses_is_a_problem_in_its_own_words(scripted: Any) -> None:
    host = scripted(programs={"apache2ctl": REFUSAL})
    found = host.drive(HOST.read())
    assert found["vhosts"] == [] and "AH00526" in found["problems"][0]
    assert runs(host) == [READER, ROOT]


def test_it_is_not_read_as_root_if_another_account_can_write_it(scripted: Any) -> None:
    host = scripted(programs={"apache2ctl": REFUSAL}, writable="/etc/apache2/theirs.conf")
    (problem,) = host.drive(HOST.read())["problems"]
    assert "can write /etc/apache2/theirs.conf" in problem and "AH00526" in problem and "secret" not in problem
    assert runs(host) == [READER]


def test_without_words_of_apache_the_problem_says_how_it_ended(scripted: Any) -> None:
    host = scripted(programs={"apache2ctl": Printed(False, "secret", "", "`apache2ctl` did not end within 30 s")})
    (problem,) = host.drive(HOST.read())["problems"]
    assert "did not end within 30 s" in problem and "secret" not in problem


def test_a_program_that_cannot_run_is_not_tried_as_root(scripted: Any) -> None:
    host = scripted(programs={"apache2ctl": Printed(False, problem="It printed too much.", did_run=False)})
    assert host.drive(HOST.read())["problems"] == ["It printed too much."]
    assert runs(host) == [READER]
    with pytest.raises(TransactionError, match="too much"):
        host.drive(apache.read_configuration())


def cipher_settings(scripted: Any, text: str) -> list[tuple[str, str]]:
    found = scripted(programs={"apache2ctl": dump(text)}).drive(HOST.cipher_settings("openssl"))
    return [(row.value, row.where) for row in found]


def test_cipher_settings_of_tls_1_2_and_older(scripted: Any) -> None:
    text = """
SSLCipherSuite HIGH:!aNULL
SSLCipherSuite TLSv1.3 TLS_AES_256_GCM_SHA384
<VirtualHost *:443>
  SSLCipherSuite SSL "ALL:@SECLEVEL=0"
</VirtualHost>
"""
    assert cipher_settings(scripted, text) == [
        ("HIGH:!aNULL", "/etc/apache2/apache2.conf:2"), ("ALL:@SECLEVEL=0", "/etc/apache2/apache2.conf:5")]


def test_without_a_setting_it_is_openssl_s_and_mod_ssl_rules_out_the_worst(scripted: Any) -> None:
    (found,) = scripted(programs={"apache2ctl": dump("ServerName x")}).drive(HOST.cipher_settings("openssl"))
    assert found.where == BUILT_IN and found.effective == "DEFAULT:!aNULL:!eNULL:!EXP"


def test_cipher_settings_that_cannot_be_read_are_an_error(scripted: Any) -> None:
    with pytest.raises(DialectError, match="AH00526"):
        scripted(programs={"apache2ctl": REFUSAL}).drive(HOST.cipher_settings("openssl"))
