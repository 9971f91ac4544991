"""Check-in: consent, the registered photo, the outcome at the door, asking for a person."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import delete, insert, select

from app.administrations.service import AdministrationsService
from app.checkin.rules import (
    CONSENT_TEXT,
    ChallengeResult,
    DoorResult,
    SelfRequest,
    Step,
    next_step,
    waiting_reason,
)
from app.checkin.tables import DuplicateSearchConsentRow, FaceTemplateRow
from app.errors import Invalid, NotAllowedNow
from app.kit.unit_of_work import Json, Unit, UnitOfWork
from app.kit.vault import Vault
from app.settings import SittingSettings
from app.sittings import repository as sittings_repository
from app.sittings.events import SittingChanged
from app.sittings.lifecycle import Cause, Event, State
from app.sittings.records import Sitting, stream_of
from app.sittings.service import SittingsService

Embedding = NDArray[np.float32]
PURPOSE = "face-template"


@dataclass(frozen=True, slots=True, kw_only=True)
class Templates:
    """Face templates of a sitting: float32 vectors of L2 norm 1. `reference_at`: when its photo was read."""

    reference: Embedding | None
    reference_at: datetime | None
    gallery: tuple[Embedding, ...]


class CheckinService:
    """Use-cases between sign-in and admission."""

    def __init__(
        self,
        units: UnitOfWork,
        sittings: SittingsService,
        administrations: AdministrationsService,
        vault: Vault,
        settings: SittingSettings,
    ) -> None:
        self._units = units
        self._sittings = sittings
        self._administrations = administrations
        self._vault = vault
        self._settings = settings

    async def consent(
        self, sitting_id: str, *, face_comparison: bool, duplicate_search: bool = False
    ) -> None:
        """Record the consent. Without face comparison an invigilator checks the ID card.

        `duplicate_search` lets the template be compared with other people's; it needs the comparison, which
        makes the template. Raises Invalid (`consent_inconsistent`).
        """
        if duplicate_search and not face_comparison:
            raise Invalid("Without face comparison there is no template.", code="consent_inconsistent")
        async with self._units.begin() as unit:
            sitting = await self._checking_in(unit, sitting_id)
            await sittings_repository.change(
                unit.connection,
                sitting_id,
                recording_consent_at=unit.now,
                face_comparison=face_comparison,
            )
            data: dict[str, Json] = {"recording": True, "face_comparison": face_comparison}
            data |= {"duplicate_search": duplicate_search, "text": CONSENT_TEXT}
            await self._put_search_consent(unit, sitting_id, agreed=duplicate_search)
            unit.record(stream_of(sitting_id), "consent.given", f"candidate:{sitting_id}", data)
            if not face_comparison:
                await self._wait(unit, sitting, SelfRequest.FACE_DECLINED.value, Cause.CANDIDATE)
            unit.announce(SittingChanged(sitting_id=sitting_id))

    async def _put_search_consent(self, unit: Unit, sitting_id: str, *, agreed: bool) -> None:
        """The last choice counts."""
        row = DuplicateSearchConsentRow
        await unit.connection.execute(delete(row).where(row.sitting_id == sitting_id))
        if agreed:
            values = {"sitting_id": sitting_id, "text": CONSENT_TEXT, "given_at": unit.now}
            await unit.connection.execute(insert(row).values(**values))

    async def request_admission(self, sitting_id: str, reason: SelfRequest) -> None:
        """The candidate asks for a person (no camera, or help)."""
        async with self._units.begin() as unit:
            sitting = await self._checking_in(unit, sitting_id)
            if sitting.recording_consent_at is None:
                raise NotAllowedNow("The consent page comes first.", code="consent_missing")
            await self._wait(unit, sitting, reason.value, Cause.CANDIDATE)
            data: dict[str, Json] = {"reason": reason.value}
            unit.record(stream_of(sitting_id), "admission.requested", f"candidate:{sitting_id}", data)

    async def require_face_consent(self, sitting_id: str) -> None:
        """Without consent to face comparison no photo is judged. Raises NotAllowedNow (`consent_missing`)."""
        sitting, _ = await self._sittings.get(sitting_id)
        if sitting.face_comparison is not True:
            raise NotAllowedNow("The consent page comes first.", code="consent_missing")

    async def take_photo(self, sitting_id: str, photo: bytes) -> None:
        """Store a photo taken at check-in as the registered one, where the administration allows it.

        The caller has judged the picture. Raises NotAllowedNow.
        """
        async with self._units.begin() as unit:
            sitting = await self._checking_in(unit, sitting_id)
            administration = await self._administrations.get(unit.connection, sitting.administration_id)
            candidate = await self._administrations.candidate(unit.connection, sitting.candidate_id)
            if not administration.photo_at_check_in or candidate.photo_key is not None:
                raise NotAllowedNow("No photo is taken here.", code="photo_not_taken_here")
            await self._administrations.set_photo(unit, candidate.id, photo)
            unit.record(stream_of(sitting_id), "photo.taken_at_check_in", f"candidate:{sitting_id}")
            unit.announce(SittingChanged(sitting_id=sitting_id))

    async def retry(self, sitting_id: str) -> None:
        """Try the camera again. Raises NotAllowedNow (`no_retries_left`)."""
        async with self._units.begin() as unit:
            sitting = await sittings_repository.by_id(unit.connection, sitting_id, lock=True)
            await self._sittings.check_open(unit, sitting)
            if sitting.identity_attempts > self._settings.identity_retries:
                raise NotAllowedNow("An invigilator will come.", code="no_retries_left")
            cleared: dict[str, object] = {"identity_outcome": None, "identity_reason": None}
            if sitting.state is State.AWAITING_ADMISSION:
                cleared |= {"waiting_since": None, "waiting_reason": None}
                await self._sittings.move(unit, sitting, Event.RETRY_IDENTITY, Cause.CANDIDATE, **cleared)
            else:
                await self._checking_in(unit, sitting_id)
                await sittings_repository.change(unit.connection, sitting_id, **cleared)
                unit.announce(SittingChanged(sitting_id=sitting_id))
            unit.record(stream_of(sitting_id), "identity.retried", f"candidate:{sitting_id}")

    async def decide(
        self, sitting_id: str, result: DoorResult, engine: str, gallery: Sequence[Embedding] = ()
    ) -> Step | None:
        """Act on an outcome at the door; None when the sitting has moved on meanwhile. Raises NotAllowedNow.

        The gallery of an admission is stored with it: the watch needs it from the first second.
        """
        async with self._units.begin() as unit:
            sitting = await sittings_repository.by_id(unit.connection, sitting_id, lock=True)
            if sitting.state is not State.CHECKING_IN:
                return None
            await self._sittings.check_open(unit, sitting)
            attempts = sitting.identity_attempts + 1
            step = next_step(result, attempts, self._settings.identity_retries)
            await sittings_repository.change(
                unit.connection,
                sitting_id,
                identity_outcome=result.outcome.value,
                identity_reason=result.reason,
                identity_score_milli=result.score_milli,
                identity_threshold_milli=result.threshold_milli,
                identity_attempts=attempts,
            )
            data: dict[str, Json] = {
                "outcome": result.outcome.value,
                "reason": result.reason,
                "score_milli": result.score_milli,
                "threshold_milli": result.threshold_milli,
                "frame": result.frame,
                "engine": engine,
                "attempt": attempts,
                "challenge": _challenge(result.challenge),
            }
            unit.record(stream_of(sitting_id), "identity.checked", "server", data)
            if step is Step.ADMIT:
                await self._sittings.admit(unit, sitting, Cause.SERVER, by="machine", frame=result.frame)
                if gallery:
                    await self._put_templates(unit, (sitting_id, "gallery", engine), gallery)
                unit.record(stream_of(sitting_id), "sitting.admitted", "server", {"frame": result.frame})
            elif step is Step.WAIT:
                await self._wait(unit, sitting, waiting_reason(result), Cause.SERVER)
            unit.announce(SittingChanged(sitting_id=sitting_id))
        return step

    async def _wait(self, unit: Unit, sitting: Sitting, reason: str, cause: Cause) -> None:
        await self._sittings.move(
            unit,
            sitting,
            Event.REQUEST_ADMISSION,
            cause,
            waiting_since=unit.now,
            waiting_reason=reason,
        )

    async def _checking_in(self, unit: Unit, sitting_id: str) -> Sitting:
        sitting = await sittings_repository.by_id(unit.connection, sitting_id, lock=True)
        await self._sittings.check_open(unit, sitting)
        if sitting.state is not State.CHECKING_IN:
            raise NotAllowedNow("Check-in is over.", code="not_checking_in")
        return sitting

    async def queue_place(self, sitting: Sitting) -> int | None:
        """Place among those waiting for admission in the administration, from 1; None when not waiting."""
        if sitting.state is not State.AWAITING_ADMISSION:
            return None
        queue = await self._sittings.admission_queue(sitting.administration_id)
        places = {waiting: place for place, (waiting, _since) in enumerate(queue, start=1)}
        return places.get(sitting.id)

    async def store_gallery(self, sitting_id: str, engine: str, vectors: Sequence[Embedding]) -> None:
        """Replace the stored gallery, sealed."""
        async with self._units.begin() as unit:
            await self._put_templates(unit, (sitting_id, "gallery", engine), vectors)

    async def store_reference(
        self, sitting_id: str, engine: str, vector: Embedding, photo_read_at: datetime
    ) -> None:
        """Replace the template of the registered photo, sealed. It is as old as the reading of the photo:
        one that was replaced while the template was being made is newer.
        """
        async with self._units.begin() as unit:
            await self._put_templates(unit, (sitting_id, "reference", engine), [vector], photo_read_at)

    async def _put_templates(
        self,
        unit: Unit,
        place: tuple[str, str, str],
        vectors: Sequence[Embedding],
        at: datetime | None = None,
    ) -> None:
        sitting_id, kind, engine = place
        stacked = np.stack(vectors).astype("<f4")
        sealed = self._vault.seal(PURPOSE, f"{sitting_id}/{kind}/{stacked.shape[1]}", stacked.tobytes())
        where = (FaceTemplateRow.sitting_id == sitting_id, FaceTemplateRow.kind == kind)
        await unit.connection.execute(delete(FaceTemplateRow).where(*where))
        values = {"sitting_id": sitting_id, "kind": kind, "engine": f"{engine}/{stacked.shape[1]}"}
        await unit.connection.execute(
            insert(FaceTemplateRow).values(**values, sealed=sealed, stored_at=at or unit.now)
        )

    async def templates(self, sitting_id: str, engine: str) -> Templates:
        """The stored templates made by this engine."""
        query = select(
            FaceTemplateRow.kind, FaceTemplateRow.engine, FaceTemplateRow.sealed, FaceTemplateRow.stored_at
        )
        async with self._units.database.read() as connection:
            rows = (await connection.execute(query.where(FaceTemplateRow.sitting_id == sitting_id))).all()
        found: dict[str, list[Embedding]] = {}
        reference_at = None
        for kind, made_by, sealed, stored_at in rows:
            name, size = made_by.rsplit("/", 1)
            if name == engine:
                plain = self._vault.open(PURPOSE, f"{sitting_id}/{kind}/{size}", sealed)
                found[kind] = list(np.frombuffer(plain, "<f4").reshape(-1, int(size)).astype(np.float32))
                reference_at = stored_at if kind == "reference" else reference_at
        reference = found.get("reference")
        return Templates(
            reference=reference[0] if reference else None,
            reference_at=reference_at,
            gallery=tuple(found.get("gallery", ())),
        )


def _challenge(result: ChallengeResult | None) -> Json:
    if result is None:
        return None
    return {"asked": list(result.asked), "done": list(result.done), "frames": list(result.frames)}
