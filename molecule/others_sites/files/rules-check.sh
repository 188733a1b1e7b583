#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
. /root/common.sh
visit http://crs12.molecule-others-sites.test/
visit 'http://crs12.molecule-others-sites.test/?q=<script>alert(1)</script>' --globoff
