"""The operators' side, over HTTP with a bearer token."""

import hmac
import json

from fastapi import APIRouter, Depends, FastAPI, Header, HTTPException, Response
from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel

COMMAND = {"status_code": 204, "response_class": Response}


class Revoke(BaseModel):
    jti: str


class Fault(BaseModel):
    what: str
    broken: bool


def application():
    app = FastAPI(docs_url=None, redoc_url=None, openapi_url=None)

    @app.exception_handler(RequestValidationError)
    async def not_understood(request, fault):
        return Response(status_code=400)

    return app


def operators(service, control_token):
    """The routes that all services have; `service.breakable` are its parts that
    can be made to fail."""

    async def operator(authorization: str = Header(default="")):
        expected = f"Bearer {control_token}"
        if not hmac.compare_digest(authorization.encode(), expected.encode()):
            raise HTTPException(401)

    router = APIRouter(prefix="/control", dependencies=[Depends(operator)])

    @router.post("/revoke", **COMMAND)
    async def revoke(body: Revoke) -> None:
        service.revoke(body.jti)

    @router.post("/fault", **COMMAND)
    async def fault(body: Fault) -> None:
        if body.what not in service.breakable:
            raise HTTPException(404)
        service.breakable[body.what].broken = body.broken

    @router.get("/inspect")
    async def inspect(since: int = 0) -> Response:
        found = json.dumps(service.inspect(since))
        return Response(found, media_type="application/json")

    return router
