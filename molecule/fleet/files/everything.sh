# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# Write every file below /etc and of this collection's state: path, mode, owner, link target, checksum. Left out are kept changes, locks,
# and the copies that shadow's programs make of the files that they change.
set -eu
find /etc /var/lib/intransit.tls \( -path '*/kept' -o -name lock -o -name 'group-' -o -name 'gshadow-' \) -prune \
    -o -printf '%p %M %u:%g %l\n' -a -type f -exec sha256sum {} + | sort
