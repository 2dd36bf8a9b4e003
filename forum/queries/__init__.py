"""What is read of threads."""
