"""The orchestrator: an order becomes passes, one after the other; each pass is one container at one desk."""

from runner.orchestrator.desk import PassDesk
from runner.orchestrator.orders import OrderRun, run_order

__all__ = ["OrderRun", "PassDesk", "run_order"]
