"""Whatever judges the code must stay as strict as it was: configs, syntax, tests, suppressions."""
