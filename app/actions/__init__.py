"""What administrators do to the site itself."""
