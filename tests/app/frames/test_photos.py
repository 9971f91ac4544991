"""Photos of a roster: judged and kept before anybody could consent to a face template."""

import cv2
import numpy as np

from app.administrations.registered_photos import MAX_PHOTO
from app.frames.photos import KEPT_WIDTH, THUMBNAIL_HEIGHT, photo_judge
from tests.factories.vision import ToldVision


async def test_a_roster_photo_is_judged_without_a_template_and_kept_small() -> None:
    vision = ToldVision()
    ok, encoded = cv2.imencode(".png", np.full((1000, 2 * KEPT_WIDTH, 3), 128, np.uint8))
    assert ok
    judged = await photo_judge(vision).judge(encoded.tobytes())
    assert vision.judged == [(encoded.tobytes(), False)]
    assert (judged.reasons, judged.jpeg is not None) == ((), True)
    kept = cv2.imdecode(np.frombuffer(judged.jpeg or b"", np.uint8), cv2.IMREAD_COLOR)
    assert kept is not None
    assert kept.shape == (500, KEPT_WIDTH, 3)
    small = cv2.imdecode(np.frombuffer(judged.thumbnail or b"", np.uint8), cv2.IMREAD_COLOR)
    assert small is not None
    assert small.shape == (THUMBNAIL_HEIGHT, 138, 3)


async def test_a_photo_above_the_limit_is_refused_unread() -> None:
    vision = ToldVision()
    judged = await photo_judge(vision).judge(bytes(MAX_PHOTO + 1))
    assert (judged.jpeg, judged.reasons, vision.judged) == (None, ("frame_too_large",), [])
