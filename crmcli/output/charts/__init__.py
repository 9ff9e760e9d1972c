"""Pictures of tables as inline SVG: pure functions from a table, its rows and a chart to one string."""
