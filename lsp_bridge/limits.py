"""What one specialist may demand of its endpoint. Guards against attacks on the socket by size, depth, number and
slowness.
"""

from __future__ import annotations

from dataclasses import dataclass

MIB = 1024 * 1024


@dataclass(frozen=True, slots=True)
class EndpointLimits:
    """Sizes in bytes, times in seconds.

    ``message`` limits any message; ``question`` limits LSP messages, which are converted on the event loop.
    ``in_flight`` limits the unanswered requests of one connection. ``held`` limits the bytes of all messages that are
    being read or answered. ``unread`` is how much may wait for a client that does not read before it is disconnected.
    """

    header: int = 4 * 1024
    message: int = 16 * MIB
    question: int = MIB
    depth: int = 100
    values: int = 1_000_000
    connections: int = 64
    in_flight: int = 8
    held: int = 48 * MIB
    unread: int = 8 * MIB
    frame_s: float = 30.0
    drain_s: float = 30.0
    workers: int = 8
    context_tokens: int = 50_000
    symbols: int = 100
