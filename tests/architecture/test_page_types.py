"""What the pages' type check believes of the live messages is what the service says."""

import re
from typing import get_args

from pydantic import BaseModel

from app.live import messages, wall_messages
from app.web import pages

DECLARED = (pages.HERE / "types.d.ts").read_text(encoding="utf-8")
# `Numbered` and such are unions; these are the messages and what they are made of.
MESSAGES = {
    name: model
    for module in (messages, wall_messages)
    for name, model in vars(module).items()
    if isinstance(model, type)
    and issubclass(model, messages.Message)
    and name not in ("Message", "OutboxMessage")
}
NOT_OF_THE_PAGES = {"Focus", "Shown"}  # sent as literals, told apart by the service


def declared(name: str) -> dict[str, str]:
    """Field and type of an interface of the namespace Live."""
    live = DECLARED.split("declare namespace Api")[0]
    body = re.search(rf"\binterface {name} {{([^}}]*)}}", live)
    assert body, f"types.d.ts has no interface {name}"
    return {
        field: kind.strip()
        for field, kind in re.findall(r"(\w+): ([^;]+?)(?=;|\s*$)", body[1].replace("\n", " "))
    }


def nullable(model: type[BaseModel], field: str) -> bool:
    return type(None) in get_args(model.model_fields[field].annotation)


def test_every_live_message_is_declared_with_its_fields() -> None:
    different = {
        name: set(declared(name)) ^ set(model.model_fields)
        for name, model in MESSAGES.items()
        if name not in NOT_OF_THE_PAGES
    }
    assert {name: fields for name, fields in different.items() if fields} == {}


def test_what_may_be_null_is_declared_so() -> None:
    wrong = [
        f"{name}.{field}"
        for name, model in MESSAGES.items()
        if name not in NOT_OF_THE_PAGES
        for field, kind in declared(name).items()
        if nullable(model, field) != ("null" in kind)
    ]
    assert wrong == []
