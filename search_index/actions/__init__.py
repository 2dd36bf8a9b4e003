"""What people do to search: keep its synonyms, set gaps aside."""
