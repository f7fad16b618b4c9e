"""What problem types on convolutional layers have in common."""
