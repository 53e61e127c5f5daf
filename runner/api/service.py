"""The application: routes, their shapes, and their handlers."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from typing import Annotated, Any

from fastapi import FastAPI, Query
from fastapi.exceptions import RequestValidationError
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response

from runner.api import models, views
from runner.api.bodies import MAX_BYTES, Problem, answer, malformed, read_json
from runner.api.counters import CONTENT_TYPE, Counters
from runner.api.gate_worker import Full, GateWorker
from runner.api.guard import Guard
from runner.errors import PatchgateError
from runner.ports import Ledger

DESCRIPTION = "Submissions in, verdicts out. A verdict is an answer 200, whatever its status. All but /metrics is JSON."
_PROBLEMS: dict[int | str, dict[str, Any]] = {
    400: {"model": models.Problem, "description": "The request cannot be read."},
    401: {"model": models.Problem, "description": "The bearer token is missing or wrong."},
}
_SUBMISSION_PROBLEMS: dict[int | str, dict[str, Any]] = {
    **_PROBLEMS,
    408: {"model": models.Problem, "description": "The body did not arrive in time."},
    413: {"model": models.Problem, "description": f"The body has more than {MAX_BYTES} bytes."},
    503: {"model": models.Problem, "description": "The machine failed, or too many submissions wait. Nothing landed."},
}
_NOT_FOUND: dict[int | str, dict[str, Any]] = {
    **_PROBLEMS,
    404: {"model": models.Problem, "description": "The ledger has none of that id."},
}
# The handler reads the body itself, within its limits. This is the shape that it must have.
_BODY = {
    "requestBody": {
        "required": True,
        "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Submission"}}},
    }
}


def create_app(
    worker: GateWorker, ledger: Ledger, *, token: str, hosts: Iterable[str], addresses: bool = False
) -> FastAPI:
    """``worker`` is closed when the application ends. ``hosts`` and ``addresses``: see ``Guard``."""
    counters = Counters()

    @asynccontextmanager
    async def lifespan(_app: FastAPI) -> AsyncIterator[None]:
        try:
            yield
        finally:
            await run_in_threadpool(worker.close)

    app = FastAPI(
        title="Patchgate",
        version="1",
        description=DESCRIPTION,
        docs_url=None,
        redoc_url=None,
        lifespan=lifespan,
    )
    app.add_middleware(Guard, token=token, hosts=tuple(hosts), addresses=addresses, counters=counters)
    _answer_problems(app)
    _submission_routes(app, worker, counters)
    _ledger_routes(app, ledger)

    @app.get("/healthz", summary="Whether the server listens. Needs no token.")
    async def healthz() -> models.Health:
        return models.Health(version=1, status="ok")

    @app.get("/metrics", response_class=PlainTextResponse, responses=_PROBLEMS, summary="Counters for Prometheus.")
    async def metrics() -> Response:
        return Response(counters.text(), media_type=CONTENT_TYPE)

    _describe(app)
    return app


def _answer_problems(app: FastAPI) -> None:
    async def problem(_request: Request, error: Exception) -> Response:
        assert isinstance(error, Problem)
        return answer(error.body, error.status)

    async def failed(_request: Request, error: Exception) -> Response:
        assert isinstance(error, PatchgateError)
        return answer(Problem(503, error.message, error.hint).body, 503)

    async def invalid(_request: Request, error: Exception) -> Response:
        assert isinstance(error, RequestValidationError)
        first = error.errors()[0]
        place = ".".join(str(part) for part in first["loc"])
        return answer(Problem(400, f"{place}: {first['msg']}", "Compare with /openapi.json.").body, 400)

    async def http(request: Request, error: Exception) -> Response:
        assert isinstance(error, HTTPException)
        asked, allowed = f"{request.method} {request.url.path[:200]}", dict(error.headers or {})
        messages = {
            404: f"there is no route {asked}",
            405: f"there is no {asked}; the route takes {allowed.get('Allow')}",
        }
        message = messages.get(error.status_code, str(error.detail))
        return answer(Problem(error.status_code, message, _routes(app)).body, error.status_code, allowed)

    app.add_exception_handler(Problem, problem)
    app.add_exception_handler(PatchgateError, failed)
    app.add_exception_handler(RequestValidationError, invalid)
    app.add_exception_handler(HTTPException, http)


def _routes(app: FastAPI) -> str:
    """The routes in one line, for a client that asked for an unknown one."""
    paths = app.openapi()["paths"]
    named = (f"{method.upper()} {path}" for path, operations in paths.items() for method in operations)
    return f"There are: {', '.join(named)}. Their shapes are in /openapi.json."


def _submission_routes(app: FastAPI, worker: GateWorker, counters: Counters) -> None:
    async def judge(request: Request, *, simulate: bool) -> Response:
        data = await read_json(request)
        if not isinstance(data, dict):
            raise malformed("a submission is a JSON object")
        if simulate:
            data["dry_run"] = True
        began = time.perf_counter()
        try:
            verdict = await asyncio.wrap_future(worker.submit(data))
        except Full:
            raise Problem(503, "too many submissions are waiting", "Try again in a while.") from None
        counters.add("patchgate_submission_seconds_total", amount=time.perf_counter() - began)
        counters.add("patchgate_submissions_total", f'status="{verdict["status"]}"')
        return answer(verdict)

    found: dict[int | str, dict[str, Any]] = {**_SUBMISSION_PROBLEMS, 200: {"model": models.Verdict}}

    @app.post("/apply-patch", responses=found, openapi_extra=_BODY, summary="A submission through the gate.")
    async def apply_patch(request: Request) -> Response:
        return await judge(request, simulate=False)

    @app.post("/simulate-patch", responses=found, openapi_extra=_BODY, summary="Everything but the write.")
    async def simulate_patch(request: Request) -> Response:
        return await judge(request, simulate=True)


def _ledger_routes(app: FastAPI, ledger: Ledger) -> None:
    # These are plain functions: reading the ledger blocks, so they run in threads.
    patch_found: dict[int | str, dict[str, Any]] = {**_NOT_FOUND, 200: {"model": models.Patch}}
    order_found: dict[int | str, dict[str, Any]] = {**_NOT_FOUND, 200: {"model": models.Order}}
    orders_found: dict[int | str, dict[str, Any]] = {**_PROBLEMS, 200: {"model": models.Orders}}

    @app.get("/patches/{patch_id}", responses=patch_found, summary="One patch, as the ledger has it.")
    def patch(patch_id: str) -> Response:
        found = [event for event in ledger.events(patch_id=patch_id) if event.kind in views.PATCH_KINDS]
        if not found:
            raise Problem(404, "there is no such patch", "Give the whole id, as a verdict has it.")
        return answer(views.patch(found))

    @app.get("/orders", responses=orders_found, summary="The orders that were run, the latest first.")
    def orders(limit: Annotated[int, Query(ge=1, le=1000)] = 100) -> Response:
        return answer({"version": 1, "orders": views.runs(ledger.events(kinds=views.RUN_KINDS))[:limit]})

    @app.get("/orders/{order_id}", responses=order_found, summary="One order: its runs, passes and patches.")
    def order(order_id: str) -> Response:
        found = [run for run in views.runs(ledger.events(kinds=views.RUN_KINDS)) if run["order_id"] == order_id]
        if not found:
            raise Problem(404, "there is no such order", "GET /orders lists them.")
        whole = [views.whole_run(run, ledger.events(trace_id=run["trace_id"])) for run in found]
        return answer({"version": 1, "order_id": order_id, "runs": whole})


def _describe(app: FastAPI) -> None:
    """OpenAPI, plus what the routes do not show: the shape of a submission, and the bearer token."""
    document = app.openapi()
    schemas = models.Submission.model_json_schema(ref_template="#/components/schemas/{model}")
    document["components"]["schemas"] |= {**schemas.pop("$defs"), "Submission": schemas}
    document["components"]["securitySchemes"] = {"token": {"type": "http", "scheme": "bearer"}}
    document["security"] = [{"token": []}]
    document["paths"]["/healthz"]["get"]["security"] = []
    for path in document["paths"].values():
        for operation in path.values():
            # FastAPI describes its own 422 answer. Here, an unreadable request is always 400.
            operation["responses"].pop("422", None)
    for name in ("HTTPValidationError", "ValidationError"):
        document["components"]["schemas"].pop(name, None)
    app.openapi_schema = document
