"""``make bench-repos``: real repositories, judged through the product's own door and beside their own compilers."""
