# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Who can be set up to use a service of this host in plaintext: one row for each kind of configuration.

A row says which files there are, in which form their lines are, which settings name a server, and which settings
or words mean that the server is used with TLS.  A new kind is a new row.
Sources: ldap_table(5), nslcd.conf(5), sssd-ldap(5), ldap.conf(5), libnss-ldap.conf(5), saslauthd(8) with
LDAP_SASLAUTHD, authldaprc, Dovecot's dovecot-ldap.conf.ext and its 2.4 settings, Roundcube's defaults.inc.php,
SnappyMail's and RainLoop's domain files, slapd-config(5), haproxy's configuration manual, proxy modules of nginx and
Apache.
"""

from __future__ import annotations

from ansible_collections.intransit.tls.plugins.module_utils._core.light import dataclass

URLS = "urls"
LIST = "list"
FLAGS = r"\s-Z{1,2}(?=\s|\Z)|--starttls|--ssl-reqd|--tls\b|\bSTARTTLS\b|starttls=[\"']?(?:critical|yes)"
"""Words by which programs ask for STARTTLS."""


@dataclass(frozen=True)
class Server:
    """A setting that names servers; ``key`` is a regular expression for all of it."""

    key: str
    form: str = LIST
    """``list``: URLs or hosts, set apart by spaces; ``urls``: what is written as a URL, wherever it stands."""
    scheme: str = "ldap"
    """What a host without a scheme is asked by."""
    port_key: str = ""
    """The setting that says the port of a host without one."""
    default: str = ""
    """What counts if the setting is missing; empty: the file then names no server."""
    encrypted: tuple[tuple[str, str], ...] = ()
    """As that of the kind, for this server alone."""


@dataclass(frozen=True)
class Kind:
    """One kind of configuration that can name a plaintext port."""

    name: str
    what: str
    """What the program does with the server, for a sentence: "Postfix looks up addresses"."""
    paths: tuple[str, ...]
    form: str
    """A name of ``forms.FORMS``."""
    servers: tuple[Server, ...]
    remedy: str
    """What to change in the file; ``{name}`` is the name in the server's certificate."""
    encrypted: tuple[tuple[str, str], ...] = ()
    """Settings (of the same section) and values, both regular expressions, by which the server is used with TLS."""
    flags: str = FLAGS
    """Regular expression within a server's own setting that means TLS."""
    named: tuple[str, tuple[str, ...]] = ("", ())
    """Text that has to stand in one of these files, or the file is not in use; ``{name}`` is the file's own name."""
    needs: str = ""
    """Setting that has to be there, or the file is of another kind."""
    tls_since: tuple[str, tuple[int, ...]] = ("", ())
    """Package, and the first version of it that uses TLS unless a setting of ``encrypted`` says otherwise."""
    in_clear: tuple[tuple[str, str], ...] = ()
    """Settings and values of which one has to be there, or the server is used with TLS in any case."""
    spread: bool = False
    """Whether all files are one configuration: a section goes on in other files, and the last setting counts."""
    follows: bool = False
    """Whether the program follows a redirect from http to https."""


DOVECOT = "settings of Dovecot"
"""In place of a file: what Dovecot reads, by its includes; a file that is not included is always there."""
_TO_STARTTLS = "Set {0} and the CA file of the server's certificate, and name the server {{name}}, not its address."

DOVECOT_BLOCKS = Kind(
    name="dovecot_blocks", what="Dovecot looks up users", form="blocks", paths=(), servers=(Server("ldap_uris"),),
    remedy=("Set ldap_starttls = yes and ldap_uris = ldap://{name}, and TLS_CACERT in /etc/ldap/ldap.conf: for LDAP "
            "Dovecot 2.4.1 does not use ssl_client_ca_file."))
"""LDAP in Dovecot 2.4, whose settings stand anywhere among the others: ``dovecot_blocks.py`` reads them."""

KINDS: tuple[Kind, ...] = (
    Kind(
        name="postfix_ldap", what="Postfix looks up addresses", form="assignments",
        paths=("/etc/postfix/*.cf", "/etc/postfix/*/*.cf"),
        servers=(Server("server_host", port_key="server_port", default="localhost"),), needs="search_base",
        encrypted=(("start_tls", "yes"),), named=("{name}", ("/etc/postfix/main.cf", "/etc/postfix/master.cf")),
        remedy="Set start_tls = yes and tls_ca_cert_file, and server_host = ldap://{name}."),
    Kind(
        name="postfix_relay", what="Postfix sends mail through a relay", form="assignments",
        paths=("/etc/postfix/main.cf",), servers=(Server("relayhost", scheme="smtp"),),
        encrypted=(("smtp_tls_security_level", "may|encrypt|dane|dane-only|verify|secure|fingerprint"),
                   ("smtp_(use|enforce)_tls|smtp_tls_wrappermode", "yes")),
        remedy="Set smtp_tls_security_level = encrypt, or secure with smtp_tls_CAfile."),
    Kind(
        name="nslcd", what="nslcd looks up users and groups", form="words", paths=("/etc/nslcd.conf",),
        servers=(Server("uri"),), encrypted=(("ssl", "start_?tls|on|yes|true"),),
        remedy="Set ssl start_tls and tls_cacertfile, and uri ldap://{name}/."),
    Kind(
        name="sssd", what="sssd looks up users and groups", form="sections",
        paths=("/etc/sssd/sssd.conf", "/etc/sssd/conf.d/*.conf"),
        servers=(Server("ldap_(backup_)?uri"),), encrypted=(("ldap_id_use_start_tls", "true"),),
        # The default was false before.  Passwords are only checked by TLS, whatever that setting says.
        tls_since=("sssd-ldap", (2, 10)), spread=True,
        in_clear=(("(id|access|sudo|autofs|resolver)_provider", "ldap"),
                  ("ldap_auth_disable_tls_never_use_in_production", "true")),
        remedy=_TO_STARTTLS.format("ldap_id_use_start_tls = true")),
    Kind(
        name="ldap_conf", what="LDAP programs ask by default", form="words", paths=("/etc/ldap/ldap.conf",),
        servers=(Server("uri|host", port_key="port"),),
        remedy="Set URI ldaps://{name}, and TLS_CACERT to the CA file of the server's certificate."),
    Kind(
        name="pam_ldap", what="PAM or the name service asks LDAP", form="words",
        paths=("/etc/libnss-ldap.conf", "/etc/pam_ldap.conf", "/etc/ldap.conf"),
        servers=(Server("uri|host", port_key="port"),), encrypted=(("ssl", "start_?tls|on|yes"),),
        remedy=_TO_STARTTLS.format("ssl start_tls")),
    Kind(
        name="saslauthd_ldap", what="saslauthd checks passwords", form="colons", paths=("/etc/saslauthd.conf",),
        servers=(Server("ldap_servers", default="localhost"),), needs="ldap_(servers|search_base)",
        encrypted=(("ldap_start_tls", "yes|on|1|true"),), named=("ldap", ("/etc/default/saslauthd*",)),
        remedy=_TO_STARTTLS.format("ldap_start_tls: yes")),
    Kind(
        name="saslauthd_rimap", what="saslauthd checks passwords by a login", form="assignments",
        paths=("/etc/default/saslauthd*",), servers=(Server("mech_options", scheme="imap", default="localhost"),),
        needs="mechanisms", named=("rimap", ("{path}",)),
        remedy="Use another mechanism (pam, or the socket of authdaemond); rimap cannot use TLS."),
    Kind(
        name="courier_ldap", what="Courier's authdaemond checks passwords", form="words",
        paths=("/etc/courier/authldaprc",), servers=(Server("ldap_uri"),), encrypted=(("ldap_tls", "1"),),
        named=("authldap", ("/etc/courier/authdaemonrc",)),
        remedy="Set LDAP_TLS 1, and LDAP_URI ldap://{name}."),
    Kind(
        name="dovecot_ldap", what="Dovecot looks up users", form="assignments",
        paths=("/etc/dovecot/dovecot-ldap*", "/etc/dovecot/*ldap*.conf*", "/etc/dovecot/conf.d/*ldap*"),
        servers=(Server("hosts|uris"),), encrypted=(("tls", "yes"),),
        named=("{name}", (DOVECOT,)),
        remedy="Set tls = yes and tls_ca_cert_file, and name the server {name}."),
    Kind(
        name="roundcube", what="Roundcube logs users in and sends their mail", form="php",
        paths=("/etc/roundcube/config.inc.php", "/var/www/*/config/config.inc.php",
               "/var/www/*/*/config/config.inc.php", "/opt/www/*/config/config.inc.php",
               "/usr/share/*/config/config.inc.php"),
        servers=(Server("imap_host", scheme="imap", default="localhost:143"),
                 Server("default_host", scheme="imap", port_key="default_port"),
                 Server("smtp_(host|server)", scheme="submission", port_key="smtp_port")),
        needs="db_dsnw|imap_host|default_host|smtp_host|smtp_server|product_name",
        remedy=("Write tls:// in front of the host, and set peer_name to {name} and cafile in ssl of imap_conn_options "
                "or smtp_conn_options. Keep the host: Roundcube's users belong to it.")),
    Kind(
        name="webmail_ini", what="The webmail program logs users in and sends their mail", form="sections",
        paths=("/var/www/*/data/_data_/*/domains/*.ini", "/var/www/*/*/data/_data_/*/domains/*.ini",
               "/var/lib/*/_data_/*/domains/*.ini"),
        servers=(Server("imap_host", scheme="imap", port_key="imap_port", encrypted=(("imap_secure", "tls|ssl"),)),
                 Server("smtp_host", scheme="smtp", port_key="smtp_port", encrypted=(("smtp_secure", "tls|ssl"),))),
        remedy="Set imap_secure and smtp_secure to TLS, and name the server {name}."),
    Kind(
        name="webmail_json", what="The webmail program logs users in and sends their mail", form="nested",
        paths=("/var/www/*/data/_data_/*/domains/*.json", "/var/www/*/*/data/_data_/*/domains/*.json",
               "/var/lib/*/_data_/*/domains/*.json"),
        servers=(Server("imap[.]host", scheme="imap", port_key="imap.port"),
                 Server("smtp[.]host", scheme="smtp", port_key="smtp.port")),
        encrypted=((r"(imap|smtp)[.](type|secure)", "[12]|tls|ssl"),),
        remedy="Set type to 2 (STARTTLS), and name the server {name}."),
    Kind(
        name="phpldapadmin", what="phpLDAPadmin shows the directory", form="php",
        paths=("/etc/phpldapadmin/config.php", "/var/www/*/config/config.php"),
        servers=(Server("server[.]host", port_key="server.port"),), encrypted=(("server[.]tls", "true"),),
        remedy="Set server,tls to true, and server,host to {name}."),
    Kind(
        name="syncrepl", what="slapd replicates", form="ldif",
        paths=("/etc/ldap/slapd.d/cn=config/olcDatabase=*.ldif",),
        servers=(Server("olcsyncrepl|olcupdateref", form=URLS),),
        remedy="Add starttls=critical and tls_cacert to olcSyncrepl, and name the provider {name}."),
    Kind(
        name="apache_ldap", what="Apache checks logins", form="plain",
        paths=("/etc/apache2/sites-enabled/*", "/etc/apache2/conf-enabled/*.conf", "/etc/apache2/apache2.conf"),
        servers=(Server("authldapurl", form=URLS),), flags=r"\s(TLS|STARTTLS|SSL)\s*\Z",
        remedy="Write STARTTLS behind the URL of AuthLDAPURL, name the server {name}, and set LDAPTrustedGlobalCert."),
    Kind(
        name="apache_proxy", what="Apache passes requests on", form="plain",
        paths=("/etc/apache2/sites-enabled/*", "/etc/apache2/conf-enabled/*.conf", "/etc/apache2/apache2.conf"),
        servers=(Server("proxypass|proxypassmatch|balancermember|rewriterule", form=URLS, scheme="http"),),
        remedy="Use https://{name}/, with SSLProxyEngine on."),
    Kind(
        name="nginx_proxy", what="nginx passes connections on", form="plain",
        paths=("/etc/nginx/sites-enabled/*", "/etc/nginx/conf.d/*.conf", "/etc/nginx/nginx.conf"),
        servers=(Server("proxy_pass", form=URLS, scheme="http"), Server("auth_http", form=URLS, scheme="http")),
        remedy="Use https://{name}, with proxy_ssl_trusted_certificate and proxy_ssl_verify on."),
    Kind(
        name="haproxy", what="HAProxy passes connections on", form="plain",
        paths=("/etc/haproxy/*.cfg", "/etc/haproxy/*/*.cfg"),
        servers=(Server("server", scheme="http"),), flags=r"\s(ssl|check-ssl|send-proxy(-v2)?)\b",
        remedy="Send the connections to the TLS port, or add ssl verify required ca-file FILE to the server line."),
    Kind(
        name="monitoring", what="A monitoring program asks", form="plain",
        paths=("/etc/monit/monitrc", "/etc/monit/conf*/*", "/etc/nagios/*.cfg", "/etc/nagios/*/*.cfg",
               "/etc/icinga2/conf.d/*.conf", "/etc/zabbix/*.conf", "/etc/zabbix/*/*.conf", "/etc/prometheus/*.yml",
               "/etc/telegraf/*.conf", "/etc/telegraf/telegraf.d/*.conf", "/etc/munin/plugin-conf.d/*"),
        servers=(Server(".*", form=URLS, scheme="http"),), follows=True,
        remedy="Use the URL with TLS, with the name {name}."),
    Kind(
        name="cron", what="A job of cron asks", form="plain",
        paths=("/etc/crontab", "/etc/cron.d/*", "/etc/cron.hourly/*", "/etc/cron.daily/*", "/etc/cron.weekly/*",
               "/etc/cron.monthly/*", "/var/spool/cron/crontabs/*"),
        servers=(Server(".*", form=URLS, scheme="http"),), follows=True,
        remedy="Use the URL with TLS, with the name {name}."),
    Kind(
        name="systemd", what="A systemd unit asks", form="plain",
        paths=("/etc/systemd/system/*.service", "/etc/systemd/system/*.d/*.conf"),
        servers=(Server(".*", form=URLS, scheme="http"),), follows=True,
        remedy="Use the URL with TLS, with the name {name}."),
)
