"""Texts that try to run a script, and the judge that says whether one could."""
