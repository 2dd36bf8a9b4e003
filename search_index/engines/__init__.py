"""The engines; nothing outside imports Whoosh or numpy."""
