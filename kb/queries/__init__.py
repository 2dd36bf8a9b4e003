"""What is read of articles."""
