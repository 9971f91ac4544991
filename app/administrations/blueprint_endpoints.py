"""Blueprints over HTTP (exam office): check while writing, audit before publishing, files."""

from typing import Annotated, Any, Literal

from fastapi import APIRouter, Query, Response, UploadFile
from pydantic import BaseModel, ConfigDict, Field

from app.accounts.guard import Caller
from app.administrations.audits import AuditsService, PublishAudit
from app.administrations.blueprints import BlueprintsService
from app.administrations.publishing import blueprint_of, obstacle_texts, refused
from app.banks.files import file_response
from app.errors import NotFound
from app.kit.provided import provided
from app.kit.uploads import read_upload
from question_bank.analysis.audit_report import audit_html
from question_bank.blueprint_files import (
    MAX_BLUEPRINT_BYTES,
    BlueprintFormat,
    parse_blueprint,
    write_blueprint,
)
from question_bank.canonical import parse
from question_bank.errors import QuestionBankError
from question_bank.publishing.demand import Demand

router = APIRouter(prefix="/api")
Blueprints = Annotated[BlueprintsService, provided(BlueprintsService)]
Audits = Annotated[AuditsService, provided(AuditsService)]


class Draft(BaseModel):
    """A blueprint (a document as `docs/topics/forms.md` says) and the snapshot it is held against.

    `pass_points` (hundredths) is the cut score where the blueprint names none.
    """

    model_config = ConfigDict(extra="forbid")

    snapshot_id: str = Field(min_length=1, max_length=64)
    blueprint: dict[str, Any]
    pass_points: int | None = Field(default=None, ge=1, le=100_000_000)


class BlueprintFile(BaseModel):
    """A blueprint to be written as a file."""

    model_config = ConfigDict(extra="forbid")

    blueprint: dict[str, Any]
    format: BlueprintFormat = BlueprintFormat.TOML


@router.get("/snapshots/{snapshot_id}/attributes")
async def attributes(snapshot_id: str, blueprints: Blueprints) -> dict[str, Any]:
    """What conditions can ask for: every attribute with its values and how many items have each."""
    return {
        "attributes": [
            {"name": found.name, "values": found.values, "more": found.more, "numeric": found.numeric}
            for found in await blueprints.attributes(snapshot_id)
        ]
    }


@router.post("/blueprints/check")
async def check(body: Draft, blueprints: Blueprints) -> dict[str, Any]:
    """Supply against demand for every section, topic and rule, without solving."""
    found = await blueprints.check(body.snapshot_id, blueprint_of(body.blueprint, body.pass_points))
    return {
        "demands": [_demand(demand) for demand in found.demands],
        "obstacles": [obstacle_texts(obstacle) for obstacle in found.obstacles],
    }


@router.post("/blueprints/audit", status_code=202)
async def start_audit(body: Draft, caller: Caller, audits: Audits) -> dict[str, Any]:
    """Begin an audit in the background; an earlier one of the caller is given up."""
    blueprint = blueprint_of(body.blueprint, body.pass_points)
    return _audit(await audits.start(body.snapshot_id, blueprint, body.pass_points, caller.actor))


@router.get("/blueprints/audits/{audit_id}")
async def one_audit(audit_id: str, caller: Caller, audits: Audits) -> dict[str, Any]:
    """How far one's own audit is, and what it found."""
    return _audit(audits.get(audit_id, caller.actor))


@router.get("/blueprints/audits/{audit_id}/report.html")
async def audit_report(
    audit_id: str, caller: Caller, audits: Audits, lang: Annotated[Literal["zh-CN", "en"], Query()] = "zh-CN"
) -> Response:
    """The finished audit as a page to keep."""
    found = audits.get(audit_id, caller.actor)
    if found.document is None:
        raise NotFound("The audit has no report.")
    title = found.blueprint.title
    data = audit_html(dict(found.document), title, lang)
    return file_response(data, "text/html; charset=utf-8", f"{title}.html")


@router.delete("/blueprints/audits/{audit_id}", status_code=204)
async def cancel_audit(audit_id: str, caller: Caller, audits: Audits) -> None:
    """Give one's own audit up."""
    audits.cancel(audit_id, caller.actor)


@router.post("/blueprints/file")
async def read_file(file: UploadFile) -> dict[str, Any]:
    """The document in a TOML or JSON file, checked by itself."""
    try:
        blueprint = parse_blueprint(await read_upload(file, MAX_BLUEPRINT_BYTES))
    except QuestionBankError as error:
        raise refused(error) from error
    return {"blueprint": parse(blueprint.to_json())}


@router.post("/blueprints/download")
async def download(body: BlueprintFile) -> Response:
    """The blueprint as a file."""
    blueprint = blueprint_of(body.blueprint)
    data = write_blueprint(blueprint, body.format)
    return file_response(data, "application/octet-stream", f"{blueprint.title}.{body.format}")


def _demand(demand: Demand) -> dict[str, Any]:
    return {
        "kind": demand.kind.value,
        "place": demand.place,
        "label": demand.label,
        "needed": demand.needed,
        "at_most": demand.at_most,
        "available": demand.available,
        "must_know": demand.must_know,
        "short": demand.short,
    }


def _audit(found: PublishAudit) -> dict[str, Any]:
    return {
        "id": found.id,
        "state": found.state.value,
        "step": found.step.value,
        "done": found.done,
        "total": found.total,
        "problems": found.problems,
        "audit": found.document,
    }
