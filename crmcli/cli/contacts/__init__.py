"""Commands on contacts: the book, touches, finding, cards of phones."""
