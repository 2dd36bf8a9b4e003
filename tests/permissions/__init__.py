"""Who may do what: the table of permissions, one cell at a time, against the real site."""
