"""A telephone in the picture: what may count as one, against what stood there from the start. Pure."""

from collections.abc import Sequence

from proctor.objects import ObjectFound, ObjectKind, covered_part, shared_part

# At 0.20, 24 of 1,241 pictures of faces showed something taken for a telephone; most a lit monitor behind.
_LEAST_SCORE = 0.20
_SAME_PLACE = 0.4
_INSIDE = 0.8
_FIRST_LOOKS = 3
_MOST_MASKED = 12


class PhoneLook:
    """What the detector's telephones are worth in one sitting.

    Whatever it takes for a telephone in the first looks, at and after admission under the invigilator's eyes,
    belongs to the room. A box inside a screen, or that is a laptop as a whole, is a lit window.
    """

    def __init__(self) -> None:
        self._looks = 0
        self._masked: list[tuple[float, float, float, float]] = []

    def observe(self, objects: Sequence[ObjectFound]) -> float | None:
        """0.0 no telephone, up to 1.0; None during the first looks, which only learn the room."""
        phones = [one for one in objects if one.kind is ObjectKind.PHONE and one.score >= _LEAST_SCORE]
        self._looks += 1
        if self._looks <= _FIRST_LOOKS:
            room = _MOST_MASKED - len(self._masked)
            self._masked += [one.box for one in phones][:room]
            return None
        lit = [one for one in objects if one.kind in (ObjectKind.SCREEN, ObjectKind.LAPTOP)]
        scores = [one.score for one in phones if not self._belongs(one) and not _is_lit(one, lit)]
        return max(scores, default=0.0)

    def _belongs(self, phone: ObjectFound) -> bool:
        return any(shared_part(phone.box, box) >= _SAME_PLACE for box in self._masked)


def _is_lit(phone: ObjectFound, lit: Sequence[ObjectFound]) -> bool:
    return any(
        shared_part(phone.box, one.box) >= _SAME_PLACE
        or (one.kind is ObjectKind.SCREEN and covered_part(phone.box, one.box) >= _INSIDE)
        for one in lit
    )
