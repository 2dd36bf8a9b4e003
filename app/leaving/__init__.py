"""What only the top floor can do when somebody leaves: look through every table, the letters, the index, the ledger."""
