"""The fuzzing engine, laid out like Go's ``internal/fuzz``."""
