"""Bring a database to the newest tables."""

import asyncio
from pathlib import Path

import asyncpg
from alembic import command
from alembic.config import Config
from sqlalchemy import Connection, text
from sqlalchemy.ext.asyncio import create_async_engine

MIGRATIONS = Path(__file__).resolve().parents[2] / "migrations"
MIGRATION_LOCK = 0x70617669


async def upgrade(dsn: str, revision: str = "head") -> None:
    """Run what is missing of the migrations. ``dsn`` names a role that may create roles and tables.

    Safe to call from several processes at once: they take turns.
    """

    async def connect() -> asyncpg.Connection:
        return await asyncpg.connect(dsn)

    engine = create_async_engine("postgresql+asyncpg://", async_creator=connect)
    try:
        async with engine.connect() as connection:
            await connection.execute(text("select pg_advisory_lock(:lock)"), {"lock": MIGRATION_LOCK})
            await connection.commit()
            await connection.run_sync(_run, revision)
            await connection.commit()
    finally:
        await engine.dispose()


def upgrade_now(dsn: str, revision: str = "head") -> None:
    """``upgrade`` for callers without an event loop."""
    asyncio.run(upgrade(dsn, revision))


def _run(connection: Connection, revision: str) -> None:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.attributes["connection"] = connection
    command.upgrade(config, revision)
