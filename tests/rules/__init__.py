"""Reports: definitions, running, conditions, card and timeline."""
