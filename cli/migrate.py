"""`pavilion migrate`: bring the database to the newest tables."""

import typer


def migrate() -> None:
    """Create or bring up to date the tables, functions and roles that Pavilion needs in Postgres."""
    from adapters.postgres.migrate import upgrade_now
    from stack.settings import load_settings

    upgrade_now(load_settings().postgres_dsn)
    typer.echo("the database is up to date", err=True)
