# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Sources of the core and filters that have no unit test of their own yet; the list only shrinks."""

MISSING: tuple[str, ...] = (
    "plugins/module_utils/_core/cert/oids.py",
    "plugins/module_utils/_core/dialect/expansion.py",
    "plugins/module_utils/_core/dialect/gnutls_words.py",
    "plugins/module_utils/_core/dialect/openssl_table.py",
    "plugins/module_utils/_core/listener/tables.py",
    "plugins/module_utils/_core/report/junit.py",
    "plugins/module_utils/_core/report/page_charts.py",
    "plugins/module_utils/_core/report/page_data.py",
    "plugins/module_utils/_core/report/page_script.py",
    "plugins/module_utils/_core/report/page_style.py",
    "plugins/module_utils/_core/report/phrases.py",
    "plugins/module_utils/_core/report/sheets.py",
    "plugins/module_utils/_core/verdict/controls.py",
    "plugins/module_utils/_core/wire/answer.py",
    "plugins/module_utils/_core/wire/conversation.py",
    "plugins/module_utils/_core/wire/dialogue/stay.py",
    "plugins/module_utils/_core/wire/dialogue/table.py",
    "plugins/module_utils/_core/wire/full/behind.py",
    "plugins/module_utils/_core/wire/full/details.py",
    "plugins/module_utils/_core/wire/full/groups.py",
    "plugins/module_utils/_core/wire/full/session.py",
    "plugins/module_utils/_core/wire/full/suites.py",
    "plugins/module_utils/_core/wire/observation.py",
    "plugins/module_utils/_core/wire/offers.py",
    "plugins/module_utils/_core/wire/plan.py",
    "plugins/module_utils/_core/wire/tls/extensions.py",
)
