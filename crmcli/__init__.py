"""crmcli: a command-line CRM in one local DuckDB file."""

__version__ = "0.5.1"
