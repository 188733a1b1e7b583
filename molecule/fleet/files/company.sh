#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# Certificates of a company's own authority, as Postfix, Courier and slapd have them before anybody enforces a policy.
set -eu
folder=/etc/ssl/company
[ -e "$folder/done" ] && exit 0
mkdir -p "$folder"
cd "$folder"
openssl req -x509 -newkey rsa:3072 -nodes -keyout ca.key -out ca.pem -days 900 -subj "/O=Company/CN=Company CA" \
    -addext keyUsage=critical,keyCertSign,cRLSign
openssl req -new -newkey rsa:2048 -nodes -keyout privkey.pem -out request.pem -subj "/CN=$(hostname)"
printf 'subjectAltName=DNS:%s,DNS:%s\nextendedKeyUsage=serverAuth\nkeyUsage=digitalSignature,keyEncipherment\nbasicConstraints=CA:FALSE\n' \
    "$(hostname -s)" "$(hostname -f)" >extensions
openssl x509 -req -in request.pem -CA ca.pem -CAkey ca.key -CAcreateserial -days 80 -out cert.pem -extfile extensions
cat cert.pem ca.pem >fullchain.pem
chmod 600 ca.key privkey.pem
if [ -d /etc/postfix ]; then
    postconf -e "smtpd_tls_cert_file=$folder/fullchain.pem" "smtpd_tls_key_file=$folder/privkey.pem" smtpd_tls_security_level=may
    systemctl restart postfix
fi
if [ -d /etc/courier ]; then
    cat privkey.pem fullchain.pem >/etc/courier/company.pem
    chown courier /etc/courier/company.pem
    chmod 600 /etc/courier/company.pem
    sed -i 's|^TLS_CERTFILE=.*|TLS_CERTFILE=/etc/courier/company.pem|' /etc/courier/imapd-ssl
    systemctl restart courier-imap courier-imap-ssl
fi
if [ -d /etc/ldap/slapd.d ]; then
    chown openldap privkey.pem
    ldapmodify -Y EXTERNAL -H ldapi:/// <<END
dn: cn=config
changetype: modify
replace: olcTLSCertificateFile
olcTLSCertificateFile: $folder/fullchain.pem
-
replace: olcTLSCertificateKeyFile
olcTLSCertificateKeyFile: $folder/privkey.pem
END
fi
touch done
