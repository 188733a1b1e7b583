#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# The account mailbox, logins by a condition, and settings of other people on the host $1;
# debian12 hands mail on to $2. Checksums of all settings in /root/at-first.
set -eu
cd /etc/exim4
logins='
people:
  driver = plaintext
  public_name = PLAIN
  server_prompts = :
  server_condition = ${if and{{eq{$auth2}{mailbox}}{eq{$auth3}{example-only}}}}
  server_set_id = $auth2'
set_debian() { sed -i "s|^$1=.*|$1='$2'|" update-exim4.conf.conf; }
if [ "$1" != local ]; then
    useradd --create-home mailbox
    set_debian dc_eximconfig_configtype internet
    set_debian dc_local_interfaces ''
    set_debian dc_other_hostnames "$(hostname --fqdn)"
fi
case $1 in
debian12)
    set_debian dc_eximconfig_configtype smarthost
    set_debian dc_smarthost "$2::2525"
    # Old words for the same: redefined by the role.
    printf 'MAIN_TLS_ENABLE = yes\nMAIN_TLS_CERTIFICATE = /etc/exim4/old.crt\nMAIN_ACL_CHECK_MAIL = acl_check_mail\n' >exim4.conf.localmacros
    echo "$logins" >>exim4.conf.template ;;
debian13)
    set_debian dc_use_split_config true
    printf 'acl_smtp_auth = acl_people\ndaemon_smtp_ports = smtp : \\\n  2525\n' >conf.d/main/000_localmacros
    printf 'acl_people:\n  warn logwrite = asked people\n  accept\n' >conf.d/acl/50_people
    echo "$logins" >conf.d/auth/50_people ;;
weak)
    printf '%s\n' 'daemon_smtp_ports = 25 : 587 : 465 : 2525' 'tls_on_connect_ports = 465' \
        'tls_advertise_hosts = ${if eq{$received_port}{2525}{}{*}}' >exim4.conf.localmacros
    echo "$logins" >>exim4.conf.template ;;
esac
update-exim4.conf
systemctl restart exim4
find /etc/exim4 -type f -exec sha256sum {} + | sort -k 2 >/root/at-first
systemctl show -p ActiveEnterTimestampMonotonic --value exim4 >/root/entered
