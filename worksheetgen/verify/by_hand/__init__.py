"""What the references share: arithmetic as it is done by hand, in plain Python."""
