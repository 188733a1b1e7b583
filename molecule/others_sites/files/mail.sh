#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# A mail host as control panels make it: Postfix and Dovecot share one certificate of the company's authority, Dovecot's login
# socket has a name of its own, an account owns an alias, amavis gets each mail on port 10024 and gives it back on port 10025.
. /root/common.sh
printf 'postfix postfix/%s\n' 'main_mailer_type select Internet Site' 'mailname string mx.example.test' | debconf-set-selections
packages postfix dovecot-imapd dovecot-lmtpd python3 amavisd-new
echo '127.0.0.1 mx.example.test' >>/etc/hosts
case $(cut -d. -f1 /etc/debian_version) in
12)
    issue /root/issued mx.example.test
    install -m 0644 /root/issued/fullchain.pem /etc/postfix/smtpd.cert
    install -m 0640 /root/issued/privkey.pem /etc/postfix/smtpd.key
    certificate=/etc/postfix/smtpd.cert key=/etc/postfix/smtpd.key
    ;;
*)
    issue /home/user-data/ssl mx.example.test
    certificate=/home/user-data/ssl/fullchain.pem key=/home/user-data/ssl/privkey.pem
    ;;
esac
useradd --system --home-dir /var/vmail --create-home vmail
echo 'anna@example.test:{PLAIN}secret' >/etc/dovecot/users
chown root:dovecot /etc/dovecot/users
chmod 640 /etc/dovecot/users
sed -i 's/^!include auth-system/#&/' /etc/dovecot/conf.d/10-auth.conf
sed -i 's/^mail_/#&/' /etc/dovecot/conf.d/10-mail.conf
sed -i 's/^ *ssl/#&/' /etc/dovecot/conf.d/10-ssl.conf
{
    if dovecot --version | grep -q '^2\.3'; then
        cat <<END
mail_location = maildir:/var/vmail/%d/%n
ssl_cert = <$certificate
ssl_key = <$key
passdb {
  driver = passwd-file
  args = /etc/dovecot/users
}
userdb {
  driver = static
  args = uid=vmail gid=vmail home=/var/vmail/%d/%n
}
END
    else
        cat <<END
mail_driver = maildir
mail_path = /var/vmail/%{user|domain}/%{user|username}
ssl_server_cert_file = $certificate
ssl_server_key_file = $key
passdb passwd-file {
  passwd_file_path = /etc/dovecot/users
}
protocol lmtp {
  auth_username_format = %{user|lower}
}
userdb static {
  fields {
    uid = vmail
    gid = vmail
    home = /var/vmail/%{user|domain}/%{user|username}
  }
}
END
    fi
    cat <<'END'
ssl = yes
first_valid_uid = 1
auth_mechanisms = plain login
service auth {
  unix_listener /var/spool/postfix/private/dovecot-auth {
    mode = 0660
    user = postfix
    group = postfix
  }
}
service lmtp {
  unix_listener /var/spool/postfix/private/dovecot-lmtp {
    mode = 0600
    user = postfix
    group = postfix
  }
}
END
} >/etc/dovecot/conf.d/99-panel.conf
echo 'anna@example.test x' >/etc/postfix/mailboxes
printf '%s anna@example.test\n' sales@example.test refused@example.test >/etc/postfix/aliases-of-domains
echo 'refused@example.test REJECT not from here' >/etc/postfix/senders
postconf -e myhostname=mx.example.test mydestination=localhost virtual_mailbox_domains=example.test \
    virtual_mailbox_maps=texthash:/etc/postfix/mailboxes virtual_alias_maps=texthash:/etc/postfix/aliases-of-domains \
    virtual_transport=lmtp:unix:private/dovecot-lmtp smtpd_sasl_type=dovecot smtpd_sasl_path=private/dovecot-auth \
    "smtpd_tls_cert_file=$certificate" "smtpd_tls_key_file=$key" smtpd_tls_chain_files= smtpd_tls_security_level=may \
    content_filter=smtp-amavis:[127.0.0.1]:10024 'smtpd_sender_restrictions=check_sender_access texthash:/etc/postfix/senders'
cat >>/etc/postfix/master.cf <<'END'
submission inet n       -       y       -       -       smtpd
  -o syslog_name=postfix/submission
  -o smtpd_tls_security_level=encrypt
  -o smtpd_sasl_auth_enable=yes
  -o smtpd_client_restrictions=permit_sasl_authenticated,reject
submissions inet n      -       y       -       -       smtpd
  -o syslog_name=postfix/submissions
  -o smtpd_tls_wrappermode=yes
  -o smtpd_sasl_auth_enable=yes
  -o smtpd_client_restrictions=permit_sasl_authenticated,reject
smtp-amavis unix -      -       n       -       2       smtp
  -o disable_dns_lookups=yes
127.0.0.1:10025 inet n  -       n       -       -       smtpd
  -o content_filter=
  -o smtpd_tls_security_level=none
  -o smtpd_recipient_restrictions=permit_mynetworks,reject
END
systemctl restart dovecot postfix
touch /root/mail-made
