"""Items for the tests of banks."""

from app.banks.rules import Check, Statement
from app.banks.versions import Draft
from question_bank.interactions import Choice, Option
from question_bank.item_types import ItemType
from question_bank.items import Item, ItemSet

NOTHING = Statement()
APPROVED = Statement(checks=frozenset(Check))


def make_draft(
    item_id: str, *, stem: str = "", key: str = "A", topic: str = "用电", item_set: str = ""
) -> Draft:
    """A sound item of single choice; with `item_set`, of a set whose stimulus is that text."""
    options = tuple(Option(id=letter, text=f"{item_id} 的选项 {letter}") for letter in "ABCD")
    item = Item(
        id=item_id,
        type=ItemType.SINGLE_CHOICE,
        stem=stem or f"关于 {item_id} 的说法，正确的是",
        interaction=Choice(options=options, key=frozenset(key)),
        topic=topic,
        item_set="case" if item_set else "",
    )
    return Draft(item=item, item_set=ItemSet(id="case", stimulus=item_set) if item_set else None)


def sheet(*rows: str) -> bytes:
    """A CSV of single choice items as an office writes it: id, stem, four options, key."""
    head = "编号,题型,题干,选项A,选项B,选项C,选项D,答案,知识点"
    return "\n".join((head, *rows)).encode()


def row(item_id: str, *, stem: str = "", key: str = "A") -> str:
    """One row of `sheet`."""
    options = ",".join(f"{item_id} 的选项 {letter}" for letter in "ABCD")
    return f"{item_id},单选题,{stem or f'关于 {item_id} 的说法，正确的是'},{options},{key},用电"
