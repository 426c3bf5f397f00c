"""Show a release to people and machines."""
