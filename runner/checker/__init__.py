"""The checker: which tsc errors does a candidate have that its base did not?"""
