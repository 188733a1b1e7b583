#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
. /root/common.sh
visit http://mx.example.test/
visit https://mx.example.test/admin
