"""Speed, measured: each figure beside its bare baseline in the same run."""
