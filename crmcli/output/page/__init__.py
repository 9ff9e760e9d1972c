"""HTML: one page that needs nothing else, for the screen, the dark and paper."""
