"""A second implementation of `kaochang.draw/1`, from its description only, over the JSON documents.

It imports nothing of question_bank, so an error in assembly cannot hide in shared code.
"""

import hashlib
import json
from typing import Any

WORD = 2**64


def numbers(seed: int) -> Any:
    """The endless SplitMix64 sequence."""
    while True:
        seed = (seed + 0x9E3779B97F4A7C15) % WORD
        mixed = (seed ^ (seed >> 30)) * 0xBF58476D1CE4E5B9 % WORD
        mixed = (mixed ^ (mixed >> 27)) * 0x94D049BB133111EB % WORD
        yield mixed ^ (mixed >> 31)


def pick(stream: Any, bound: int) -> int:
    """Multiply, and reject the products whose low half is under 2**64 mod bound."""
    while True:
        high, low = divmod(next(stream) * bound, WORD)
        if low >= WORD % bound:
            return int(high)


def first_of_shuffle(stream: Any, values: list[Any], count: int) -> list[Any]:
    """Fisher-Yates from the front, stopped after `count` places."""
    values = list(values)
    for i in range(count):
        j = i + pick(stream, len(values) - i)
        values[i], values[j] = values[j], values[i]
    return values[:count]


def pool_of(items: dict[str, Any], item_type: str, topic: str | None) -> list[str]:
    """The ids of one type and topic (None: any), in order."""
    of_type = (i for i in sorted(items) if items[i]["type"] == item_type)
    return [i for i in of_type if topic is None or items[i]["topic"] == topic]


def deal(bank_json: bytes, blueprint_json: bytes, seed: bytes, candidate: str, epoch: int) -> list[Any]:
    """[(section, item id, option order), ...] by position."""
    bank, plan = json.loads(bank_json), json.loads(blueprint_json)
    digests = ["sha256:" + hashlib.sha256(data).hexdigest() for data in (bank_json, blueprint_json)]
    parts = [b"kaochang.draw/1", digests[0].encode(), digests[1].encode(), seed]
    parts += [candidate.encode(), str(epoch).encode()]
    key = hashlib.sha256(b"".join(len(p).to_bytes(4, "big") + p for p in parts)).digest()
    must, fill, order, options = (numbers(int.from_bytes(key[i : i + 8], "big")) for i in (0, 8, 16, 24))
    items = {item["id"]: item for item in bank["items"]}
    cells = [
        {"section": index, "count": count, "pool": pool_of(items, section["type"], topic), "got": []}
        for index, section in enumerate(plan["sections"])
        for topic, count in sorted(section["topics"].items()) or [(None, section["count"])]
    ]

    def take(candidates: list[Any], wanted: int) -> None:
        for name, cell in first_of_shuffle(must, candidates, len(candidates)) if wanted > 0 else []:
            if wanted > 0 and len(cell["got"]) < cell["count"]:
                cell["got"].append(name)
                wanted -= 1

    known = [(i, cell) for cell in cells for i in cell["pool"] if items[i]["must_know"]]
    for index, section in enumerate(plan["sections"]):
        take([pair for pair in known if pair[1]["section"] == index], section["must_know"])
    take([p for p in known if p[0] not in p[1]["got"]], plan["must_know"] - sum(len(c["got"]) for c in cells))
    for cell in cells:
        rest = [i for i in cell["pool"] if i not in cell["got"]]
        cell["got"] = cell["got"] + first_of_shuffle(fill, rest, cell["count"] - len(cell["got"]))
    dealt = []
    for index, section in enumerate(plan["sections"]):
        names = sorted(i for cell in cells if cell["section"] == index for i in cell["got"])
        for name in first_of_shuffle(order, names, len(names)) if plan["shuffle_items"] else names:
            shown = [option["id"] for option in items[name]["options"]]
            if plan["shuffle_options"] and section["type"] != "true_false":
                shown = first_of_shuffle(options, shown, len(shown))
            dealt.append((index, name, tuple(shown)))
    return dealt
