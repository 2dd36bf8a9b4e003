"""A copy of everything a member has here, made behind the scenes and written to the disk piece by piece."""
