"""Report sets: files that say which reports cron makes, where they go and when to raise an alarm; and the log of runs."""
