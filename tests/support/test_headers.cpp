// Owner of the precompiled GoogleTest headers that every test executable reuses.
