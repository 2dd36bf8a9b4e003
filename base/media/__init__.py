"""Files that members send: what they really are, cleaned of everything but their content, and kept by their hash."""
