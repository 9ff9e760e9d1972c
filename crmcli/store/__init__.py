"""The DuckDB file: opened under a lock, written in journalled steps, checked by named queries."""
