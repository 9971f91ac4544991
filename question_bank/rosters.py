"""Forms for a whole roster, with the exposure of items kept even and under a hard cap.

Forms are drawn in epochs. Before each epoch the items that have been seen too often are closed; the list of
closed items goes into every record of the epoch, so a form stays a pure function of what its record names
(after van der Linden and Veldkamp, Constraining item exposure in computerized adaptive testing, 2004).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from question_bank.assembly import Assembler, Eligibility, FormSeed
from question_bank.errors import FormNotFound
from question_bank.forms import FormRecord
from question_bank.plans import AssemblyPlan

EPOCHS = 40
LEAST_EPOCH = 10
# An epoch may bring an item at most an eighth of the way to its cap.
_EPOCHS_TO_CAP = 8
_FEW = 300
# How far above its fair share an item may run before it rests for an epoch.
_PACE = 1.05


class ExposureLedger:
    """How often each item of a plan was used, and by how many forms.

    What it decides goes into the record as a list of closed items; floats are therefore harmless here.
    """

    def __init__(self, plan: AssemblyPlan, forms: int = 0, used: Mapping[str, int] | None = None) -> None:
        """`forms` and `used` (uses by item id) are what earlier forms of the same administration left."""
        self.plan = plan
        self.forms = forms
        self.used = Counter(used)
        self._known: Assembler | None = None
        self._needing: dict[tuple[int, int], set[int]] = {}
        for number, table in enumerate(plan.tables):
            for pair in table.counts:
                self._needing.setdefault(pair, set()).add(number)
        self._weight = sum(table.weight for table in plan.tables)
        self._shares: dict[int, float] = {}
        for table in plan.tables:
            for cell, count in table.counts:
                self._shares[cell] = self._shares.get(cell, 0.0) + table.weight / self._weight * count

    def assembler(self, eligibility: Eligibility) -> Assembler:
        """An assembler of the plan; preparations are made once. Raises FormNotFound (form.exhausted)."""
        if self._known is None:
            self._known = Assembler(self.plan)
        return Assembler(self.plan, eligibility, known=self._known)

    def enter(self, record: FormRecord) -> None:
        """Count a form."""
        self.forms += 1
        self.used.update(slot.item_id for slot in record.slots)

    def resting(self) -> set[str]:
        """Items that have run ahead of their fair share, as many as can rest, the furthest ahead first.

        The fair share is what the tables give an item of its cell. Half of a cell stays open, and tables of
        at least a quarter of all weight can still be filled.
        """
        opened = [len(cell.members) for cell in self.plan.cells]
        lost: set[int] = set()
        weight = self._weight
        found: set[str] = set()
        for _, cell, item_id in self._ahead():
            rest = opened[cell] - 1
            if 2 * rest < len(self.plan.cells[cell].members) - 1:
                continue
            losing = self._needing.get((cell, opened[cell]), set()) - lost
            left = weight - sum(self.plan.tables[table].weight for table in losing)
            if 4 * left < self._weight:
                continue
            opened[cell], weight = rest, left
            lost |= losing
            found.add(item_id)
        return found

    def _ahead(self) -> list[tuple[float, int, str]]:
        """(times its fair share, cell, id) of the items that are ahead of it, the furthest first."""
        found: list[tuple[float, int, str]] = []
        for cell, share in self._shares.items():
            members = self.plan.cells[cell].members
            fair = share * self.forms / len(members)
            ids = [self.plan.items[place].id for place in members]
            found += [(self.used[i] / fair, cell, i) for i in ids if self.used[i] > fair * _PACE]
        return sorted(found, reverse=True)

    def spent(self, cap: int, coming: int) -> set[str]:
        """Items that `coming` more forms could bring above `cap` uses."""
        return {item_id for item_id, times in self.used.items() if times + coming > cap}


@dataclass(frozen=True, slots=True, kw_only=True)
class RosterForm:
    """A form with the eligibility it was drawn under; `over_cap` when the cap could not be kept for it."""

    record: FormRecord
    eligibility: Eligibility
    over_cap: bool


def largest_use(cap: int, forms: int) -> int:
    """How many of `forms` forms may hold an item under a cap per mille (of 300 forms at least)."""
    return -(-cap * max(_FEW, forms) // 1_000)


def draw_roster(
    ledger: ExposureLedger,
    master_seed: bytes,
    candidate_ids: Sequence[str],
    *,
    cap: int | None = None,
    first_epoch: int = 0,
) -> Iterator[RosterForm]:
    """A form for every candidate, in the roster's order, each entered into the ledger.

    `cap` is the largest share of all forms an item may be in, per mille of the forms drawn so far and now
    (of 300 at least: shares of fewer are chance). Nobody goes without a form: where the items left
    under the cap cannot fill one, the epoch is drawn from all items and its forms say so. Raises
    FormNotFound when there is no form at all.
    """
    most = None if cap is None else largest_use(cap, ledger.forms + len(candidate_ids))
    size = max(LEAST_EPOCH, -(-len(candidate_ids) // EPOCHS))
    if most is not None:
        size = max(1, min(size, most // _EPOCHS_TO_CAP))
    epoch = first_epoch
    batches = [list(candidate_ids[start : start + size]) for start in range(0, len(candidate_ids), size)]
    while batches:
        left = batches.pop(0)
        spent = set[str]() if most is None else ledger.spent(most, len(left))
        choices = [spent | ledger.resting(), spent]
        if len(left) == 1:
            choices.append(set())
        for closed in _different(choices):
            for form in _epoch(ledger, Eligibility(epoch=epoch, closed=tuple(closed)), master_seed, left):
                yield replace(form, over_cap=not spent <= closed)
            epoch += 1
            if not left:
                break
        if len(left) == 1:
            raise FormNotFound("form.not_found", "No form was found, even with all items open.")
        # A whole batch could bring more items to the cap than one form does: go on one by one.
        batches[:0] = [[candidate_id] for candidate_id in left]


def _different(choices: Sequence[set[str]]) -> list[set[str]]:
    """Each choice once, in order."""
    return [closed for place, closed in enumerate(choices) if closed not in choices[:place]]


def _epoch(
    ledger: ExposureLedger, eligibility: Eligibility, master_seed: bytes, left: list[str]
) -> Iterator[RosterForm]:
    """Forms for those that are left, taken off the list one by one, until one cannot be found."""
    try:
        assembler = ledger.assembler(eligibility)
        while left:
            record = assembler.draw(FormSeed(master_seed=master_seed, candidate_id=left[0]))
            left.pop(0)
            ledger.enter(record)
            yield RosterForm(record=record, eligibility=eligibility, over_cap=False)
    except FormNotFound:
        return
