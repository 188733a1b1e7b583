#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# As slapd's account: make the configuration name a program, which writes the user ids that it runs with into a file, and stops
# whatever runs it as root. In a test instance that file is in memory only, so there only the stop shows.
set -eu
[ "$(id -un)" = openldap ] || exec su -s /bin/sh openldap -c 'sh -s' <"$0"
umask 077
mkdir -p /etc/ldap/slapd.d/planted
cat >/etc/ldap/slapd.d/planted/Planted.pm <<'PERL'
package Planted;
open(my $file, '>>', '/etc/ldap/slapd.d/planted/ran-as') or die;
print $file "$< $>\n";
close $file;
die "the program runs as root\n" if $< == 0 or $> == 0;
sub new { return bless {}, shift; }
sub init { return 0; }
sub config { return 0; }
sub search { return 53; }
1;
PERL
cat >'/etc/ldap/slapd.d/cn=config/cn=module{1}.ldif' <<'LDIF'
dn: cn=module{1}
objectClass: olcModuleList
cn: module{1}
olcModulePath: /usr/lib/ldap
olcModuleLoad: {0}back_perl
LDIF
cat >'/etc/ldap/slapd.d/cn=config/olcDatabase={2}perl.ldif' <<'LDIF'
dn: olcDatabase={2}perl
objectClass: olcDatabaseConfig
objectClass: olcDbPerlConfig
olcDatabase: {2}perl
olcSuffix: dc=planted
olcPerlModulePath: /etc/ldap/slapd.d/planted
olcPerlModule: Planted
LDIF
