"""Item statistics as clients are sent them (pure)."""

from typing import Any

from app.banks.counts import Standing, Use
from app.clock import instant_text
from question_bank.statistics import MIN_FLAGGED, Estimate, ItemStatistics

# As many administrations as a picture of an item's exposure in a list has room for.
LISTED_USES = 12


def estimate_figures(found: Estimate | None) -> dict[str, float] | None:
    """A figure with its standard error and interval, rounded to 4 places."""
    if found is None:
        return None
    return {
        "value": round(found.value, 4),
        "standard_error": round(found.standard_error, 4),
        "low": round(found.low, 4),
        "high": round(found.high, 4),
    }


def item_figures(item: ItemStatistics, *, keys: bool) -> dict[str, Any]:
    """The figures of an item; `key` of an option is null unless the reader may see `keys`."""
    return {
        "n": item.n,
        "omitted": item.omitted,
        "exposure": float(item.exposure),
        "facility": estimate_figures(item.facility),
        "discrimination": estimate_figures(item.discrimination),
        "thirds": list(item.thirds),
        "options": [
            {
                "id": option.option_id,
                "key": option.in_key if keys else None,
                "thirds": list(option.thirds),
            }
            for option in item.options
        ],
        "flags": [flag.value for flag in item.flags],
        "too_few": item.n < MIN_FLAGGED,
    }


def use_figures(use: Use, standing: Standing | None) -> dict[str, Any]:
    """An item in one administration; `comparable`: whether it is part of how the item stands."""
    administration = use.administration
    return item_figures(use.statistics, keys=True) | {
        "administration_id": administration.id,
        "name": administration.name,
        "exam": administration.exam,
        "held_at": instant_text(administration.held_at),
        "version": use.count.version,
        "shown": use.count.shown,
        "forms": administration.forms,
        "voided": use.count.voided,
        "comparable": standing is not None and administration.id in standing.comparable,
    }


def standing_figures(standing: Standing | None, uses: list[Use]) -> dict[str, Any]:
    """How an item stands; `exposures`: [forms that showed it, forms] by administration, earliest first."""
    exposures = [[use.count.shown, use.administration.forms] for use in uses[-LISTED_USES:]]
    if standing is None:
        return {"n": 0, "exposures": exposures, "flags": []}
    figures = item_figures(standing.statistics, keys=True)
    return figures | {"version": standing.version, "exposures": exposures}
