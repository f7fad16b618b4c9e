"""From one exam task, as many fair variants as you need, with every number proven."""

__version__ = "0.2.0"
