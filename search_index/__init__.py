"""Finds anything; knows only documents and sources."""
