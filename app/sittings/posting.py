"""The group commit of the ledger, and what the rest of the service hears of it."""

from collections.abc import Sequence

from app.kit.bus import Bus
from app.kit.database import Database
from app.kit.group_commit import GroupCommit
from app.sittings.events import ProgressSaved, SittingChanged, SittingEnded
from app.sittings.ledger import Delivery, Ledger, Receipt


class Posting:
    """Applies deliveries durably. `run()` is a task of the service."""

    def __init__(self, database: Database, ledger: Ledger, bus: Bus) -> None:
        self._bus = bus
        self._ledger = ledger
        self._commits: GroupCommit[Delivery, Receipt] = GroupCommit(
            database, ledger.apply, self._committed, self._failed
        )
        bus.subscribe(SittingEnded, lambda event: ledger.forget(event.sitting_id))

    async def post(self, delivery: Delivery) -> Receipt:
        """Commit a delivery. Raises Unavailable; then nothing of it was written."""
        return await self._commits.submit(delivery)

    async def run(self) -> None:
        """Serve until cancelled."""
        await self._commits.run()

    def _failed(self, deliveries: Sequence[Delivery]) -> None:
        """What memory learnt from the batch is not true: also when only the commit itself failed."""
        for delivery in deliveries:
            self._ledger.forget(delivery.sitting_id)

    def _committed(self, deliveries: Sequence[Delivery], receipts: Sequence[Receipt]) -> None:
        for delivery, receipt in zip(deliveries, receipts, strict=True):
            self._bus.publish(
                ProgressSaved(
                    sitting_id=delivery.sitting_id,
                    answered=receipt.answered,
                    position=receipt.position,
                    saved_at=receipt.saved_at,
                )
            )
            if receipt.called or receipt.ended:
                self._bus.publish(SittingChanged(sitting_id=delivery.sitting_id))
            if receipt.ended:
                self._bus.publish(SittingEnded(sitting_id=delivery.sitting_id))
