"""The gate: the ordered checks between a submission and a snapshot, and the short loop that runs them."""

from runner.gate.placing import carry_of
from runner.gate.publishing import Publisher, recover, settle
from runner.gate.replay import Replay, replay
from runner.gate.scope import Scope, resolve_scope
from runner.gate.session import GateSession, Rules
from runner.gate.trunk import Trunk

__all__ = [
    "GateSession",
    "Publisher",
    "Replay",
    "Rules",
    "Scope",
    "Trunk",
    "carry_of",
    "recover",
    "replay",
    "resolve_scope",
    "settle",
]
