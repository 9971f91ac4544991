"""Settings from the environment (`KAOCHANG_...`, `__` between levels). No secret has a default."""

from pathlib import Path

from pydantic import BaseModel, Field
from pydantic_settings import BaseSettings, SettingsConfigDict


class ServerSettings(BaseModel):
    """Where the service listens and who may call it."""

    host: str = "127.0.0.1"
    port: int = Field(default=8000, ge=0, le=65535)
    # Further origins, scheme://host[:port], beside the one that the request's own Host header names.
    allowed_origins: tuple[str, ...] = ()
    upload_limit_bytes: int = 64 * 1024 * 1024


class VisionSettings(BaseModel):
    """The proctor workers."""

    # One of proctor's, or an operator's own that was registered in the data folder.
    engine: str = Field(default="fr", pattern=r"^[a-z][a-z0-9_]{0,31}$")
    # 0: everything is recorded, nothing is analysed, invigilators admit everybody by hand.
    workers: int = Field(default=2, ge=0, le=64)
    # The longest a worker may take over one frame before it is replaced.
    frame_timeout_s: float = 20.0
    normal_fps: float = 1.0
    check_in_fps: float = 2.0
    # While the candidate turns, blinks or comes closer: eyes are closed for a second or two only.
    challenge_fps: float = 4.0


class RecordingSettings(BaseModel):
    """Evidence segments."""

    segment_seconds: int = Field(default=60, ge=1)
    # Pages of a segment reach the disk at the latest after this many seconds.
    sync_interval_s: float = 2.0


class SittingSettings(BaseModel):
    """Presence and check-in."""

    presence_stale_s: float = 10.0
    presence_lost_s: float = 30.0
    identity_retries: int = 2
    sign_in_attempts_per_minute: int = 10
    candidate_session_hours: int = 12
    staff_session_hours: int = 12


class Settings(BaseSettings):
    """Everything that an operator can set."""

    model_config = SettingsConfigDict(env_prefix="KAOCHANG_", env_nested_delimiter="__", extra="ignore")

    data: Path = Path("data")
    database_url: str | None = None  # None: SQLite in the data folder
    server: ServerSettings = ServerSettings()
    vision: VisionSettings = VisionSettings()
    recording: RecordingSettings = RecordingSettings()
    sitting: SittingSettings = SittingSettings()

    @property
    def resolved_database_url(self) -> str:
        """The SQLAlchemy URL in force."""
        if self.database_url:
            return self.database_url
        return f"sqlite+aiosqlite:///{(self.data / 'kaochang.sqlite3').absolute()}"
