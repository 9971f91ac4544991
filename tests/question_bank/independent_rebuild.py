"""A second implementation of `kaochang.draw/2`, from its description only, over the JSON of plan and record.

It imports nothing of question_bank, so an error in assembly cannot hide in shared code.
"""

import hashlib
import json
import sys
from collections.abc import Iterator
from itertools import count, permutations
from math import factorial
from pathlib import Path
from typing import Any

WORD = 2**64


def words_of(key: bytes) -> Iterator[int]:
    """Blocks of 512 words of SHAKE-256."""
    for block in count():
        data = hashlib.shake_256(key + block.to_bytes(8, "big")).digest(4096)
        yield from (int.from_bytes(data[i : i + 8], "big") for i in range(0, 4096, 8))


def one_of(row: Iterator[int], bound: int) -> int:
    """Multiply, and reject the products whose low half is under 2**64 mod bound."""
    while True:
        high, low = divmod(next(row) * bound, WORD)
        if low >= WORD % bound:
            return high


def sample(row: Iterator[int], values: Any, size: int) -> list[Any]:
    """Fisher-Yates from the front, stopped after `size` places."""
    left = list(values)
    for i in range(size):
        j = i + one_of(row, len(left) - i)
        left[i], left[j] = left[j], left[i]
    return left[:size]


def digest(data: bytes) -> str:
    return "sha256:" + hashlib.sha256(data).hexdigest()


class Rebuild:
    """One form; `closed` are ids."""

    def __init__(self, plan_json: bytes, closed: list[str], seed: bytes, candidate: str, epoch: int) -> None:
        self.plan = plan = json.loads(plan_json)
        self.items = plan["items"]
        gone = json.dumps(sorted(closed), separators=(",", ":"), ensure_ascii=False).encode()
        parts = [b"kaochang.draw/2", digest(plan_json).encode(), digest(gone).encode(), seed]
        parts += [candidate.encode(), str(epoch).encode()]
        framed = b"".join(len(part).to_bytes(4, "big") + part for part in parts)
        self.row = words_of(hashlib.sha256(framed).digest())
        self.open = [[i for i in c["members"] if self.items[i]["id"] not in closed] for c in plan["cells"]]
        self.cell_of = {i: n for n, cell in enumerate(plan["cells"]) for i in cell["members"]}
        self.groups = [
            {g for g, group in enumerate(plan["enemies"]) if i in group} for i in range(len(self.items))
        ]

    def deal(self) -> list[Any]:
        """[(section, item id, option order), ...] by position."""
        for _ in range(100):
            self.take()
            if self.part_enemies() and self.balance():
                return self.lay_out()
        raise AssertionError("no form")

    def take(self) -> None:
        tables = [t for t in self.plan["tables"] if all(len(self.open[c]) >= n for c, n in t[1:])]
        place = one_of(self.row, sum(table[0] for table in tables))
        for table in tables:
            place -= table[0]
            if place < 0:
                break
        self.form: list[int] = []
        self.cells: list[int] = []
        for cell, size in table[1:]:
            self.form += sample(self.row, self.open[cell], size)
            self.cells += [cell] * size
        crosses = self.plan["cross_after"] < self.plan["tries"]
        self.movable = [
            p
            for p, c in enumerate(self.cells)
            if len(self.open[c]) > self.cells.count(c) or (crosses and not self.plan["cells"][c]["fixed"])
        ]

    def hostile(self, place: int, item: int) -> bool:
        others = [other for p, other in enumerate(self.form) if p != place]
        return any(self.groups[item] & self.groups[other] for other in others)

    def part_enemies(self) -> bool:
        for place in range(len(self.form)):
            before = set().union(*(self.groups[item] for item in self.form[:place]))
            if not self.groups[self.form[place]] & before:
                continue
            pool = self.open[self.cells[place]]
            for _ in range(20):
                item = pool[one_of(self.row, len(pool))]
                if item not in self.form and not self.hostile(place, item):
                    self.form[place] = item
                    break
            else:
                return False
        return True

    def state(self, form: list[int]) -> tuple[bool, int]:
        """Whether targets and sums are met, and the cost."""
        met, cost = True, 0
        for k, (target, tolerance) in enumerate(
            zip(self.plan["targets"], self.plan["tolerances"], strict=True)
        ):
            off = abs(sum(self.items[i]["values"][k] for i in form) - target)
            met, cost = met and off <= tolerance, cost + off * (10**12 // tolerance)
        for k, (low, high) in enumerate(self.plan["sums"]):
            total = sum(self.items[i]["sums"][k] for i in form)
            off = max(low - total, 0 if high is None else total - high, 0)
            met, cost = met and off == 0, cost + off * (10**14 // max(1, low, high or 0))
        return met, cost

    def balance(self) -> bool:
        met, cost = self.state(self.form)
        for step in range(self.plan["tries"]):
            if met or not self.movable:
                return met
            place = self.movable[one_of(self.row, len(self.movable))]
            cell = self.plan["cells"][self.cells[place]]
            pool = self.open[self.cells[place]]
            if step % 2 and step >= self.plan["cross_after"] and not cell["fixed"]:
                mates = [
                    c
                    for c, o in enumerate(self.plan["cells"])
                    if not o["fixed"] and o["section"] == cell["section"]
                ]
                pool = sorted(i for c in mates for i in self.open[c])
            item = pool[one_of(self.row, len(pool))]
            if item in self.form or self.hostile(place, item):
                continue
            then = [*self.form[:place], item, *self.form[place + 1 :]]
            cells = [*self.cells[:place], self.cell_of[item], *self.cells[place + 1 :]]
            then_met, then_cost = self.state(then)
            if then_cost < cost and self.counts_hold(cells):
                self.form, self.cells, met, cost = then, cells, then_met, then_cost
        return met

    def counts_hold(self, cells: list[int]) -> bool:
        for index, (low, high) in enumerate(self.plan["rows"]):
            total = sum(index in self.plan["cells"][cell]["rows"] for cell in cells)
            if total < low or (high is not None and total > high):
                return False
        return True

    def lay_out(self) -> list[Any]:
        dealt = []
        for section in range(len(self.plan["points"])):
            inside = [
                i for i in sorted(self.form) if self.plan["cells"][self.cell_of[i]]["section"] == section
            ]
            names = [self.items[i].get("set") or i for i in inside]
            groups = [
                [i for i, own in zip(inside, names, strict=True) if own == name]
                for name in dict.fromkeys(names)
            ]
            if self.plan["shuffle_items"]:
                groups = sample(self.row, groups, len(groups))
            groups.sort(key=lambda group: min(self.items[i].get("rank", 0) for i in group))
            dealt += [(section, i) for group in groups for i in group]
        return [(section, self.items[i]["id"], self.options(self.items[i])) for section, i in dealt]

    def options(self, item: Any) -> tuple[str, ...]:
        shown = item.get("options", [])
        if item.get("shuffled") and len(shown) <= 5:
            number = one_of(self.row, factorial(len(shown)))
            return tuple(list(permutations(shown))[number])
        return tuple(sample(self.row, shown, len(shown)) if item.get("shuffled") else shown)


def dealt_again(folder: Path) -> int:
    """How many forms of an unpacked forms.zip are those of its seed. Raises AssertionError for another."""
    plan_json = (folder / "plan.json").read_bytes()
    plan = json.loads(plan_json)
    seed = bytes.fromhex((folder / "seed.txt").read_text().strip())
    commitment = digest(b"kaochang.master-seed/1\n" + seed)
    assert (folder / "commitment.txt").read_text().strip() == commitment
    assert plan["blueprint_digest"] == digest((folder / "blueprint.json").read_bytes())
    items = json.loads((folder / "items.json").read_bytes())
    assert plan["bank_digest"] == items["bank_digest"]
    assert {item["id"] for item in plan["items"]} <= {item["id"] for item in items["items"]}
    epochs = json.loads((folder / "epochs.json").read_bytes())["epochs"]
    closed = {row["epoch"]: row["closed"] for row in epochs}
    records = [json.loads(line) for line in (folder / "forms.jsonl").read_bytes().splitlines()]
    for record in records:
        names = ("plan_digest", "blueprint_digest", "bank_digest", "seed_commitment")
        expected = (digest(plan_json), plan["blueprint_digest"], plan["bank_digest"], commitment)
        assert tuple(record[name] for name in names) == expected
        epoch, candidate = record["epoch"], record["candidate_id"]
        form = Rebuild(plan_json, closed[epoch], seed, candidate, epoch).deal()
        slots = [(slot["section"], slot["item_id"], tuple(slot["option_order"])) for slot in record["slots"]]
        assert form == slots, candidate
        obeys(json.loads((folder / "blueprint.json").read_bytes()), items["items"], slots)
    return len(records)


def obeys(blueprint: Any, items: list[Any], slots: list[Any]) -> None:
    """Counts, topics and types of the sections, and must-know items, straight from the blueprint."""
    known = {item["id"]: item for item in items}
    form = [(section, known[item_id]) for section, item_id, _ in slots]
    for number, section in enumerate(blueprint["sections"]):
        inside = [item for own, item in form if own == number]
        assert len(inside) == section["count"]
        assert section["type"] == "any" or all(item["type"] == section["type"] for item in inside)
        for topic, count_of in section["topics"].items():
            topics = [item["attributes"]["topic"] + "/" for item in inside]
            assert sum(name.startswith(topic + "/") for name in topics) == count_of
    must_know = sum(item["attributes"]["must_know"] == "true" for _, item in form)
    assert must_know >= blueprint["must_know"]


def main() -> None:
    """Deal forms again. One argument: the folder of an unpacked forms.zip. Or plan and seed: those asked for

    on standard input, [{candidate, epoch, closed}].
    """
    if len(sys.argv) == 2:
        print(f"{dealt_again(Path(sys.argv[1]))} forms, all the same")
        return
    plan_json, seed = Path(sys.argv[1]).read_bytes(), bytes.fromhex(sys.argv[2])
    asked = json.load(sys.stdin)
    forms = [Rebuild(plan_json, row["closed"], seed, row["candidate"], row["epoch"]).deal() for row in asked]
    json.dump(forms, sys.stdout)


if __name__ == "__main__":
    main()
