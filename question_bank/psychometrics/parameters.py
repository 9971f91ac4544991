"""Parameters for every item of a bank, each with where they come from and how far they can be trusted.

A form can only be as exact as what is known about its items, so the source travels with the numbers: the
item's own, then a calibration, then the facility, then the author's tag, then nothing.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import StrEnum

from question_bank.bank import Bank
from question_bank.curves import MICRO
from question_bank.items import Difficulty, Item, Parameters
from question_bank.pool import TAG_PARAMETERS
from question_bank.psychometrics.calibration import Calibration
from question_bank.psychometrics.curves import parameters_of
from question_bank.psychometrics.linking import UNLINKED, Linking
from question_bank.psychometrics.normal import quantile


class Provenance(StrEnum):
    """Where parameters come from; the value is the persisted text and never changes."""

    ITEM = "item"
    CALIBRATED = "calibrated"
    FACILITY = "facility"
    TAG = "tag"
    NONE = "none"


@dataclass(frozen=True, slots=True, kw_only=True)
class Belief:
    """What is believed of b before or without responses: a normal distribution."""

    mean: float
    sd: float


# Tags are guesses of authors: experts' ratings correlate with difficulty by about 0.5 only, hence the wide
# spread (Impara & Plake 1998).
TAG_BELIEFS: Mapping[Difficulty | None, Belief] = {
    **{tag: Belief(mean=known.b / MICRO, sd=0.9) for tag, known in TAG_PARAMETERS.items()},
    # Not tagged: the mean of the three, and the spread between them as well.
    None: Belief(mean=-0.5, sd=1.3),
}
# The slope where none is estimated.
DEFAULT_A = 1.0
# The logistic of x and Phi(x / 1.702) differ by less than 0.01 (Haley 1952).
_NORMAL_SCALE = 1.702


@dataclass(frozen=True, slots=True, kw_only=True)
class Tally:
    """How often an item was shown and how often it was right."""

    shown: int
    right: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Sourced:
    """Parameters and their source; `se_b` in millionths like them, None where the item's own came without."""

    parameters: Parameters
    provenance: Provenance
    se_b: int | None


def from_facility(tally: Tally, belief: Belief, a: float = DEFAULT_A) -> Belief:
    """b from the share of right answers, shrunk towards `belief` by how few they are.

    Over abilities N(0, 1) the facility is about Phi(-b a / sqrt(1.702^2 + a^2)) (Lord & Novick 1968, ch. 16),
    which is solved for b at (right + 1/2) / (shown + 1); that is off by at most 0.1 for b from -2 to 2. Its
    error follows by the delta method; the two are combined by their precisions.
    """
    if not tally.shown:
        return belief
    share = (tally.right + 0.5) / (tally.shown + 1)
    deviate = quantile(share)
    stretch = math.sqrt(_NORMAL_SCALE**2 + a * a) / a
    density = math.exp(-deviate * deviate / 2) / math.sqrt(2 * math.pi)
    error = stretch * math.sqrt(share * (1 - share) / (tally.shown + 1)) / density
    weight = belief.sd**2 / (belief.sd**2 + error**2)
    return Belief(
        mean=weight * -deviate * stretch + (1 - weight) * belief.mean,
        sd=math.sqrt(weight) * error,
    )


def bank_parameters(
    bank: Bank,
    calibration: Calibration | None = None,
    tallies: Mapping[str, Tally] | None = None,
    linking: Linking = UNLINKED,
) -> dict[str, Sourced]:
    """Parameters for every item of the bank, by id: the best source that there is.

    `tallies` serve items that the calibration could not estimate. `linking` brings what responses said to
    the scale of the bank's own parameters. Ids that the bank does not hold are passed over.
    """
    estimates = {} if calibration is None else _estimates(calibration, linking)
    found = {}
    for item in bank.items:
        if item.parameters is not None:
            own = Sourced(parameters=item.parameters, provenance=Provenance.ITEM, se_b=None)
            found[item.id] = own
        else:
            tally = (tallies or {}).get(item.id)
            found[item.id] = estimates.get(item.id) or _believed(item, tally, linking)
    return found


def with_parameters(bank: Bank, found: Mapping[str, Sourced]) -> Bank:
    """The bank with calibrated parameters written into its items.

    What was only guessed from facility or tag stays out: written into an item it would look measured.
    """
    items = []
    for item in bank.items:
        sourced = found.get(item.id)
        if item.parameters is None and sourced and sourced.provenance is Provenance.CALIBRATED:
            items.append(replace(item, parameters=sourced.parameters))
        else:
            items.append(item)
    return Bank(name=bank.name, industry=bank.industry, items=tuple(items), sets=bank.sets, media=bank.media)


def _estimates(calibration: Calibration, linking: Linking) -> dict[str, Sourced]:
    curves, estimated = linking.curves(calibration.curves), calibration.estimated
    return {
        item_id: Sourced(
            parameters=parameters_of(float(curves.a[j]), float(curves.b[j]), float(curves.c[j])),
            provenance=Provenance.CALIBRATED,
            se_b=round(float(calibration.se_b[j]) * linking.slope * MICRO),
        )
        for j, item_id in enumerate(calibration.items)
        if estimated[j]
    }


def _believed(item: Item, tally: Tally | None, linking: Linking) -> Sourced:
    belief, a = TAG_BELIEFS[item.difficulty], DEFAULT_A
    if tally is not None and tally.shown:
        # The tag speaks on the bank's scale, the facility on that of the candidates.
        slope, shift = linking.slope, linking.shift
        before = Belief(mean=(belief.mean - shift) / slope, sd=belief.sd / slope)
        own, provenance = from_facility(tally, before), Provenance.FACILITY
        belief, a = Belief(mean=slope * own.mean + shift, sd=slope * own.sd), DEFAULT_A / slope
    else:
        provenance = Provenance.NONE if item.difficulty is None else Provenance.TAG
    return Sourced(
        parameters=parameters_of(a, belief.mean),
        provenance=provenance,
        se_b=round(belief.sd * MICRO),
    )
