"""What ``fanwire doctor`` looks at, one question per function."""
