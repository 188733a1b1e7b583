#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# Postfix with a second instance, which takes mail on a port of its own.
. /root/common.sh
printf 'postfix postfix/%s\n' 'main_mailer_type select Internet Site' 'mailname string mx.example.test' | debconf-set-selections
packages postfix python3
postconf -e myhostname=mx.example.test mydestination=localhost,example.test
postmulti -e init
postmulti -I postfix-out -G out -e create
postconf -c /etc/postfix-out -e myhostname=out.example.test mydestination=localhost,example.test inet_interfaces=all \
    master_service_disable= authorized_submit_users=
sed -i 's/^smtp *inet/2525 inet/' /etc/postfix-out/master.cf
postmulti -i postfix-out -e enable
systemctl restart postfix
systemctl enable --quiet --now postfix@out
touch /root/instances-made
