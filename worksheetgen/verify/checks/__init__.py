"""What is proven of finished sheets: a file per check."""
