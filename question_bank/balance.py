"""Steps 3 and 4 of the draw: swapping items until no enemies meet and every target is inside its tolerance.

The specification is at the top of `assembly`. This is where nearly all the time of a form goes, so the loop
works on plain lists and holds its sums in local variables.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

from question_bank.generator import below
from question_bank.plans import CRITERIA, AssemblyPlan, Interval

ENEMY_TRIES = 20
_SCALE = 10**12
_SUM_SCALE = 10**14


class Draft:
    """A form in the making: item and cell by place, and the items as a set."""

    __slots__ = ("cells", "chosen", "items")

    def __init__(self, items: list[int], cells: list[int]) -> None:
        self.items = items
        self.cells = cells
        self.chosen = set(items)

    def replace(self, place: int, item: int) -> None:
        """Put another item in a place."""
        self.chosen.discard(self.items[place])
        self.chosen.add(item)
        self.items[place] = item


class Rules:
    """What swapping has to know of a plan, the same in every epoch; lists by item or cell."""

    def __init__(self, plan: AssemblyPlan) -> None:
        self.enemies = _enemy_groups(plan)
        self.rows = plan.rows
        self.cell_rows = [frozenset(cell.rows) for cell in plan.cells]
        self.fixed = [cell.fixed for cell in plan.cells]
        self.cell_of = _cell_of(plan)
        self.section_of = [cell.section for cell in plan.cells]
        self.sections = len(plan.points)
        self.cross_after = plan.cross_after
        self.tries = plan.tries
        self.crosses = plan.cross_after < plan.tries
        self.targets = plan.targets or (0,) * CRITERIA
        self.tolerances = plan.tolerances or (1,) * CRITERIA
        self.values = [item.values or (0,) * CRITERIA for item in plan.items]
        self.weights = [_SCALE // tolerance for tolerance in self.tolerances]
        self.sums = Sums(plan)
        self.idle = not plan.targets and not plan.sums


class Balance:
    """The rules with what is open in one epoch: `opened` are the open members of every cell."""

    def __init__(self, rules: Rules, opened: Sequence[tuple[int, ...]]) -> None:
        self._rules = rules
        self._open = opened
        self._enemies = rules.enemies
        self._crossing = _crossing_pools(rules, opened) if rules.crosses else []

    def settle_enemies(self, draft: Draft, row: Iterator[int]) -> bool:
        """Step 3; False when two enemies could not be parted."""
        enemies = self._enemies
        seen: set[int] = set()
        for place, item in enumerate(draft.items):
            groups = enemies[item]
            if groups and not seen.isdisjoint(groups):
                if not self._part(draft, place, row):
                    return False
                groups = enemies[draft.items[place]]
            seen.update(groups)
        return True

    def _part(self, draft: Draft, place: int, row: Iterator[int]) -> bool:
        pool = self._open[draft.cells[place]]
        for _ in range(ENEMY_TRIES):
            item = pool[below(row, len(pool))]
            if item not in draft.chosen and not self._meets_enemy(draft, place, item):
                draft.replace(place, item)
                return True
        return False

    def _meets_enemy(self, draft: Draft, place: int, item: int) -> bool:
        """Whether `item` in this place would share a group with another item of the form."""
        groups = self._enemies[item]
        if not groups:
            return False
        mine, leaving = set(groups), draft.items[place]
        others = (self._enemies[other] for other in draft.items if other != leaving)
        return any(not mine.isdisjoint(theirs) for theirs in others)

    def reach_targets(self, draft: Draft, row: Iterator[int]) -> bool:
        """Step 4; False when the tries did not suffice."""
        if self._rules.idle:
            return True
        items, chosen, values = draft.items, draft.chosen, self._rules.values
        d0, d1, d2, d3 = (
            sum(values[item][k] for item in items) - self._rules.targets[k] for k in range(CRITERIA)
        )
        t0, t1, t2, t3 = self._rules.tolerances
        w0, w1, w2, w3 = self._rules.weights
        sums = self._rules.sums
        totals = sums.of(items)
        rows = self._row_counts(draft) if self._rules.crosses else []
        cost = abs(d0) * w0 + abs(d1) * w1 + abs(d2) * w2 + abs(d3) * w3 + sums.cost(totals)
        movable = self._movable(draft)
        count = len(movable)
        for step in range(self._rules.tries + 1):
            met = -t0 <= d0 <= t0 and -t1 <= d1 <= t1 and -t2 <= d2 <= t2 and -t3 <= d3 <= t3
            if met and sums.inside(totals):
                return True
            if step == self._rules.tries or not count:
                return False
            place = movable[below(row, count)]
            pool = self._proposals(draft.cells[place], step)
            item = pool[below(row, len(pool))]
            if item in chosen:
                continue
            old, new = values[items[place]], values[item]
            e0, e1 = d0 + new[0] - old[0], d1 + new[1] - old[1]
            e2, e3 = d2 + new[2] - old[2], d3 + new[3] - old[3]
            then = sums.after(totals, items[place], item)
            found = abs(e0) * w0 + abs(e1) * w1 + abs(e2) * w2 + abs(e3) * w3 + sums.cost(then)
            if found < cost and self._move(draft, place, item, rows):
                cost, totals, d0, d1, d2, d3 = found, then, e0, e1, e2, e3
        return False

    def _proposals(self, cell: int, step: int) -> Sequence[int]:
        """What may come into a place of `cell` at this try."""
        if step & 1 and step >= self._rules.cross_after and not self._rules.fixed[cell]:
            return self._crossing[self._rules.section_of[cell]]
        return self._open[cell]

    def _move(self, draft: Draft, place: int, item: int, rows: list[int]) -> bool:
        """Make the swap; False, and nothing changed, when enemies would meet or a counting row break."""
        if self._meets_enemy(draft, place, item):
            return False
        source, target = draft.cells[place], self._rules.cell_of[item]
        if source != target:
            left, entered = self._rules.cell_rows[source], self._rules.cell_rows[target]
            losing, gaining = left - entered, entered - left
            for index in losing:
                if rows[index] <= self._rules.rows[index].low:
                    return False
            for index in gaining:
                high = self._rules.rows[index].high
                if high is not None and rows[index] >= high:
                    return False
            for index in losing:
                rows[index] -= 1
            for index in gaining:
                rows[index] += 1
            draft.cells[place] = target
        draft.replace(place, item)
        return True

    def _row_counts(self, draft: Draft) -> list[int]:
        counts = [0] * len(self._rules.rows)
        for cell in draft.cells:
            for index in self._rules.cell_rows[cell]:
                counts[index] += 1
        return counts

    def _movable(self, draft: Draft) -> list[int]:
        taken = Counter(draft.cells)
        return [
            place
            for place, cell in enumerate(draft.cells)
            if len(self._open[cell]) > taken[cell] or (self._rules.crosses and not self._rules.fixed[cell])
        ]


class Sums:
    """The sum rules of a plan; every method is nearly free when there are none."""

    def __init__(self, plan: AssemblyPlan) -> None:
        self._bounds = plan.sums
        self._amounts = [item.sums for item in plan.items]
        self._weights = [_SUM_SCALE // max(1, bound.low, bound.high or 0) for bound in plan.sums]

    def of(self, items: Sequence[int]) -> tuple[int, ...]:
        """The sums of a form."""
        return tuple(sum(self._amounts[item][index] for item in items) for index in range(len(self._bounds)))

    def after(self, totals: tuple[int, ...], leaving: int, coming: int) -> tuple[int, ...]:
        """The sums after a swap."""
        if not totals:
            return totals
        out, into = self._amounts[leaving], self._amounts[coming]
        return tuple(total - out[index] + into[index] for index, total in enumerate(totals))

    def cost(self, totals: tuple[int, ...]) -> int:
        """The weighted distance of the sums outside their bounds."""
        if not totals:
            return 0
        weighted = zip(totals, self._bounds, self._weights, strict=True)
        return sum(_outside(total, bound) * weight for total, bound, weight in weighted)

    def inside(self, totals: tuple[int, ...]) -> bool:
        """Whether every sum is inside its bounds."""
        return all(not _outside(total, bound) for total, bound in zip(totals, self._bounds, strict=True))


def _outside(total: int, bound: Interval) -> int:
    """How far a sum is outside its bounds."""
    if total < bound.low:
        return bound.low - total
    return total - bound.high if bound.high is not None and total > bound.high else 0


def _enemy_groups(plan: AssemblyPlan) -> list[tuple[int, ...]]:
    """The enemy groups of every item, by number."""
    found: list[tuple[int, ...]] = [()] * len(plan.items)
    for index, group in enumerate(plan.enemies):
        for place in group:
            found[place] += (index,)
    return found


def _cell_of(plan: AssemblyPlan) -> list[int]:
    found = [0] * len(plan.items)
    for index, cell in enumerate(plan.cells):
        for place in cell.members:
            found[place] = index
    return found


def _crossing_pools(rules: Rules, opened: Sequence[tuple[int, ...]]) -> list[list[int]]:
    """The open members of all cells that are not fixed, by section."""
    pools: list[list[int]] = [[] for _ in range(rules.sections)]
    for fixed, section, members in zip(rules.fixed, rules.section_of, opened, strict=True):
        if not fixed:
            pools[section] += members
    return [sorted(pool) for pool in pools]
