"""Two people stand between a flag and a sanction."""

from datetime import UTC, datetime, timedelta

import pytest

from app.incidents.rules import may_decide, moment_fits


@pytest.mark.parametrize(
    ("opened_by", "decider", "decided", "refusal"),
    [
        ("a", "b", False, None),
        ("a", "a", False, "own_incident"),
        ("a", "b", True, "already_decided"),
        ("a", "a", True, "already_decided"),
    ],
)
def test_who_may_decide(opened_by: str, decider: str, decided: bool, refusal: str | None) -> None:
    assert may_decide(opened_by=opened_by, decider=decider, already_decided=decided) == refusal


@pytest.mark.parametrize(
    ("milliseconds", "fits"), [(-1, False), (0, True), (1, True), (999, True), (1000, True), (1001, False)]
)
def test_an_incident_is_about_a_moment_of_the_records(milliseconds: int, fits: bool) -> None:
    began_at = datetime(2026, 6, 1, 1, tzinfo=UTC)
    moment = began_at + timedelta(milliseconds=milliseconds)
    now = began_at + timedelta(seconds=1)
    assert moment_fits(moment, began_at=began_at, now=now) is fits
    assert moment_fits(moment, began_at=None, now=now) is (moment <= now)
