"""What a release is, told in the vocabularies that catalogues and search engines read."""
