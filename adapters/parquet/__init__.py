"""Archives of events as Parquet files."""
