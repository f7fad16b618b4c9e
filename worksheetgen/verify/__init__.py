"""Prove finished sheets by routes that share no arithmetic with the engine."""
