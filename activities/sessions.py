"""A session between its tournament and its match: opened, kept up with both, and heard by the match."""

from temporalio import activity

from contracts.work import CaughtUp, OrderOf, Progress, SessionOf


class SessionActivities:
    @activity.defn
    async def open_session(self, session: SessionOf) -> Progress: ...

    @activity.defn
    async def catch_up(self, session: SessionOf) -> CaughtUp: ...

    @activity.defn
    async def carry_out_order(self, order: OrderOf) -> None: ...
