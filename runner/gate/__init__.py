"""The gate: the ordered checks between a submission and a snapshot, and the short loop that runs them."""

from runner.edits.changes.placing import carry_of
from runner.edits.changes.scope import Scope, resolve_scope
from runner.gate.publishing import Publisher, recover, settle
from runner.gate.session import GateSession, Rules
from runner.gate.trace_head import Trunk
from runner.repository.replay import Replay, replay

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
