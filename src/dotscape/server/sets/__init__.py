"""What the server tells of embedding sets: statistics, what to show first, columns, search."""
