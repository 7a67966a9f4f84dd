"""The outbox: mails that are written in the transaction of what they are about, and sent afterwards."""

from dataclasses import replace
from datetime import datetime, timedelta
from uuid import UUID

from handlers.identity.kit import Case, mail_secret
from handlers.identity.model import Mail
from handlers.identity.ports import CannotOpen

KEPT = timedelta(days=30)
LONGEST_ERROR = 500
UNTIL_A_KEY_IS_THERE = timedelta(hours=1)
"""A mail that cannot be opened waits so long for whoever configures the keys."""


class Mails(Case):
    """Mails that wait. Several senders can work at once."""

    async def due(self, limit: int = 20, *, lease: timedelta = timedelta(minutes=2)) -> list[Mail]:
        """Mails to be sent now, oldest first. They are this sender's for ``lease``, and come again after it unless
        they were reported on. Those whose token has expired are dropped; one that cannot be opened with the keys that
        there are is put off, and holds up no other."""
        now = self._kit.clock()
        async with self._kit.store.unit() as unit:
            rows = await unit.due_mails(now, now + lease, limit)
        opened: list[Mail] = []
        for mail, sealed in rows:
            try:
                opened.append(replace(mail, token=self._opened(mail, sealed)))
            except CannotOpen:
                await self.failed(mail.id, "cannot be opened", again_at=now + UNTIL_A_KEY_IS_THERE)
        return opened

    async def sent(self, mail_id: UUID) -> None:
        """It was handed to the mail server; its token is erased."""
        async with self._kit.store.unit() as unit:
            await unit.mail_done(mail_id, self._kit.clock(), None)

    async def failed(self, mail_id: UUID, error: str, *, again_at: datetime | None) -> None:
        """It could not be sent; to be tried again then, or never (None: its token is erased)."""
        said = error[:LONGEST_ERROR]
        async with self._kit.store.unit() as unit:
            if again_at is None:
                await unit.mail_done(mail_id, self._kit.clock(), said)
            else:
                await unit.mail_again(mail_id, again_at, said)

    async def tidy(self) -> int:
        """Forget mails, links, sessions and throttles that were over more than thirty days ago; how many."""
        async with self._kit.store.unit() as unit:
            return await unit.tidy(self._kit.clock() - KEPT)

    def _opened(self, mail: Mail, sealed: bytes | None) -> str | None:
        return None if sealed is None else self._kit.vault.open(sealed, mail_secret(mail.id)).decode()
