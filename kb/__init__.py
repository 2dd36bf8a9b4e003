"""Best-practice articles, distilled from threads."""
