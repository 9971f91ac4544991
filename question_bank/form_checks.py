"""Does a form obey its blueprint? Counted anew from the items, whatever drew it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from question_bank.supply import Supply


class FormCheck:
    """The rules of a supply, ready to hold many forms against."""

    def __init__(self, supply: Supply) -> None:
        self._supply = supply
        self._place_of = {item.id: place for place, item in enumerate(supply.items)}
        self._weights: list[list[tuple[int, int]]] = [[] for _ in supply.items]
        for index, row in enumerate(supply.rows):
            weights = row.weights if row.is_sum else (1,) * len(row.members)
            for place, weight in zip(row.members, weights, strict=False):
                self._weights[place].append((index, weight))
        self._unit_of = {place: index for index, unit in enumerate(supply.units) for place in unit.members}
        self._enemies: list[list[int]] = [[] for _ in supply.items]
        for number, group in enumerate(supply.enemies):
            for place in group:
                self._enemies[place].append(number)

    def broken(self, item_ids: Iterable[str]) -> tuple[str, ...]:
        """The labels of the rules that a form of these items breaks; () when it obeys them all.

        Besides the blueprint's own labels: "unknown" for an item that may not be in a form, "repeated",
        "enemies", and the name of a set or group that is torn apart.
        """
        ids = list(item_ids)
        places = [self._place_of[item_id] for item_id in ids if item_id in self._place_of]
        found = ["unknown"] if len(places) < len(ids) else []
        found += ["repeated"] if len(set(ids)) < len(ids) else []
        totals: Counter[int] = Counter()
        for place in places:
            for index, weight in self._weights[place]:
                totals[index] += weight
        enemies = Counter(number for place in places for number in self._enemies[place])
        found += ["enemies"] if any(count > 1 for count in enemies.values()) else []
        return (*found, *self._broken_rows(totals, places), *self._torn(places))

    def _broken_rows(self, totals: Counter[int], places: list[int]) -> list[str]:
        used = {self._unit_of[place] for place in places if place in self._unit_of}
        found = []
        for index, row in enumerate(self._supply.rows):
            total = len(used & set(row.units)) if row.units else totals[index]
            if total < row.low or (row.high is not None and total > row.high):
                found.append(row.label)
        return found

    def _torn(self, places: list[int]) -> list[str]:
        counts = Counter(self._unit_of[place] for place in places if place in self._unit_of)
        units = self._supply.units
        return [
            units[unit].name for unit, n in counts.items() if not units[unit].low <= n <= units[unit].high
        ]
