"""Words for the clerk: every reason, both languages, and what becomes of the candidate."""

import pytest

from app.administrations.photo_texts import PHOTO_TEXTS, photo_text
from proctor.errors import RejectionCode
from proctor.photos import FACELESS, PhotoReason

WORKERS = ("no_workers", "worker_lost", "worker_failed")


def test_every_reason_has_words() -> None:
    assert set(PHOTO_TEXTS) == {*map(str, PhotoReason), *map(str, RejectionCode), *WORKERS}


@pytest.mark.parametrize("reason", [*PHOTO_TEXTS, "never_heard_of"])
@pytest.mark.parametrize("kept", [True, False])
def test_sentences_are_whole(reason: str, kept: bool) -> None:
    text = photo_text(reason, kept=kept)
    assert text.zh.endswith("。")
    assert text.en.endswith(".")
    assert text.fix_zh
    assert text.fix_en
    assert ("核对身份证" in text.zh) is not kept
    assert ("ID card" in text.en) is not kept


def test_a_photo_that_is_kept_shows_one_face() -> None:
    assert {PhotoReason.NO_FACE, PhotoReason.SEVERAL_FACES} == FACELESS
