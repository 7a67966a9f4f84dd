"""Identity in Postgres, for the role ``pavilion_auth``."""

from adapters.postgres.identity.store import PostgresIdentityStore

__all__ = ["PostgresIdentityStore"]
