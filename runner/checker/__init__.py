"""The checker: which tsc errors does a candidate bring that its base did not have?"""
