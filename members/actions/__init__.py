"""What members do."""
