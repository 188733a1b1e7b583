#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# Configures the daemons of a comparison host: their own defaults wherever a comparison does not need another shape.
set -eu

# -- key material --------------------------------------------------------------------------
mkdir -p /etc/wire && cd /etc/wire
openssl req -x509 -newkey rsa:2048 -nodes -keyout ca.key -out ca.pem -days 400 -subj "/CN=Comparison CA" \
    -addext basicConstraints=critical,CA:TRUE 2>/dev/null
for kind in rsa ecdsa; do
    case $kind in rsa) new=rsa:2048 ;; *) new="ec -pkeyopt ec_paramgen_curve:prime256v1" ;; esac
    # shellcheck disable=SC2086
    openssl req -newkey $new -nodes -keyout $kind.key -out $kind.csr -subj "/CN=wire.example.test" \
        -addext "subjectAltName=DNS:wire.example.test" 2>/dev/null
    openssl x509 -req -in $kind.csr -CA ca.pem -CAkey ca.key -out $kind.crt -days 390 -copy_extensions copy 2>/dev/null
    cat $kind.crt ca.pem > $kind.pem
    cat $kind.key $kind.pem > $kind.both
done
# Every daemon reads these as a user of its own; the keys are worth nothing.
chmod 644 ./*

# -- Apache: wide, intermediate, TLS 1.3 alone ----------------------------------------------
a2enmod -q ssl headers >/dev/null
a2dissite -q 000-default >/dev/null
cat > /etc/apache2/ports.conf <<'CONF'
Listen 443
Listen 8443
Listen 8444
CONF
site() { # site PORT WORDS: one virtual host
    port=$1; shift
    printf '<VirtualHost *:%s>\nServerName wire.example.test\nDocumentRoot /var/www/html\nSSLEngine on\n' "$port"
    printf 'SSLCertificateFile /etc/wire/rsa.pem\nSSLCertificateKeyFile /etc/wire/rsa.key\n'
    printf '%s\n' "$@" '</VirtualHost>'
}
{
    site 443 "SSLCertificateFile /etc/wire/ecdsa.pem" "SSLCertificateKeyFile /etc/wire/ecdsa.key" \
        "SSLProtocol all" "SSLCipherSuite ALL:COMPLEMENTOFALL:@SECLEVEL=0"
    site 8443 "SSLProtocol -all +TLSv1.2 +TLSv1.3" "SSLHonorCipherOrder off" \
        "SSLCipherSuite ECDHE-ECDSA-AES128-GCM-SHA256:ECDHE-RSA-AES128-GCM-SHA256:ECDHE-ECDSA-AES256-GCM-SHA384:ECDHE-RSA-AES256-GCM-SHA384:ECDHE-ECDSA-CHACHA20-POLY1305:ECDHE-RSA-CHACHA20-POLY1305:DHE-RSA-AES128-GCM-SHA256:DHE-RSA-AES256-GCM-SHA384:DHE-RSA-CHACHA20-POLY1305"
    site 8444 "SSLProtocol TLSv1.3" "SSLHonorCipherOrder on"
} > /etc/apache2/sites-available/wire.conf
a2ensite -q wire >/dev/null

# -- Postfix: Debian's defaults and a certificate; ports 2525 and up each have one limit -----
postconf -e inet_interfaces=all inet_protocols=ipv4 myhostname=wire.example.test mydestination=localhost \
    smtpd_tls_cert_file=/etc/wire/rsa.pem smtpd_tls_key_file=/etc/wire/rsa.key smtpd_tls_security_level=may \
    mynetworks=192.0.2.255/32 maillog_file=/var/log/mail.log
postconf -M -e submission/inet="submission inet n - y - - smtpd -o smtpd_tls_security_level=encrypt" \
    smtps/inet="smtps inet n - y - - smtpd -o smtpd_tls_wrappermode=yes" \
    2525/inet="2525 inet n - y - - smtpd -o smtpd_client_connection_rate_limit=60" \
    2526/inet="2526 inet n - y - - smtpd -o smtpd_client_connection_count_limit=2" \
    2527/inet="2527 inet n - y - 1 postscreen -o postscreen_greet_action=enforce" \
    2528/inet="2528 inet n - y - - smtpd -o smtpd_client_new_tls_session_rate_limit=60" \
    smtpd/pass="smtpd pass - - y - - smtpd" dnsblog/unix="dnsblog unix - - y - 0 dnsblog" \
    tlsproxy/unix="tlsproxy unix - - y - 0 tlsproxy"

# -- Courier: Debian's defaults ---------------------------------------------------------------
cp rsa.both /etc/courier/imapd.pem
chown root:courier /etc/courier/imapd.pem
chmod 640 /etc/courier/imapd.pem

# -- OpenLDAP ---------------------------------------------------------------------------------
sed -i 's,^SLAPD_SERVICES=.*,SLAPD_SERVICES="ldap:/// ldaps:/// ldapi:///",' /etc/default/slapd
cat > /root/tls.ldif <<'LDIF'
dn: cn=config
changetype: modify
add: olcTLSCACertificateFile
olcTLSCACertificateFile: /etc/wire/ca.pem
-
add: olcTLSCertificateFile
olcTLSCertificateFile: /etc/wire/rsa.crt
-
add: olcTLSCertificateKeyFile
olcTLSCertificateKeyFile: /etc/wire/rsa.key
LDIF
slapmodify -n 0 -F /etc/ldap/slapd.d -l /root/tls.ldif
chown -R openldap: /etc/ldap/slapd.d

# -- vsftpd: AUTH TLS on 21, implicit on 990 ---------------------------------------------------
cat >> /etc/vsftpd.conf <<'CONF'
ssl_enable=YES
rsa_cert_file=/etc/wire/rsa.pem
rsa_private_key_file=/etc/wire/rsa.key
listen=YES
listen_ipv6=NO
CONF
sed '$a implicit_ssl=YES\nlisten_port=990\nssl_ciphers=HIGH' /etc/vsftpd.conf > /etc/vsftpd-implicit.conf
sed 's,/etc/vsftpd.conf,/etc/vsftpd-implicit.conf,' /lib/systemd/system/vsftpd.service > /etc/systemd/system/vsftpd-implicit.service
systemctl enable vsftpd-implicit.service 2>/dev/null

# -- databases ---------------------------------------------------------------------------------
install -m 600 -o postgres rsa.key /etc/postgresql/wire.key
cat > "$(echo /etc/postgresql/*/main/conf.d)/wire.conf" <<'CONF'
listen_addresses = '*'
ssl = on
ssl_cert_file = '/etc/wire/rsa.pem'
ssl_key_file = '/etc/postgresql/wire.key'
CONF
cat > /etc/mysql/mariadb.conf.d/99-wire.cnf <<'CONF'
[mariadbd]
bind-address = *
max_connect_errors = 100
ssl-cert = /etc/wire/rsa.pem
ssl-key = /etc/wire/rsa.key
ssl-ca = /etc/wire/ca.pem
init-file = /etc/wire/wire.sql
CONF
echo "CREATE USER IF NOT EXISTS wire@'%' IDENTIFIED BY 'worth-nothing';" > /etc/wire/wire.sql

# -- Dovecot: POP3, LMTP and ManageSieve; IMAP is Courier's here ---------------------------------
# One process for all logins, as on a busy server: one for each client would take these hosts minutes.
case $(dovecot --version) in
2.3*) words='ssl_cert = </etc/wire/rsa.pem\nssl_key = </etc/wire/rsa.key\ndisable_plaintext_auth = yes\n' many='service_count = 0' ;;
*) words='ssl_server_cert_file = /etc/wire/rsa.pem\nssl_server_key_file = /etc/wire/rsa.key\nauth_allow_cleartext = no\n'
   many='restart_request_count = unlimited' ;;
esac
# shellcheck disable=SC2059
{
    printf "ssl = yes\n$words"
    printf 'service lmtp {\n  inet_listener lmtp {\n    port = 24\n  }\n}\n'
    printf "service %s-login {\n  $many\n}\n" pop3 managesieve
} > /etc/dovecot/conf.d/99-wire.conf
doveconf >/dev/null

# -- Prosody (XMPP), Redis with TLS on 6380 --------------------------------------------------------
cat > /etc/prosody/conf.d/wire.cfg.lua <<'CONF'
VirtualHost "wire.example.test"
    ssl = { key = "/etc/wire/rsa.key"; certificate = "/etc/wire/rsa.pem"; }
CONF
cat >> /etc/redis/redis.conf <<'CONF'
bind 0.0.0.0
protected-mode no
tls-port 6380
tls-cert-file /etc/wire/rsa.pem
tls-key-file /etc/wire/rsa.key
tls-auth-clients no
CONF
systemctl enable redis-server.service 2>/dev/null
