"""An invented cable and hardware wholesaler: its files, and the program that makes them."""
