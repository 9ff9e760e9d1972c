"""The command line: words in, calls down, answers out. The only room that knows typer."""
