"""Photos of a roster: judged and kept before anybody could consent to a face template."""

import cv2
import numpy as np

from app.frames.photos import KEPT_WIDTH, photo_judge
from tests.factories.vision import ToldVision


async def test_a_roster_photo_is_judged_without_a_template_and_kept_small() -> None:
    vision = ToldVision()
    ok, encoded = cv2.imencode(".png", np.full((1000, 2 * KEPT_WIDTH, 3), 128, np.uint8))
    assert ok
    judged = await photo_judge(vision).judge(encoded.tobytes())
    assert vision.judged == [(encoded.tobytes(), False)]
    assert (judged.reason, judged.jpeg is not None) == (None, True)
    kept = cv2.imdecode(np.frombuffer(judged.jpeg or b"", np.uint8), cv2.IMREAD_COLOR)
    assert kept is not None
    assert kept.shape == (500, KEPT_WIDTH, 3)
