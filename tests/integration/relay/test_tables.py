"""The tables of the read models, as they are described and as they are."""

import asyncpg
import pytest

from adapters.postgres.projections import READ_MODELS
from adapters.postgres.read_model import ReadModel


@pytest.mark.parametrize("model", READ_MODELS.values(), ids=list(READ_MODELS))
async def test_they_have_the_columns_and_keep_leagues_apart(
    owner: asyncpg.Connection, model: ReadModel
) -> None:
    for table in model.tables:
        rows = await owner.fetch(
            "select column_name::text from information_schema.columns where table_name = $1"
            " order by ordinal_position",
            table.name,
        )
        assert tuple(row[0] for row in rows) == table.columns, table.name
        secured = await owner.fetchrow(
            "select relrowsecurity, relforcerowsecurity from pg_class where relname = $1", table.name
        )
        assert secured is not None
        assert tuple(secured) == (True, True), table.name
