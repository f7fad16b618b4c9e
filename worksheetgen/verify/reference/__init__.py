"""Answers by definition, in plain Python: one module per problem type, of the same name."""
