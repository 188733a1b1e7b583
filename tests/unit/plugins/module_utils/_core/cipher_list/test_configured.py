# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Cipher strings as daemons are configured with them, and what daemons add by themselves."""

from __future__ import annotations

import base64

import pytest

from ansible_collections.intransit.tls.plugins.module_utils._core.cipher_list.configured import (
    BUILT_IN,
    POSTFIX_PARAMETERS,
    Setting,
    apache,
    courier,
    openldap,
    postfix,
)
from ansible_collections.intransit.tls.plugins.module_utils._core.errors import DialectError
from ansible_collections.intransit.tls.plugins.module_utils._core.service.apache.dump import read_dump


def apache_settings(text: str) -> list[tuple[str, str]]:
    printed = "".join(f"# {number:3d}:\n{line}\n" for number, line in enumerate(text.split("\n"), 1) if line)
    config = read_dump("# In file: /etc/apache2/apache2.conf\n" + printed)
    return [(setting.value, setting.where) for setting in apache(config)]


def test_apache() -> None:
    text = """
SSLCipherSuite HIGH:!aNULL
SSLCipherSuite TLSv1.3 TLS_AES_256_GCM_SHA384
<VirtualHost *:443>
  SSLCipherSuite SSL "ALL:@SECLEVEL=0"
</VirtualHost>
"""
    assert apache_settings(text) == [
        ("HIGH:!aNULL", "/etc/apache2/apache2.conf:2"), ("ALL:@SECLEVEL=0", "/etc/apache2/apache2.conf:5"),
    ]


def test_apache_without_a_setting_takes_openssl_s() -> None:
    assert apache_settings("ServerName x\n") == [("DEFAULT", BUILT_IN)]


def test_apache_rules_out_the_worst_itself() -> None:
    assert Setting("SSLCipherSuite", "ALL", "x", ":!aNULL").effective == "ALL:!aNULL"


def test_postfix() -> None:
    found = postfix({
        "smtpd_tls_ciphers": "medium",
        "smtpd_tls_exclude_ciphers": "aNULL, RC4",
        "smtpd_tls_mandatory_ciphers": "high",
        "smtpd_tls_mandatory_exclude_ciphers": "MD5:DES",
        "tls_medium_cipherlist": "aNULL:-aNULL:HIGH:MEDIUM:+RC4:@STRENGTH",
        "tls_high_cipherlist": "aNULL:-aNULL:HIGH:@STRENGTH",
    })
    assert [(one.name, one.where, one.added, one.seclevel) for one in found] == [
        ("smtpd_tls_ciphers = medium", "tls_medium_cipherlist", ":!aNULL:!RC4", 0),
        ("smtpd_tls_mandatory_ciphers = high", "tls_high_cipherlist", ":!aNULL:!RC4:!MD5:!DES", 0),
    ]
    assert found[1].effective == "aNULL:-aNULL:HIGH:@STRENGTH:!aNULL:!RC4:!MD5:!DES"
    assert {"smtp_tls_mandatory_ciphers", "tls_high_cipherlist"} <= set(POSTFIX_PARAMETERS)


def test_courier() -> None:
    files = {"/etc/courier/imapd-ssl": '# x\nTLS_PRIORITY="NORMAL:-VERS-ALL:+VERS-TLS1.3"\n', "/etc/courier/pop3d-ssl": ""}
    assert [(one.name, one.value, one.where) for one in courier(files, "gnutls")] == [
        ("TLS_PRIORITY", "NORMAL:-VERS-ALL:+VERS-TLS1.3", "/etc/courier/imapd-ssl"),
        ("TLS_PRIORITY", "NORMAL", BUILT_IN),
    ]
    assert courier({"x": "TLS_CIPHER_LIST=HIGH\n"}, "openssl")[0].value == "HIGH"


def test_courier_with_a_value_that_only_a_shell_can_tell() -> None:
    with pytest.raises(DialectError, match="Only a shell could tell"):
        courier({"/etc/courier/imapd-ssl": "TLS_PRIORITY=$(cat /etc/priority)\n"}, "gnutls")


def test_openldap() -> None:
    plain = "dn: cn=config\nolcTLSCipherSuite: SECURE256:%SERVER_\n PRECEDENCE\n"
    coded = f"olctlsciphersuite:: {base64.b64encode(b'SECURE192').decode()}\n"
    assert [one.value for one in openldap(plain, "gnutls")] == ["SECURE256:%SERVER_PRECEDENCE"]
    assert [one.value for one in openldap(coded, "gnutls")] == ["SECURE192"]
    assert [(one.value, one.where) for one in openldap("dn: cn=config\n", "openssl")] == [("DEFAULT", BUILT_IN)]
    assert openldap("", "gnutls")[0].value == "NORMAL"
    with pytest.raises(DialectError, match="is not base64"):
        openldap("olcTLSCipherSuite:: !!\n", "gnutls")
