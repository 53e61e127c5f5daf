"""Code that the roles share."""
