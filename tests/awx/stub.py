# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""A stub of the API of AWX 24, in memory, for what playbooks/awx.yml asks of it.

It is not AWX. It knows the fields of the objects that the playbook makes, refuses every other one, and checks what AWX is
known to check: required fields, choices, references, surveys, schedules, injectors, playbooks of the project. It cannot
prove that a real AWX takes these objects, that a job starts, that a schedule fires, that an approval waits, that a
notification arrives, or what a role permits.
"""

from __future__ import annotations

import dataclasses
import json
import re
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit

Item = dict[str, Any]
ENCRYPTED = "$encrypted$"
TOKEN = "a-token-of-the-stub"


class Refused(Exception):
    """A request that AWX would answer with 400: which field, and why."""

    def __init__(self, field: str, reason: str) -> None:
        super().__init__(f"{field}: {reason}")
        self.answer = {field: [reason]}


@dataclasses.dataclass(frozen=True)
class Kind:
    """What an object may have, has to have, refers to, and is associated with."""

    type: str
    fields: dict[str, Any]
    required: tuple[str, ...] = ("name",)
    references: dict[str, str] = dataclasses.field(default_factory=dict)
    associations: dict[str, str] = dataclasses.field(default_factory=dict)
    roles: tuple[str, ...] = ()
    unique: tuple[str, ...] = ("name", "organization")
    identity: str = "name"


NOTICES = {f"notification_templates_{event}": "notification_templates" for event in ("started", "success", "error")}
PROMPTS = ("scm_branch", "diff_mode", "variables", "limit", "tags", "skip_tags", "job_type", "verbosity", "inventory",
           "credential", "execution_environment", "labels", "forks", "job_slice_count", "timeout", "instance_groups")
NODES = "workflow_job_template_nodes"
KINDS = {
    "organizations": Kind("organization", {"name": "", "description": "", "max_hosts": 0, "default_environment": None},
                          associations={**NOTICES, "notification_templates_approvals": "notification_templates"},
                          unique=("name",)),
    "labels": Kind("label", {"name": "", "organization": None}, ("name", "organization"),
                   {"organization": "organizations"}),
    "teams": Kind("team", {"name": "", "description": "", "organization": None}, ("name", "organization"),
                  {"organization": "organizations"}),
    "credential_types": Kind("credential_type", {"name": "", "description": "", "kind": "", "inputs": {}, "injectors": {},
                                                 "managed": False}, ("name", "kind"), unique=("name",)),
    "credentials": Kind("credential", {"name": "", "description": "", "organization": None, "credential_type": None,
                                       "inputs": {}}, ("name", "credential_type"),
                        {"organization": "organizations", "credential_type": "credential_types"}),
    "execution_environments": Kind("execution_environment", {"name": "", "description": "", "organization": None, "image": "",
                                                             "pull": "", "credential": None}, ("name", "image"),
                                   {"organization": "organizations", "credential": "credentials"}, unique=("name",)),
    "projects": Kind("project", {"name": "", "description": "", "organization": None, "scm_type": "", "scm_url": "",
                                 "scm_branch": "", "credential": None, "scm_update_on_launch": False,
                                 "scm_update_cache_timeout": 0, "default_environment": None, "scm_clean": False,
                                 "allow_override": False, "timeout": 0},
                     ("name", "organization"),
                     {"organization": "organizations", "default_environment": "execution_environments",
                      "credential": "credentials"}, NOTICES),
    "inventories": Kind("inventory", {"name": "", "description": "", "organization": None, "kind": "", "host_filter": None,
                                      "variables": ""}, ("name", "organization"), {"organization": "organizations"},
                        {"input_inventories": "inventories"}),
    "inventory_sources": Kind("inventory_source", {"name": "", "description": "", "inventory": None, "source": "",
                                                   "source_path": "", "source_project": None, "source_vars": "",
                                                   "execution_environment": None, "overwrite": False,
                                                   "overwrite_vars": False, "update_on_launch": False, "limit": "",
                                                   "update_cache_timeout": 0, "verbosity": 1, "timeout": 0},
                              ("name", "inventory", "source"),
                              {"inventory": "inventories", "source_project": "projects",
                               "execution_environment": "execution_environments"}, NOTICES, unique=("name", "inventory")),
    "notification_templates": Kind("notification_template", {"name": "", "description": "", "organization": None,
                                                             "notification_type": "", "notification_configuration": {},
                                                             "messages": {}},
                                   ("name", "organization", "notification_type"), {"organization": "organizations"}),
    "job_templates": Kind("job_template", {"name": "", "description": "", "organization": None, "job_type": "run",
                                           "inventory": None, "project": None, "playbook": "", "forks": 0, "limit": "",
                                           "verbosity": 0, "extra_vars": "", "diff_mode": False, "survey_enabled": False,
                                           "execution_environment": None, "allow_simultaneous": False,
                                           "job_slice_count": 1, "become_enabled": False, "timeout": 0,
                                           "use_fact_cache": False, "job_tags": "", "skip_tags": "",
                                           **{f"ask_{prompt}_on_launch": False for prompt in PROMPTS}},
                          ("name", "project", "playbook", "inventory"),
                          {"inventory": "inventories", "project": "projects",
                           "execution_environment": "execution_environments"},
                          {**NOTICES, "credentials": "credentials", "labels": "labels"},
                          ("admin_role", "execute_role", "read_role")),
    "workflow_job_templates": Kind("workflow_job_template", {"name": "", "description": "", "organization": None,
                                                             "inventory": None, "extra_vars": "", "limit": "",
                                                             "survey_enabled": False, "allow_simultaneous": False,
                                                             **{f"ask_{prompt}_on_launch": False for prompt in
                                                                (*PROMPTS[:1], *PROMPTS[2:5], "inventory", "labels")}},
                                   ("name",), {"organization": "organizations", "inventory": "inventories"},
                                   {**NOTICES, "labels": "labels",
                                    "notification_templates_approvals": "notification_templates"},
                                   ("admin_role", "execute_role", "read_role", "approval_role")),
    NODES: Kind("workflow_job_template_node", {"identifier": "", "workflow_job_template": None, "unified_job_template": None,
                                               "extra_data": {}, "all_parents_must_converge": False, "type": ""},
                ("workflow_job_template",), {"workflow_job_template": "workflow_job_templates"},
                {"always_nodes": NODES, "success_nodes": NODES, "failure_nodes": NODES},
                unique=("identifier", "workflow_job_template"), identity="identifier"),
    "workflow_approval_templates": Kind("workflow_approval_template", {"name": "", "description": "", "timeout": 0},
                                        unique=()),
    "schedules": Kind("schedule", {"name": "", "description": "", "rrule": "", "unified_job_template": None, "enabled": True,
                                   "extra_data": {}, "limit": "", "job_type": None},
                      ("name", "rrule", "unified_job_template"), {}, unique=("name", "unified_job_template")),
}
CHOICES: dict[tuple[str, str], tuple[Any, ...]] = {
    ("credential_types", "kind"): ("cloud", "net"),
    ("execution_environments", "pull"): ("", "always", "missing", "never"),
    ("projects", "scm_type"): ("", "git", "svn", "insights", "archive"),
    ("inventories", "kind"): ("", "smart", "constructed"),
    ("job_templates", "job_type"): ("run", "check"),
    ("inventory_sources", "source"): ("scm", "constructed"),
}
TEMPLATES = ("job_templates", "workflow_job_templates", "projects", "workflow_approval_templates")
NOTIFICATIONS = {
    "webhook": {"url", "http_method", "headers", "disable_ssl_verification", "username", "password"},
    "email": {"host", "port", "username", "password", "use_tls", "use_ssl", "sender", "recipients", "timeout"},
}
QUESTION = {"question_name", "question_description", "variable", "type", "required", "default", "min", "max", "choices",
            "new_question"}
ANSWERS = ("text", "textarea", "password", "multiplechoice", "multiselect", "integer", "float")


class Stub:
    """All objects, and what a request does to them."""

    def __init__(self, project: Path, existing: list[tuple[str, Item]]) -> None:
        self.items: dict[str, dict[int, Item]] = {name: {} for name in KINDS}
        self.links: dict[tuple[int, str], list[int]] = {}
        self.surveys: dict[int, Item] = {}
        self.granted: dict[int, list[int]] = {}
        self.writes = 0
        self.last = 0
        self.playbooks = sorted(
            str(path.relative_to(project)) for path in project.glob("playbooks/*.yml") if "hosts:" in path.read_text())
        self.lock = threading.Lock()
        for name, item in existing:
            self.add(name, item)
        self.writes = 0

    # ------------------------------------------------------------ what an object may be

    def check(self, name: str, sent: Item, whole: Item, own: int = 0) -> None:
        """Refuse what AWX would refuse; ``whole`` is the object as it would become."""
        kind = KINDS[name]
        for field, value in sent.items():
            if field not in kind.fields:
                raise Refused(field, "this stub knows no such field")
            default = kind.fields[field]
            if value is not None and default is not None and type(default) is not type(value):
                raise Refused(field, f"is no {type(default).__name__}")
            if (name, field) in CHOICES and value not in CHOICES[name, field]:
                raise Refused(field, f'"{value}" is not a valid choice.')
            if field in kind.references and value is not None and value not in self.items[kind.references[field]]:
                raise Refused(field, "object does not exist.")
        for field in kind.required:
            if whole.get(field) in (None, ""):
                raise Refused(field, "This field is required.")
        for other in self.items[name].values():
            if kind.unique and other["id"] != own and all(other[field] == whole.get(field) for field in kind.unique):
                raise Refused("__all__", f"{kind.type} with this {' and '.join(kind.unique)} already exists.")
        special: dict[str, Callable[[Item], None]] = {
            "credential_types": check_type, "schedules": self._check_schedule, "job_templates": self._check_template,
            "credentials": self._check_credential, "notification_templates": check_notification,
            "inventory_sources": self._check_source, NODES: self._check_node,
        }
        if name in special:
            special[name](whole)

    def _check_template(self, item: Item) -> None:
        if item["playbook"] not in self.playbooks:
            raise Refused("playbook", f"Playbook not found for project: {item['playbook']}")
        json.loads(item["extra_vars"] or "{}")

    def _check_credential(self, item: Item) -> None:
        inputs = self.items["credential_types"][item["credential_type"]]["inputs"]
        known = {field["id"] for field in inputs.get("fields", [])}
        for field in item["inputs"]:
            if field not in known:
                raise Refused("inputs", f"Additional properties are not allowed ('{field}' was unexpected)")

    def _check_source(self, item: Item) -> None:
        constructed = self.items["inventories"][item["inventory"]]["kind"] == "constructed"
        if constructed != (item["source"] == "constructed"):
            raise Refused("inventory", "Cannot create Inventory Source for Smart or Constructed Inventory")
        if item["source"] == "scm" and not item["source_project"]:
            raise Refused("source_project", "Project required for scm type sources.")

    def _check_node(self, item: Item) -> None:
        if item["unified_job_template"] and not any(item["unified_job_template"] in self.items[name] for name in TEMPLATES):
            raise Refused("unified_job_template", "object does not exist.")

    def _check_schedule(self, item: Item) -> None:
        found = next((self.items[name][item["unified_job_template"]] for name in TEMPLATES[:3]
                      if item["unified_job_template"] in self.items[name]), None)
        if found is None:
            raise Refused("unified_job_template", "object does not exist.")
        check_rule(item["rrule"])
        asked = {row["variable"]: row for row in self.surveys.get(found["id"], {}).get("spec", [])}
        for variable, value in item["extra_data"].items():
            if variable not in asked and not found.get("ask_variables_on_launch"):
                raise Refused("extra_data", f"Variables {variable} are not allowed on launch.")
            if asked[variable]["type"] == "multiplechoice" and value not in asked[variable]["choices"]:
                raise Refused("extra_data", f"Value {value} for '{variable}' expected to be one of the choices.")

    # ------------------------------------------------------------ what a request does

    def add(self, name: str, sent: Item) -> Item:
        """Create an object."""
        kind = KINDS[name]
        whole = {**json.loads(json.dumps(kind.fields)), **sent}
        self.check(name, sent, whole)
        self.last += 1
        self.items[name][self.last] = {**whole, "id": self.last}
        self.writes += 1
        if name == "inventories" and whole["kind"] == "constructed":
            self.add("inventory_sources", {"name": f"Auto-created source for: {whole['name']}", "inventory": self.last,
                                           "source": "constructed"})
        return self.items[name][self.last if name != "inventories" else max(self.items[name])]

    def change(self, name: str, item: Item, sent: Item) -> Item:
        """Change fields of an object."""
        whole = {**item, **sent}
        self.check(name, {key: value for key, value in sent.items() if key != "type"}, whole, item["id"])
        self.items[name][item["id"]] = whole
        self.writes += 1
        return whole

    def show(self, name: str, item: Item) -> Item:
        """Return an object as AWX gives it out: with addresses, without secrets."""
        kind, number = KINDS[name], item["id"]
        related = {key: f"/api/v2/{name}/{number}/{key}/" for key in (*kind.associations, "survey_spec")}
        if item.get("unified_job_template"):
            owner = next(other for other in TEMPLATES if item["unified_job_template"] in self.items[other])
            related["unified_job_template"] = f"/api/v2/{owner}/{item['unified_job_template']}/"
        shown = {**item, "type": kind.type, "url": f"/api/v2/{name}/{number}/", "related": related, "summary_fields": {
            "object_roles": {role: {"id": number * 100 + place} for place, role in enumerate(kind.roles)}}}
        if name == "credentials":
            fields = self.items["credential_types"][item["credential_type"]]["inputs"].get("fields", [])
            secret = {field["id"] for field in fields if field.get("secret")}
            shown["inputs"] = {key: ENCRYPTED if key in secret else value for key, value in item["inputs"].items()}
        if name == "projects":
            shown["scm_revision"] = "0" * 40
        return shown

    def find(self, name: str, query: Item) -> list[Item]:
        """Return the objects that a query matches; a field that it cannot have is refused."""
        names = TEMPLATES if name == "unified_job_templates" else (name,)
        found = []
        for each in names:
            for item in self.items[each].values():
                for field in query:
                    if field not in (*KINDS[each].fields, "id") and name != "unified_job_templates":
                        raise Refused("detail", f"{each} has no field named '{field}'")
                if all(str(item.get(field)) == value for field, value in query.items()):
                    found.append(self.show(each, item))
        return found

    def answer(self, method: str, path: str, query: Item, sent: Item) -> tuple[int, Any]:
        """Answer one request, with a status."""
        parts = [part for part in path.removeprefix("/api/v2/").split("/") if part]
        name = parts[0]
        if len(parts) == 3 and name == "roles":
            return self._grant(method, int(parts[1]), parts[2], sent)
        if name not in KINDS and name != "unified_job_templates":
            return 404, {"detail": "Not found."}
        if len(parts) == 1:
            return (200, as_page(self.find(name, query))) if method == "GET" else (201, self.show(name, self.add(name, {
                key: value for key, value in sent.items() if key != "type"})))
        item = self.items[name].get(int(parts[1]))
        if item is None:
            return 404, {"detail": "Not found."}
        if len(parts) == 2:
            return 200, self.show(name, item if method == "GET" else self.change(name, item, sent))
        if parts[2] == "survey_spec":
            return self._survey(method, item, sent)
        if parts[2] == "create_approval_template":
            made = self.add("workflow_approval_templates", sent)
            item["unified_job_template"] = made["id"]
            return 201, self.show("workflow_approval_templates", made)
        if parts[2] in KINDS[name].associations:
            return self._link(method, item, parts[2], KINDS[name].associations[parts[2]], sent)
        return 404, {"detail": "Not found."}

    def _survey(self, method: str, item: Item, sent: Item) -> tuple[int, Any]:
        if method == "POST":
            check_survey(sent)
            self.surveys[item["id"]] = sent
            self.writes += 1
            return 200, {}
        return 200, self.surveys.get(item["id"], {})

    def _link(self, method: str, item: Item, relation: str, others: str, sent: Item) -> tuple[int, Any]:
        linked = self.links.setdefault((item["id"], relation), [])
        if method == "GET":
            return 200, as_page([self.show(others, self.items[others][number]) for number in linked])
        if sent["id"] not in self.items[others]:
            raise Refused("detail", "object does not exist.")
        (linked.remove if sent.get("disassociate") else linked.append)(sent["id"])
        self.writes += 1
        return 204, None

    def _grant(self, method: str, role: int, actors: str, sent: Item) -> tuple[int, Any]:
        granted = self.granted.setdefault(role, [])
        if method == "GET":
            return 200, as_page([self.show(actors, self.items[actors][number]) for number in granted])
        granted.append(sent["id"])
        self.writes += 1
        return 204, None

    # ------------------------------------------------------------ for the tests

    def named(self, name: str, value: str) -> Item:
        """Return the object of this name."""
        return next(item for item in self.items[name].values() if item[KINDS[name].identity] == value)

    def linked(self, name: str, item: Item, relation: str) -> list[str]:
        """Return the names of what an object is associated with."""
        kind = KINDS[KINDS[name].associations[relation]]
        others = self.items[KINDS[name].associations[relation]]
        return sorted(others[number][kind.identity] for number in self.links.get((item["id"], relation), []))

    def may(self, team: str) -> Iterator[str]:
        """Yield what a team was given, as ``execute_role NAME``."""
        for role, actors in self.granted.items():
            if self.named("teams", team)["id"] in actors:
                name, item = next((name, items[role // 100]) for name, items in self.items.items() if role // 100 in items)
                yield f"{KINDS[name].roles[role % 100]} {item['name']}"


def check_type(item: Item) -> None:
    """Refuse a credential type whose fields or injectors AWX would not take."""
    known = {field.get("id") for field in item["inputs"].get("fields", [])}
    for field in item["inputs"].get("fields", []):
        wrong = set(field) - {"id", "label", "type", "help_text", "secret", "multiline", "format", "choices", "default"}
        if wrong or not {"id", "label"} <= set(field):
            raise Refused("inputs", f"unknown or missing properties in {field.get('id')}: {sorted(wrong)}")
    if set(item["inputs"]) - {"fields", "required"} or set(item["inputs"].get("required", [])) - known:
        raise Refused("inputs", "unknown properties, or a required field that is not defined")
    if set(item["injectors"]) - {"env", "extra_vars", "file"}:
        raise Refused("injectors", "Additional properties are not allowed")
    files = {name.removeprefix("template.") for name in item["injectors"].get("file", {})}
    for values in item["injectors"].values():
        for value in values.values():
            for used in re.findall(r"\{\{\s*([\w.]+)", value):
                if used not in known and used.removeprefix("tower.filename.") not in files:
                    raise Refused("injectors", f"{used} uses an undefined field")


def check_notification(item: Item) -> None:
    """Refuse a notification whose settings its type does not have."""
    known = NOTIFICATIONS.get(item["notification_type"])
    if known is None:
        raise Refused("notification_type", "this stub knows no such type")
    wrong = set(item["notification_configuration"]) ^ known
    if wrong - {"timeout"}:
        raise Refused("notification_configuration", f"unknown or missing: {', '.join(sorted(wrong))}")


def check_survey(spec: Item) -> None:
    """Refuse a survey that AWX would not take."""
    if set(spec) != {"name", "description", "spec"}:
        raise Refused("error", "name, description and spec are required")
    seen: set[str] = set()
    for row in spec["spec"]:
        if set(row) - QUESTION or {"question_name", "variable", "type", "required"} - set(row):
            raise Refused("error", f"unknown or missing keys in {row}")
        if row["type"] not in ANSWERS or row["variable"] in seen or not isinstance(row["required"], bool):
            raise Refused("error", f"wrong type, repeated variable or wrong required in {row}")
        if row["type"].startswith("multi"):
            if not row.get("choices") or (row.get("default") and row["default"] not in row["choices"]):
                raise Refused("error", f"Default choice must be answered from the choices listed: {row}")
        seen.add(row["variable"])


def check_rule(rule: str) -> None:
    """Refuse a schedule without a start in UTC, without an interval, or with what AWX does not support."""
    if not re.match(r"DTSTART:\d{8}T\d{6}Z RRULE:", rule) or rule.count("RRULE:") != 1:
        raise Refused("rrule", "Valid DTSTART required in rrule. Value should start with: DTSTART:YYYYMMDDTHHMMSSZ")
    words = dict(part.split("=", 1) for part in rule.partition("RRULE:")[2].split(";"))
    known = {"FREQ", "INTERVAL", "BYDAY", "BYMONTHDAY", "BYMONTH", "BYHOUR", "BYMINUTE", "COUNT", "UNTIL"}
    if set(words) - known or "INTERVAL" not in words:
        raise Refused("rrule", "INTERVAL required in rrule.")
    if words.get("FREQ") not in ("YEARLY", "MONTHLY", "WEEKLY", "DAILY", "HOURLY", "MINUTELY"):
        raise Refused("rrule", "FREQ is not supported")
    if "," in words.get("BYMONTHDAY", ""):
        raise Refused("rrule", "Multiple BYMONTHDAYs not supported.")


def as_page(results: list[Item]) -> Item:
    """Return a list as one page."""
    return {"count": len(results), "next": None, "previous": None, "results": results}


class Server(ThreadingHTTPServer):
    """The stub on a port of loopback."""

    daemon_threads = True

    def __init__(self, stub: Stub) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.stub = stub


class Handler(BaseHTTPRequestHandler):
    """One request: only with the token."""

    server: Server
    protocol_version = "HTTP/1.1"

    def handle_request(self) -> None:
        """Answer a request."""
        url = urlsplit(self.path)
        size = int(self.headers.get("Content-Length") or 0)
        sent = json.loads(self.rfile.read(size) or "{}")
        if self.headers.get("Authorization") != f"Bearer {TOKEN}":
            status, body = 401, {"detail": "Authentication credentials were not provided."}
        else:
            with self.server.stub.lock:
                try:
                    status, body = self.server.stub.answer(self.command, url.path, dict(parse_qsl(url.query)), sent)
                except Refused as reason:
                    status, body = 400, reason.answer
        data = b"" if body is None else json.dumps(body).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("X-API-Product-Name", "AWX")
        self.send_header("X-API-Product-Version", "24.6.1")
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def do_GET(self) -> None:
        self.handle_request()

    def do_POST(self) -> None:
        self.handle_request()

    def do_PATCH(self) -> None:
        self.handle_request()

    def log_message(self, format: str, *args: Any) -> None:
        """Say nothing: pytest shows what a playbook said."""
