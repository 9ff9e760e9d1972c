"""Commands on deals and their stages."""
