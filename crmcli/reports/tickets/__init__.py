"""What tickets say: `tickets_table` lists them, the best customers first; `ticket_tables` tells all about one; `value_class` ranks."""
