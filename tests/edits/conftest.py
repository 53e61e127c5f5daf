"""Generated tests have no deadline: on a busy machine it would measure the neighbours."""

from hypothesis import settings

settings.register_profile("patchgate", deadline=None)
settings.load_profile("patchgate")
