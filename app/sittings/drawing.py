"""Drawing the forms of a roster, epoch by epoch, from what earlier epochs of the administration left."""

from collections.abc import Sequence
from dataclasses import dataclass

from app.administrations.service import Administration
from app.errors import NotAllowedNow
from app.sittings.records import Epoch
from question_bank.errors import FormNotFound
from question_bank.plans import AssemblyPlan
from question_bank.rosters import ExposureLedger, draw_roster


@dataclass(frozen=True, slots=True, kw_only=True)
class Drawn:
    """New forms as rows (sitting_id, record, digest), and the epochs they were drawn in."""

    forms: list[dict[str, str]]
    epochs: list[Epoch]

    @property
    def digests(self) -> dict[str, str]:
        """The digest of every form by sitting."""
        return {row["sitting_id"]: row["digest"] for row in self.forms}


def draw_forms(
    plan: AssemblyPlan, administration: Administration, pairs: Sequence[tuple[str, str]], last: Epoch | None
) -> Drawn:
    """Draw for each (sitting, candidate). Runs for seconds on a large roster: call it in a thread.

    Raises NotAllowedNow (`forms_exhausted`).
    """
    ledger = ExposureLedger(plan, last.forms, last.used) if last else ExposureLedger(plan)
    candidates = [candidate_id for _, candidate_id in pairs]
    rows: list[dict[str, str]] = []
    epochs: dict[int, Epoch] = {}
    drawing = draw_roster(
        ledger,
        administration.master_seed,
        candidates,
        cap=administration.blueprint.exposure_cap,
        first_epoch=last.number + 1 if last else 0,
    )
    try:
        for (sitting_id, _), form in zip(pairs, drawing, strict=True):
            record = form.record
            document = record.to_json().decode()
            rows.append({"sitting_id": sitting_id, "record": document, "digest": record.digest})
            epochs[record.epoch] = Epoch(
                number=record.epoch,
                closed=form.eligibility.closed,
                closed_digest=record.closed_digest,
                forms=ledger.forms,
                used=ledger.used,
                over_cap=form.over_cap,
            )
    except FormNotFound as error:
        raise NotAllowedNow(str(error), code="forms_exhausted") from error
    return Drawn(forms=rows, epochs=list(epochs.values()))
