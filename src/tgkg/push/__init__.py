"""Bring a release over to a store elsewhere, such that its readers never see half of it."""
