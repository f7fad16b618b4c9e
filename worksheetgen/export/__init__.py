"""Other shapes of an exam than its sheets: tables of answers, and what comes back to be marked."""
