"""Two people stand between a flag and a sanction."""

import pytest

from app.incidents.rules import may_decide


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
