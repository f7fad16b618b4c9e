"""What students answered and what was awarded: tables that are read, marked, and summed up."""
