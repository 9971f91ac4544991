"""The package's error tree: every error has a stable `code` and a plain sentence."""

from enum import StrEnum


class ProctorError(Exception):
    """Base of all errors raised on purpose by `proctor`. `code` is stable text to store and translate."""

    code: str = "proctor_error"

    def __init__(self, message: str, *, code: str | None = None) -> None:
        super().__init__(message)
        if code is not None:
            self.code = code


class RejectionCode(StrEnum):
    """Why a picture was refused before any model saw it."""

    TOO_LARGE = "frame_too_large"
    NOT_JPEG = "frame_not_jpeg"
    NOT_PICTURE = "picture_not_supported"
    TRUNCATED = "frame_truncated"
    UNSUPPORTED = "frame_unsupported"
    TOO_MANY_PIXELS = "frame_too_many_pixels"
    TOO_SMALL = "frame_too_small"
    UNDECODABLE = "frame_undecodable"


class FrameRejected(ProctorError):
    """A picture that is not analysed; `code` is one of `RejectionCode`."""

    def __init__(self, code: RejectionCode, message: str) -> None:
        super().__init__(message, code=code.value)


class ModelPackMissing(ProctorError):
    """Model files are absent or have the wrong hash; the message names the command that mends it."""

    code = "model_pack_missing"


class ModelPackRefused(ProctorError):
    """A pack could not be installed: wrong hash, unsafe archive, no package manager."""

    code = "model_pack_refused"


class ModelFileBroken(ProctorError):
    """A file that is no model of the expected form; the message names it."""

    code = "model_file_broken"


class UnknownEngine(ProctorError):
    """No engine of that name."""

    code = "unknown_engine"


class EngineInvalid(ProctorError):
    """The description of an operator's own engine, or one of its files, is not what it must be."""

    code = "engine_invalid"


class DatasetInvalid(ProctorError):
    """A folder of labelled pictures that cannot be measured on."""

    code = "dataset_invalid"


class CalibrationInvalid(ProctorError):
    """An engine's calibration file is absent or has fields missing or out of range."""

    code = "calibration_invalid"


class WireBroken(ProctorError):
    """A worker message that does not follow the wire format."""

    code = "wire_broken"


class WorkerFailed(ProctorError):
    """A worker process did not become ready."""

    code = "worker_failed"


class SnapshotInvalid(ProctorError):
    """A stored watch snapshot that cannot be restored."""

    code = "snapshot_invalid"


class TemplatesInvalid(ProctorError):
    """Face templates that cannot be compared: wrong type or shape, not of norm 1."""

    code = "templates_invalid"


class SearchTooLarge(ProctorError):
    """More comparisons than the engine's error rates allow to be told apart."""

    code = "search_too_large"
