#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# Starts the directory anew, with certificates that live $1 seconds: it has forgotten every account and has another root.
set -eu
sed -i "s/\"certificateValidityPeriod\": [0-9]*/\"certificateValidityPeriod\": $1/" /etc/pebble/pebble.json
systemctl restart pebble
