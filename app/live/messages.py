"""Messages of the live protocol, version 1 (JSON text frames; pictures are binary, see `app.frames.intake`).

Two sockets speak it: `/ws/candidate` (control and answers) and `/ws/wall/{administration_id}`
(`wall_messages`).
Every message is an object with a `type`. Unknown types and unknown fields are refused with
`error` (code `message_invalid`) and change nothing.

Instants are RFC 3339 UTC with milliseconds; durations are whole milliseconds (`*_ms`).

Outbox messages (those with `seq`) are numbered 1, 2, 3 ... per writer, a writer being one browser
profile's outbox (`Hello.writer`). The server applies each number once, in order, and acknowledges
cumulatively with `Acknowledged.seq` only after the database committed. After a reconnect the client
resends everything above `Welcome.last_seq`. A number above the next expected one is answered with
`Resend` (apply nothing), one at or below the last is acknowledged again without effect.
"""

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter

PROTOCOL_VERSION = 1
# Thirty gaps of 200 Chinese characters, and some room.
MAX_MESSAGE_BYTES = 32 * 1024

Token = Annotated[str, Field(pattern=r"^[A-Za-z0-9_-]{8,64}$")]
Position = Annotated[int, Field(ge=1, le=1000)]
Instant = Annotated[str, Field(pattern=r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$")]


class Message(BaseModel):
    """Base of all messages: frozen, no unknown fields."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)


# --------------------------------------------------------------------------- candidate -> server


class Hello(Message):
    """First message on a socket. `tab` names this page load, `writer` this browser's outbox.

    `take_over` true asks to become the one live tab although another one is; without it a second
    tab is told `Superseded` at once and stays passive.
    """

    type: Literal["hello"]
    version: Literal[1]
    tab: Token
    writer: Token
    take_over: bool = False


class OutboxMessage(Message):
    """A numbered message. `elapsed_ms` is the page's monotonic clock since it loaded (information only)."""

    seq: Annotated[int, Field(ge=1, le=2**53)]
    elapsed_ms: Annotated[int, Field(ge=0, le=2**53)] = 0


class Answer(OutboxMessage):
    """The whole response to one slot (empty list = cleared), in the letters shown.

    Strings as in `question_bank.responses`: option letters, typed text, "source=letter", "gap=value".
    """

    type: Literal["answer"]
    position: Position
    response: Annotated[list[Annotated[str, Field(min_length=1, max_length=220)]], Field(max_length=64)]


class Mark(OutboxMessage):
    """The candidate's own "look again later" mark of a slot."""

    type: Literal["mark"]
    position: Position
    on: bool


class Visit(OutboxMessage):
    """The slot now shown."""

    type: Literal["visit"]
    position: Position


class PageEvent(OutboxMessage):
    """Something the page noticed about itself."""

    type: Literal["page_event"]
    kind: Literal[
        "focus_lost",
        "focus_gained",
        "page_hidden",
        "page_visible",
        "fullscreen_left",
        "fullscreen_entered",
        "copy_refused",
        "paste_refused",
        "camera_lost",
        "camera_back",
    ]


class NoticeShown(OutboxMessage):
    """The candidate's page showed (and the candidate confirmed) a staff message."""

    type: Literal["notice_shown"]
    notice_id: Token


class CallInvigilator(OutboxMessage):
    """The candidate asks the invigilator to come."""

    type: Literal["call_invigilator"]


class HandIn(OutboxMessage):
    """The candidate hands in. Everything numbered before it counts, nothing after it."""

    type: Literal["hand_in"]


class Ping(Message):
    """Every 5 s; answered by `Pong`. No ping for 10 s: presence stale, 30 s: lost."""

    type: Literal["ping"]
    token: Annotated[int, Field(ge=0, le=2**53)]


Numbered = Answer | Mark | Visit | PageEvent | NoticeShown | CallInvigilator | HandIn
FromCandidate = Annotated[Hello | Numbered | Ping, Field(discriminator="type")]

# --------------------------------------------------------------------------- server -> candidate

SittingStateName = Literal[
    "scheduled",
    "checking_in",
    "awaiting_admission",
    "ready",
    "in_progress",
    "paused",
    "submitted",
    "expired",
    "terminated",
    "voided",
]


class SittingStatus(Message):
    """State of the own sitting. `remaining_ms` is null before the start; it stands still while paused."""

    state: SittingStateName
    remaining_ms: int | None
    starts_at: Instant
    ended_reason: str | None = None


class Welcome(Message):
    """Answer to `Hello` for the live tab. `last_seq` is the last applied number of this writer."""

    type: Literal["welcome"] = "welcome"
    version: Literal[1] = 1
    now: Instant
    last_seq: int
    status: SittingStatus
    camera_fps: float


class StatusChanged(Message):
    """The sitting's state or time changed (admitted, started, paused, resumed, extended, ended ...)."""

    type: Literal["status"] = "status"
    now: Instant
    status: SittingStatus


class Acknowledged(Message):
    """Everything up to `seq` is committed. `at` is the commit's instant."""

    type: Literal["acknowledged"] = "acknowledged"
    seq: int
    at: Instant


class Refused(Message):
    """Number `seq` was refused for good (e.g. after the deadline); it counts as consumed."""

    type: Literal["refused"] = "refused"
    seq: int
    code: str
    message: str


class Resend(Message):
    """A hole was seen: send again from `from_seq`."""

    type: Literal["resend"] = "resend"
    from_seq: int


class Notice(Message):
    """Words of the staff. `kind` warning is shown with more weight. Confirm with `NoticeShown`."""

    type: Literal["notice"] = "notice"
    notice_id: str
    kind: Literal["message", "warning"]
    text: str
    staff_name: str
    at: Instant


FramingCheckName = Literal["camera_open", "one_person", "light", "distance", "sharpness"]


class FramingCheck(Message):
    """One of the five framing checks; `advice` is a code when not ok (come_closer, too_dark ...)."""

    check: FramingCheckName
    ok: bool
    advice: str | None = None


class Challenge(Message):
    """The liveness challenge: `step` is asked for now, null once `done` is `total`; left and right are the
    candidate's own. `left_ms`: time left for the step; `failed`: it ran out, an invigilator will look.
    """

    step: Literal["turn_left", "turn_right", "close_eyes", "come_closer"] | None
    done: Annotated[int, Field(ge=0, le=4)]
    total: Annotated[int, Field(ge=1, le=4)]
    failed: bool
    left_ms: Annotated[int, Field(ge=0)]


class Framing(Message):
    """Sent for every analysed frame while checking in. All ok: the identity check starts by itself.

    `challenge` null: nothing is asked (any more). After a reload it begins anew, with other steps.
    """

    type: Literal["framing"] = "framing"
    checks: list[FramingCheck]
    face: tuple[float, float, float, float] | None = None
    challenge: Challenge | None = None


class Identity(Message):
    """Progress and outcome of the identity check. `outcome` null while frames are being collected.

    match: admitted automatically (a `status` ready follows). look: wait for the invigilator.
    unusable: what to change is in `reason`; may be tried again while `retries_left` > 0.
    """

    type: Literal["identity"] = "identity"
    progress: Annotated[float, Field(ge=0, le=1)]
    outcome: Literal["match", "look", "unusable"] | None
    reason: str | None = None
    retries_left: int = 0


class CameraRate(Message):
    """Frames a second the camera should now send (1 normally, up to 4 in doubt, 2 at check-in, 4 in a
    challenge)."""

    type: Literal["camera_rate"] = "camera_rate"
    fps: float


class Queue(Message):
    """While awaiting admission: the candidate's place in the queue."""

    type: Literal["queue"] = "queue"
    place: int
    waited_ms: int


class Superseded(Message):
    """Another tab is the live one. The page covers itself and offers to continue here."""

    type: Literal["superseded"] = "superseded"


class Pong(Message):
    """Answer to `Ping`; `remaining_ms` re-synchronises the countdown."""

    type: Literal["pong"] = "pong"
    token: int
    now: Instant
    remaining_ms: int | None


class Failed(Message):
    """A message was not understood or not allowed. The socket stays open unless `fatal`."""

    type: Literal["error"] = "error"
    code: str
    message: str
    fatal: bool = False


ToCandidate = (
    Welcome
    | StatusChanged
    | Acknowledged
    | Refused
    | Resend
    | Notice
    | Framing
    | Identity
    | CameraRate
    | Queue
    | Superseded
    | Pong
    | Failed
)

from_candidate: TypeAdapter[FromCandidate] = TypeAdapter(FromCandidate)
