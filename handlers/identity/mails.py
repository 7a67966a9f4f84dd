"""The outbox: mails that are written in the transaction of what they are about, and sent afterwards."""

from datetime import datetime, timedelta
from uuid import UUID

from handlers.identity.model import Mail


class Mails:
    """Mails that wait. Several senders can work at once."""

    async def due(self, limit: int = 20, *, lease: timedelta = timedelta(minutes=2)) -> list[Mail]:
        """Mails to be sent now, oldest first. They are this sender's for ``lease``, and come again after it unless
        they were reported on. Those whose token has expired are dropped."""
        raise NotImplementedError

    async def sent(self, mail_id: UUID) -> None:
        """It was handed to the mail server; its token is erased."""
        raise NotImplementedError

    async def failed(self, mail_id: UUID, error: str, *, again_at: datetime | None) -> None:
        """It could not be sent; to be tried again then, or never (None: its token is erased)."""
        raise NotImplementedError

    async def tidy(self) -> int:
        """Forget mails that were sent or given up more than thirty days ago; how many."""
        raise NotImplementedError
