#!/bin/sh
# Brings Temporal's two databases to the schema of this version. Running it again changes nothing.
set -eu

for database in temporal temporal_visibility; do
  case $database in temporal) schema=temporal ;; *) schema=visibility ;; esac
  temporal-sql-tool --db "$database" create-database
  # Version 0.0 is the empty schema; it is there already from the second run on, and only then may it fail.
  temporal-sql-tool --db "$database" setup-schema -v 0.0 || echo "$database has a schema already"
  temporal-sql-tool --db "$database" update-schema --schema-name "postgresql/v12/$schema"
done
