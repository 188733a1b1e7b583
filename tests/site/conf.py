# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Sphinx: how the pages that tests/tools/site collects become the site. It is made and read without a network."""

project = "intransit.tls"
author = "the intransit.tls contributors"
project_copyright = "2026, the intransit.tls contributors, GPL-3.0-or-later"
html_title = "intransit.tls"
extensions = ["myst_parser", "sphinx_antsibull_ext"]
root_doc = "index"
# The anchors of headings as GitHub makes them: the same links work in both places.
myst_heading_anchors = 4
html_theme = "furo"
html_static_path = ["_static"]
html_css_files = ["site.css"]
html_show_sourcelink = False
html_copy_source = False
html_theme_options = {"navigation_with_keys": True}
pygments_style = "friendly"
pygments_dark_style = "github-dark"
# console and text blocks hold output, and what Ansible prints is not always JSON.
suppress_warnings = ["misc.highlighting_failure", "myst.header"]
nitpicky = False
