"""What the exam office reads about registered photos, in both languages (pure).

A photo is either kept, and then a weak one is a warning, or not, and then the candidate is admitted by hand.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class PhotoText:
    """What is poor about a photo and what helps, as clauses without a full stop."""

    zh: str
    en: str
    fix_zh: str
    fix_en: str


_NOT_JUDGED = PhotoText(
    zh="照片没有检查成",
    en="The photo could not be checked",
    fix_zh="过一会儿再传一次",
    fix_en="Send it again in a while",
)
_DAMAGED = PhotoText(
    zh="照片文件打不开（已损坏，或不是完整的照片）",
    en="The photo file cannot be opened: it is damaged or incomplete",
    fix_zh="重新导出或重拍，存成 JPEG 或 PNG",
    fix_en="Export or take it again as JPEG or PNG",
)
_FORMAT = PhotoText(
    zh="照片不是 JPEG 或 PNG 格式",
    en="The photo is neither JPEG nor PNG",
    fix_zh="另存为 JPEG 或 PNG",
    fix_en="Save it as JPEG or PNG",
)
_TOO_LARGE = PhotoText(
    zh="照片太大（上限 8 MB、2400 万像素）",
    en="The photo is too large (limits: 8 MB, 24 million pixels)",
    fix_zh="缩小后再传",
    fix_en="Make it smaller",
)
_FRONTAL = ("换一张正对镜头的照片", "Use a photo that looks into the camera")
_SHARPER = ("换一张清楚的原图，不要截屏或翻拍", "Use a sharp original, no screenshot and no photo of a print")

# Reasons of the vision package (`PhotoReason`, `RejectionCode`) and of its workers.
PHOTO_TEXTS: dict[str, PhotoText] = {
    "no_face": PhotoText(
        zh="照片里找不到人脸",
        en="No face is found in the photo",
        fix_zh="换一张本人正面照",
        fix_en="Use a frontal photo of this person",
    ),
    "several_faces": PhotoText(
        zh="照片里不止一张脸，分不出哪一张是本人",
        en="The photo shows several faces",
        fix_zh="换一张只有本人的照片",
        fix_en="Use a photo of this person alone",
    ),
    "too_small": PhotoText(
        zh="脸太小", en="The face is too small", fix_zh="换一张脸更大的照片", fix_en="Use a closer photo"
    ),
    "cut_off": PhotoText(
        zh="脸没有照全",
        en="The face is cut off at the edge",
        fix_zh="换一张头部完整的照片",
        fix_en="Use a photo of the whole head",
    ),
    "blurred": PhotoText(zh="照片不清楚", en="The photo is blurred", fix_zh=_SHARPER[0], fix_en=_SHARPER[1]),
    "too_dark": PhotoText(
        zh="脸太暗", en="The face is too dark", fix_zh="换一张光线好的照片", fix_en="Use a brighter photo"
    ),
    "too_bright": PhotoText(
        zh="脸太亮，发白",
        en="The face is too bright",
        fix_zh="换一张没有过曝的照片",
        fix_en="Use a less bright photo",
    ),
    "low_contrast": PhotoText(
        zh="照片发灰，五官看不清",
        en="The photo is flat: the features do not stand out",
        fix_zh=_SHARPER[0],
        fix_en=_SHARPER[1],
    ),
    "turned": PhotoText(
        zh="脸转向一侧", en="The face is turned to the side", fix_zh=_FRONTAL[0], fix_en=_FRONTAL[1]
    ),
    "tilted": PhotoText(
        zh="头歪了，或者抬头、低头",
        en="The head leans, or looks up or down",
        fix_zh=_FRONTAL[0],
        fix_en=_FRONTAL[1],
    ),
    "uncertain": PhotoText(
        zh="脸看不真切，可能被口罩、帽子等挡住",
        en="The face is hard to make out; something may cover it",
        fix_zh="换一张没有遮挡的照片",
        fix_en="Use a photo with nothing before the face",
    ),
    "frame_too_large": _TOO_LARGE,
    "frame_too_many_pixels": _TOO_LARGE,
    "frame_too_small": PhotoText(
        zh="照片太小（长、宽都要 48 像素以上）",
        en="The photo is too small (at least 48 pixels a side)",
        fix_zh="换一张原图",
        fix_en="Use the original photo",
    ),
    "picture_not_supported": _FORMAT,
    "frame_not_jpeg": _FORMAT,
    "frame_unsupported": _FORMAT,
    "frame_truncated": _DAMAGED,
    "frame_undecodable": _DAMAGED,
    "no_workers": _NOT_JUDGED,
    "worker_lost": _NOT_JUDGED,
    "worker_failed": _NOT_JUDGED,
}

_KEPT = PhotoText(
    zh="照片已收下，但人脸核验可能认不出，要监考员来看",
    en="It is kept, but the identity check may ask for an invigilator",
    fix_zh="最好",
    fix_en="Better: ",
)
_NOT_KEPT = PhotoText(
    zh="照片没有收下，考生到时由监考员核对身份证入场",
    en="It is not kept: without a better one an invigilator admits the candidate by ID card",
    fix_zh="",
    fix_en="",
)


def photo_text(reason: str, *, kept: bool) -> PhotoText:
    """Whole sentences for a row of the report. An unknown reason reads as a file that cannot be opened."""
    what = PHOTO_TEXTS.get(reason, _DAMAGED)
    then = _KEPT if kept else _NOT_KEPT
    advice = what.fix_en[:1].lower() + what.fix_en[1:] if kept else what.fix_en
    return PhotoText(
        zh=f"{what.zh}。{then.zh}。",
        en=f"{what.en}. {then.en}.",
        fix_zh=then.fix_zh + what.fix_zh,
        fix_en=then.fix_en + advice,
    )
