"""The orchestrator: an order becomes passes, one after the other; each pass is one container at one desk."""

from runner.orchestrator.orders import OrderRun, run_order
from runner.orchestrator.pass_api import PassDesk

__all__ = ["OrderRun", "PassDesk", "run_order"]
