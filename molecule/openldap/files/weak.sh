#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# A slapd with TLS as one finds it: a certificate, and nothing else said. Plaintext goes on working, and so does TLS 1.0.
set -eu
cd /etc/ldap
openssl req -x509 -newkey rsa:2048 -noenc -days 365 -subj "/CN=$(hostname -f)" -keyout weak.key -out weak.pem 2>/dev/null
chgrp openldap weak.key
chmod 0640 weak.key
ldapmodify -Q -Y EXTERNAL -H ldapi:/// <<END
dn: cn=config
changetype: modify
replace: olcTLSCertificateFile
olcTLSCertificateFile: /etc/ldap/weak.pem
-
replace: olcTLSCertificateKeyFile
olcTLSCertificateKeyFile: /etc/ldap/weak.key
-
replace: olcTLSCipherSuite
olcTLSCipherSuite: NORMAL:+VERS-TLS1.0:+VERS-TLS1.1:%COMPAT
-
replace: olcSaslSecProps
olcSaslSecProps: none
END
sed -i 's|^SLAPD_SERVICES=.*|SLAPD_SERVICES="ldap:/// ldaps:/// ldapi:///"|' /etc/default/slapd
systemctl restart slapd
touch /root/settings
