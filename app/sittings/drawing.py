"""Drawing the forms of a roster, epoch by epoch, from what earlier epochs of the administration left.

It knows plans and epochs only, so that a process of its own starts quickly for it.
"""

from collections.abc import Callable
from dataclasses import dataclass, field

from app.sittings.records import Epoch
from question_bank.canonical import digest_bytes
from question_bank.errors import FormNotFound
from question_bank.plans import AssemblyPlan
from question_bank.rosters import ExposureLedger, draw_roster


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """Forms to be drawn: for whom, in the roster's order, and the last epoch there is.

    `cap`: the blueprint's exposure cap.
    """

    plan: AssemblyPlan
    master_seed: bytes = field(repr=False)
    candidates: tuple[str, ...]
    cap: int | None
    last: Epoch | None


@dataclass(frozen=True, slots=True, kw_only=True)
class DrawnForm:
    """A form for a candidate: its record (canonical JSON) and the record's digest."""

    candidate_id: str
    record: str
    digest: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DrawnEpoch:
    """An epoch and its forms."""

    epoch: Epoch
    forms: tuple[DrawnForm, ...]


def draw_epochs(send: Callable[[DrawnEpoch], None], order: Order) -> str | None:
    """Draw, and send each epoch when it is whole. Runs for seconds on a large roster: never in the loop.

    Returns None, or a sentence that says why not everybody has a form (what was sent is of no use then).
    """
    last = order.last
    ledger = ExposureLedger(order.plan, last.forms, last.used) if last else ExposureLedger(order.plan)
    drawing = draw_roster(
        ledger, order.master_seed, order.candidates, cap=order.cap, first_epoch=last.number + 1 if last else 0
    )
    forms: list[DrawnForm] = []
    epoch: Epoch | None = None
    try:
        for form in drawing:
            record = form.record
            if epoch is not None and epoch.number != record.epoch:
                send(DrawnEpoch(epoch=epoch, forms=tuple(forms)))
                forms = []
            # Written once: canonical JSON takes longer than the draw.
            document = record.to_json()
            digest = digest_bytes(document)
            forms.append(DrawnForm(candidate_id=record.candidate_id, record=document.decode(), digest=digest))
            epoch = Epoch(
                number=record.epoch,
                closed=form.eligibility.closed,
                closed_digest=record.closed_digest,
                forms=ledger.forms,
                used=dict(ledger.used),
                over_cap=form.over_cap,
            )
    except FormNotFound as error:
        return str(error)
    if epoch is not None:
        send(DrawnEpoch(epoch=epoch, forms=tuple(forms)))
    return None
