"""Versions of items as clients get them."""

from collections.abc import Mapping
from typing import Any

from app.banks.authoring import ItemRecord
from app.banks.rules import Cause, cause_of
from app.banks.versions import Version
from app.clock import instant_text
from question_bank.item_documents import item_document, item_set_document


def version_body(version: Version, actor: str, names: Mapping[str, str]) -> dict[str, Any]:
    """A version as listed; `names` has the names of those who write, `writer` is empty for who has none."""
    return {
        "item": version.item_id,
        "version": version.number,
        "state": version.state.value,
        "is_current": version.is_current,
        "type": version.type,
        "topic": version.topic,
        "difficulty": version.difficulty,
        "must_know": version.must_know,
        "stem": version.stem,
        "written_at": instant_text(version.written_at),
        "written_by": version.written_by,
        "writer": names.get(version.written_by, ""),
        "own": cause_of(actor, version.written_by) is Cause.WRITER,
        "digest": version.digest,
    }


def item_record_body(record: ItemRecord, actor: str, names: Mapping[str, str]) -> dict[str, Any]:
    """An item in one version, with its history."""
    return version_body(record.version, actor, names) | {
        "document": item_document(record.item),
        "item_set": item_set_document(record.item_set) if record.item_set else None,
        "versions": [version_body(version, actor, names) for version in record.versions],
        "events": [
            {
                "version": event.number,
                "event": event.event,
                "actor": event.actor,
                "name": names.get(event.actor, ""),
                "comment": event.comment,
                "checks": list(event.checks),
                "at": instant_text(event.at),
            }
            for event in record.events
        ],
    }
