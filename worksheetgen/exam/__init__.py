"""What an instructor says of an exam, and what a student says of practice."""
