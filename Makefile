# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
#
# The one entry for all work: by hand and in CI the same commands.  `make help` lists them.
# What a command needs (Debian packages, environments, collections) is made if it is missing.

SHELL := /bin/sh
.DEFAULT_GOAL := help
PYTHON ?= python3
export PYTHON

ROOT := $(CURDIR)
TEST := $(ROOT)/.cache/venv/test/bin
LINT := $(ROOT)/.cache/venv/lint/bin
HOSTS := tests/beds/hosts
PYTEST := python -m pytest -p no:testinfra -q --timeout=180
SCRIPTS := tests/beds/hosts tests/beds/demo/run tests/habits/try-habits tests/install/elsewhere tests/install/upgrade tests/matrix/each-core \
    $(addprefix tests/tools/,collections get_pip.py generate reference release scenarios site stages steps.py through-ansible-test)

# Scenarios that `make test` runs, the longest first: two go at a time. The others (dovecot, haproxy, exim, courier_imap, openldap,
# others_sites, certificates, dns) are run by their names: with them `make test` would take longer than CI has on a busy machine.
SCENARIOS := apache,pages,postfix,fleet,others,nginx,evidence
# Everything `make test` runs: what the others share, then those that keep one core busy two at a time, the longest first.
STAGES := ready wire newest daemons sanity house integration awx equivalence lint types docs install-test unit molecule

export ANSIBLE_HOME := $(ROOT)/.cache/ansible
export ANSIBLE_CONFIG := $(ROOT)/ansible.cfg
export MOLECULE_GLOB := molecule/*/molecule.yml
export PYTHONDONTWRITEBYTECODE := 1
export HYPOTHESIS_STORAGE_DIRECTORY := $(ROOT)/.cache/hypothesis
export PIP_DISABLE_PIP_VERSION_CHECK := 1
# The report's page is tested in a browser, which `deps` installs: a run without it must fail, not skip.
export INTRANSIT_NEEDS_CHROMIUM := 1

.PHONY: help
help: ## list the commands
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-14s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

# ---------------------------------------------------------------- what people see first

.PHONY: demo
demo: venv-test collections ## web, mail, IMAP and directory hosts, before and after: plaintext refused, proven on the wire
	@PATH="$(TEST):$$PATH" $(TEST)/python tests/beds/demo/run

.PHONY: test
test: ## everything below; what CI runs
	@$(PYTHON) tests/tools/stages $(STAGES)

# ---------------------------------------------------------------- stages of `make test`

.PHONY: ready
ready: venv-test venv-lint collections ## what the stages share: environments and collections
	@$(HOSTS) images

.PHONY: house
house: venv-test ## tests of the architecture: imports, shapes, defaults, forbidden words
	@$(TEST)/$(PYTEST) tests/house $(ARGS)

.PHONY: unit
unit: venv-test collections ## unit tests; one of them: make unit ARGS="-k name"
	@$(TEST)/$(PYTEST) -n 2 tests/unit $(ARGS)

.PHONY: wire
wire: venv-test collections ## the probe against live servers on loopback, and every attempt at a false pass
	@$(TEST)/$(PYTEST) -n 6 tests/wire tests/false_passes $(ARGS)

.PHONY: daemons
daemons: venv-test collections ## the probe on real daemons of both releases: equal to s_client and gnutls-cli, every policy too
	@$(TEST)/$(PYTEST) --timeout=900 tests/oracle/test_daemons.py $(ARGS)

.PHONY: equivalence
equivalence: venv-test collections ## strings we write and read, against OpenSSL and GnuTLS of Debian 12 and 13
	@$(TEST)/$(PYTEST) tests/equivalence $(ARGS)

.PHONY: types
types: venv-lint ## mypy --strict
	@$(LINT)/python tests/tools/collections
	@$(LINT)/mypy -p ansible_collections.intransit.tls.plugins
	@MYPYPATH=tests/beds:tests/house:tests/matrix:tests/tools $(LINT)/mypy --scripts-are-modules --ignore-missing-imports $(SCRIPTS)

.PHONY: lint
lint: venv-lint collections ## ruff, ansible-lint (production), changelog
	@$(LINT)/ruff check
	@PATH="$(LINT):$$PATH" $(LINT)/ansible-lint --offline -q
	@$(LINT)/antsibull-changelog lint

.PHONY: docs
docs: venv-lint venv-test collections ## documentation of modules and roles renders; docs/reference and what is made from the service packs is up to date
	@$(TEST)/python tests/tools/generate --check
	@PATH="$(LINT):$$PATH" $(LINT)/python tests/tools/reference --check $(ARGS)

.PHONY: newest
newest: venv-test collections ## unit tests of what meets Ansible, and a converge, with the newest ansible-core; all other stages run with the oldest
	@$(TEST)/python tests/matrix/each-core --newest

.PHONY: install-test
install-test: venv-test collections ## build the tarball, install it elsewhere, run it by name from there
	@PATH="$(TEST):$$PATH" $(TEST)/python tests/install/elsewhere

.PHONY: sanity
sanity: venv-test collections ## ansible-test sanity
	@$(TEST)/python tests/tools/through-ansible-test sanity $(ARGS)

.PHONY: integration
integration: venv-test collections ## ansible-test integration: every module by a play of its own
	@$(TEST)/python tests/tools/through-ansible-test integration $(ARGS)

.PHONY: awx
awx: venv-test collections ## the playbook awx against a stub of AWX, and slices of verify; 100 seconds
	@$(TEST)/$(PYTEST) --timeout=900 tests/awx $(ARGS)

.PHONY: molecule
molecule: venv-test collections ## real hosts; one scenario: make molecule SCENARIO=apache [STEP=converge]
	@PATH="$(TEST):$$PATH" $(TEST)/python tests/tools/scenarios '$(or $(SCENARIO),$(SCENARIOS))' '$(STEP)'

# ---------------------------------------------------------------- more commands

.PHONY: coverage
coverage: venv-test collections ## unit tests with branch coverage
	@$(TEST)/$(PYTEST) --cov --cov-report=term tests/unit $(ARGS)

.PHONY: bench
bench: venv-test venv-peers collections ## side-by-side measurements; each ends red below its promise; one: make bench BENCH=wire
	@tests/tools/deps-bench
	@red=0; for file in tests/bench/bench_$(or $(BENCH),*).py; do \
	    echo "-- $$file"; $(TEST)/python $$file $(ARGS) || red=1; done; exit $$red

.PHONY: matrix
matrix: venv-test collections ## every supported ansible-core and the next candidate: unit, sanity, install, two hosts; makes README's table; half an hour
	@$(TEST)/python tests/matrix/each-core $(ARGS)

.PHONY: habits
habits: venv-test collections ## the first play with other controllers, hosts and settings; makes docs/habits.md; ten minutes
	@PATH="$(TEST):$$PATH" $(TEST)/python tests/habits/try-habits $(ARGS)

.PHONY: ee
ee: venv-test venv-ee collections ## the playbooks in an execution environment, run by ansible-runner as AWX runs a job; three minutes
	@.cache/venv/ee/bin/python -m pytest -q --timeout=1800 tests/ee $(ARGS)

.PHONY: limits
limits: venv-test collections ## the same under rate limits, lock-outs and a packet filter; ten minutes
	@$(TEST)/$(PYTEST) --timeout=900 tests/oracle/test_limits.py $(ARGS)

.PHONY: oracle
oracle: venv-test venv-peers collections ## the probe and other scanners against the truth on real daemons; half an hour
	@PYTHONPATH=.cache/collections $(TEST)/python tests/oracle/compare.py $(ARGS)

.PHONY: fuzz
fuzz: venv-test collections ## everything that reads a peer's bytes, many cases: make fuzz FUZZ_CASES=20000
	@FUZZ_CASES=$(or $(FUZZ_CASES),20000) $(TEST)/$(PYTEST) --timeout=3600 -n 2 tests/wire/test_fuzz.py $(ARGS)

.PHONY: release
release: venv-release ## prepare a release in this checkout: make release VERSION=1.0.0 (docs/releases.md)
	@PATH="$(ROOT)/.cache/venv/release/bin:$$PATH" python tests/tools/release prepare '$(VERSION)'
	@$(MAKE) --no-print-directory generate reference

.PHONY: release-check
release-check: venv-release collections ## what Galaxy checks, the bill of materials, signatures; the tarball is in .cache/release
	@PATH="$(ROOT)/.cache/venv/release/bin:$$PATH" python tests/tools/release check

.PHONY: upgrade-test
upgrade-test: venv-test collections ## install over the tarball of the last release; every name that is gone is in docs/porting.md
	@PATH="$(TEST):$$PATH" $(TEST)/python tests/install/upgrade

.PHONY: lock
lock: venv-release ## write tests/requirements/locks anew: every package of every environment with the hashes of its files
	@tests/tools/lock

.PHONY: reference
reference: venv-lint collections ## write docs/reference anew from the documentation in modules and roles
	@PATH="$(LINT):$$PATH" $(LINT)/python tests/tools/reference

.PHONY: generate
generate: venv-test collections ## write what follows from the service packs: roles, lists of services
	@$(TEST)/python tests/tools/generate

.PHONY: site
site: venv-test venv-site collections ## the documentation site in .cache/site/html, and its tests: links, search without a network
	@PATH="$(ROOT)/.cache/venv/site/bin:$$PATH" python tests/tools/site
	@$(TEST)/$(PYTEST) tests/site $(ARGS)

.PHONY: hosts-up
hosts-up: deps ## raise two test hosts to try things on (bed "play")
	@$(HOSTS) up play

.PHONY: hosts-down
hosts-down: ## remove all test hosts of this checkout
	@$(HOSTS) down --all

.PHONY: clean
clean: ## remove our hosts, images and .cache; nothing else
	@if command -v podman >/dev/null; then $(HOSTS) clean; fi
	@rm -rf .cache

# ---------------------------------------------------------------- what the commands need

.PHONY: deps
deps:
	@tests/tools/deps

.PHONY: venv-test venv-lint venv-peers venv-site venv-release venv-ee
venv-test venv-lint venv-peers venv-site venv-release venv-ee: venv-%: deps
	@tests/tools/venv $*

.PHONY: collections
collections: venv-test
	@$(TEST)/python tests/tools/collections
