"""Questions and their answers: one definition and one SQL file a report, by subject."""
