"""What pages and the API ask of search."""
