"""What is read for the administration."""
