"""Blueprints over HTTP with the real service: check, audit in the background, files, and an exam of one."""

import json
from typing import Any

import httpx
import pytest

from app.accounts.rules import Role
from question_bank.blueprint_files import BlueprintFormat, parse_blueprint, write_blueprint
from tests.factories.exam_day import demo_bank, small_blueprint
from tests.factories.running import RunningServer
from tests.factories.sessions import cookie_header, staff_session

DOCUMENT: dict[str, Any] = json.loads(small_blueprint().to_json())


class Office:
    """Two people of the exam office, and a snapshot of the demonstration's bank."""

    def __init__(self, server: RunningServer) -> None:
        self.server = server
        self.snapshot_id = server.call(server.service.banks.adopt(demo_bank(), "system"))
        self.cookies = [
            cookie_header(Role.EXAM_OFFICE, server.call(staff_session(server.service, Role.EXAM_OFFICE)))
            for _ in range(2)
        ]

    def call(self, method: str, path: str, who: int = 0, **more: Any) -> httpx.Response:
        headers = {"Origin": self.server.origin, "Cookie": self.cookies[who]}
        return httpx.request(method, self.server.origin + path, headers=headers, timeout=30, **more)

    def draft(self, **changes: Any) -> dict[str, Any]:
        return {"snapshot_id": self.snapshot_id, "blueprint": DOCUMENT | changes, "pass_points": 6000}

    def until(self, audit_id: str, *states: str) -> dict[str, Any]:
        """Ask until the audit is in one of these states; the client's time limit ends a hopeless wait."""
        for _ in range(5_000):
            found: dict[str, Any] = self.call("GET", f"/api/blueprints/audits/{audit_id}").json()
            if found["state"] in states:
                return found
        raise AssertionError(found["state"])


@pytest.fixture
def office(server: RunningServer) -> Office:
    return Office(server)


def rule(label: str, **more: Any) -> dict[str, Any]:
    return {"label": label, **more}


def test_supply_against_demand_and_what_is_at_fault(office: Office) -> None:
    hard = rule("难题", where="difficulty = hard", at_least=500)
    answer = office.call("POST", "/api/blueprints/check", json=office.draft(constraints=[hard])).json()
    assert [demand["place"] for demand in answer["demands"]] == [
        *("sections.0", "sections.1", "sections.2", "constraints.0")
    ]
    short = answer["demands"][-1]
    assert (short["needed"], short["short"]) == ("500", True)
    [obstacle] = answer["obstacles"]
    assert obstacle["place"] == "constraints.0"
    assert "难题：需要 500 道题" in obstacle["zh"]
    assert "500 items are needed" in obstacle["en"]
    wrong = rule("难题", where="difficulty = hard and", at_least=1)
    refusal = office.call("POST", "/api/blueprints/check", json=office.draft(constraints=[wrong]))
    assert refusal.status_code == 422
    body = refusal.json()
    assert (body["code"], body["field"]) == ("condition.ends_early", "constraints.0.where")
    assert body["problems"][0]["position"] == "22"
    odd = office.call("POST", "/api/blueprints/check", json=office.draft(minutes=3)).json()
    assert odd["code"] == "document.field_unknown"
    assert "minutes" in odd["problems"][0]["zh"]


def test_attributes_offer_what_the_items_have(office: Office) -> None:
    path = f"/api/snapshots/{office.snapshot_id}/attributes"
    found = {row["name"]: row for row in office.call("GET", path).json()["attributes"]}
    assert "id" not in found
    assert {"type", "topic", "difficulty", "must_know"} <= found.keys()
    kinds = dict(found["type"]["values"])
    assert sum(kinds.values()) == len(demo_bank().items)
    assert found["type"]["numeric"] is False
    assert office.call("GET", "/api/snapshots/nowhere/attributes").status_code == 404


def test_an_audit_goes_on_in_the_background_and_is_its_own_persons(office: Office) -> None:
    started = office.call("POST", "/api/blueprints/audit", json=office.draft())
    assert started.status_code == 202
    audit_id = started.json()["id"]
    found = office.until(audit_id, "done", "failed")
    assert found["state"] == "done"
    assert found["audit"]["forms"] == 1000
    assert found["audit"]["comparison"]["cut_points"] == 6000
    report = office.call("GET", f"/api/blueprints/audits/{audit_id}/report.html?lang=en")
    assert report.headers["content-disposition"].startswith("attachment")
    assert "Publish audit" in report.text
    assert office.call("GET", f"/api/blueprints/audits/{audit_id}", who=1).status_code == 404
    assert office.call("DELETE", f"/api/blueprints/audits/{audit_id}", who=1).status_code == 404
    again = office.call("POST", "/api/blueprints/audit", json=office.draft()).json()["id"]
    assert office.call("GET", f"/api/blueprints/audits/{audit_id}").status_code == 404, "one a person"
    assert office.call("DELETE", f"/api/blueprints/audits/{again}").status_code == 204
    assert office.until(again, "cancelled", "done")["audit"] is None
    last = office.call("POST", "/api/blueprints/audit", json=office.draft(must_know=2)).json()["id"]
    assert office.until(last, "done")["audit"]["slots"] == 10, "one that was given up holds nobody up"


def test_an_audit_says_why_there_are_no_forms(office: Office) -> None:
    draft = office.draft(exposure_cap=1)
    audit_id = office.call("POST", "/api/blueprints/audit", json=draft).json()["id"]
    found = office.until(audit_id, "infeasible", "done")
    assert found["audit"] is None
    [obstacle] = found["problems"]
    assert (obstacle["code"], obstacle["place"]) == ("exposure.cap_too_low", "exposure_cap")


def test_files_come_in_and_go_out(office: Office) -> None:
    toml = write_blueprint(small_blueprint(), BlueprintFormat.TOML)
    read = office.call("POST", "/api/blueprints/file", files={"file": ("b.toml", toml)}).json()
    assert read["blueprint"] == DOCUMENT
    written = office.call("POST", "/api/blueprints/download", json={"blueprint": DOCUMENT})
    assert parse_blueprint(written.content) == small_blueprint()
    broken = toml.replace(b"count = 4", b"count = 0")
    refusal = office.call("POST", "/api/blueprints/file", files={"file": ("b.toml", broken)}).json()
    assert (refusal["code"], refusal["field"]) == ("blueprint.count_invalid", "sections.0.count")


def test_an_exam_has_its_cut_score_at_the_pass_mark(office: Office) -> None:
    target = {"at_cut": 500, "beside_cut": 1500, "information": 500}
    exam = {"name": "七月", "minutes": 60, "blueprint": DOCUMENT | {"target": target}}
    body = office.draft() | exam
    answer = office.call("POST", "/api/exams", json=body)
    assert answer.status_code == 201, answer.text
    body["blueprint"] = DOCUMENT | {"must_know": 11}
    refusal = office.call("POST", "/api/exams", json=body).json()
    assert (refusal["code"], refusal["field"]) == ("blueprint.must_know_invalid", "must_know")
    assert [exam["name"] for exam in office.call("GET", "/api/exams").json()["exams"]] == ["七月"]
