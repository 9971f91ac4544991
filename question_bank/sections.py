"""Sections of a blueprint: how many items of which type and topic, what they are worth, how they are scored.

All points are integer centipoints (1 point = 100), so half points are exact and no float is ever needed.
"""

from __future__ import annotations

from dataclasses import dataclass

from question_bank.conditions import ANY_ITEM, Condition, is_under
from question_bank.errors import BlueprintInvalid
from question_bank.item_types import ItemType
from question_bank.scoring_rules import RULES_OF, RULES_WITH_PARTIAL_POINTS, ScoringRule

MAX_SLOTS = 1_000
MAX_POINTS = 100_000
MAX_TITLE_CHARS = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class TopicQuota:
    """Exactly `count` items of `topic` or of a topic below it."""

    topic: str
    count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """`count` items, each worth `points` centipoints.

    `type` None admits every type (and only all-or-nothing scoring); `where` narrows further. `topics` is
    empty (any topic) or exact quotas that add up to `count`. `must_know` is the least number of must-know
    items in this section. `partial_points` (centipoints) belongs to the partial scoring rules. Raises
    BlueprintInvalid.
    """

    type: ItemType | None
    title: str
    count: int
    points: int
    topics: tuple[TopicQuota, ...] = ()
    must_know: int = 0
    scoring_rule: ScoringRule = ScoringRule.ALL_OR_NOTHING
    partial_points: int = 0
    where: Condition = ANY_ITEM

    def __post_init__(self) -> None:
        object.__setattr__(self, "topics", tuple(sorted(self.topics, key=lambda quota: quota.topic)))
        if not self.title.strip() or len(self.title) > MAX_TITLE_CHARS:
            raise BlueprintInvalid(
                "blueprint.title_invalid", "A section's title has 1 to 100 characters.", "title"
            )
        if not 1 <= self.count <= MAX_SLOTS:
            raise BlueprintInvalid("blueprint.count_invalid", "A section has 1 to 1,000 items.", "count")
        if not 1 <= self.points <= MAX_POINTS:
            raise BlueprintInvalid(
                "blueprint.points_invalid", "An item is worth 0.01 to 1,000 points.", "points"
            )
        if not 0 <= self.must_know <= self.count:
            raise BlueprintInvalid(
                "blueprint.must_know_invalid", "The section has fewer items than that.", "must_know"
            )
        self._check_topics()
        self._check_scoring()

    def _check_topics(self) -> None:
        if not self.topics:
            return
        names = {quota.topic for quota in self.topics}
        if len(names) != len(self.topics) or any(not name.strip() for name in names):
            raise BlueprintInvalid("blueprint.topics_invalid", "A topic is empty or listed twice.", "topics")
        if any(is_under(one, other) for one in names for other in names - {one}):
            raise BlueprintInvalid(
                "blueprint.topics_nested", "A topic lies inside another one of the list.", "topics"
            )
        if any(quota.count < 1 for quota in self.topics):
            raise BlueprintInvalid("blueprint.topics_invalid", "A topic quota is at least 1.", "topics")
        if sum(quota.count for quota in self.topics) != self.count:
            raise BlueprintInvalid("blueprint.topics_sum", "The quotas do not add up to the count.", "topics")

    def _check_scoring(self) -> None:
        rules = RULES_OF[self.type] if self.type else frozenset({ScoringRule.ALL_OR_NOTHING})
        if self.scoring_rule not in rules:
            raise BlueprintInvalid(
                "blueprint.partial_invalid", "The scoring rule does not fit the type.", "scoring_rule"
            )
        if self.scoring_rule not in RULES_WITH_PARTIAL_POINTS:
            if self.partial_points:
                raise BlueprintInvalid(
                    "blueprint.partial_invalid", "This rule knows no partial points.", "partial_points"
                )
        elif not 1 <= self.partial_points < self.points:
            raise BlueprintInvalid(
                "blueprint.partial_invalid", "Partial points are less than the points.", "partial_points"
            )
