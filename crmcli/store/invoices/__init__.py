"""Invoices and credit notes issued here."""
