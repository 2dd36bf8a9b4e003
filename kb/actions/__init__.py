"""What editors and readers do with articles."""
