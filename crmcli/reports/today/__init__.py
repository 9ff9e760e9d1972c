"""The page of the day: one look at what to do and how the month goes, as a list of small tables."""
