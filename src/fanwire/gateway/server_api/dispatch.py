"""``POST /api/{method}`` as a plain ASGI dispatch over typed commands."""

from __future__ import annotations

import difflib
from http import HTTPStatus

import msgspec
import structlog

from fanwire.errors import BadRequest, ClientError, FanwireError, InternalError
from fanwire.gateway.api_key import ApiKey
from fanwire.gateway.asgi import BodyTooLarge, ClientGone, Receive, Scope, Send, header, read_body, respond, route_path
from fanwire.gateway.problems import Problem, answer, problem
from fanwire.gateway.server_api.commands import Batch
from fanwire.gateway.server_api.methods import METHODS, Method
from fanwire.gateway.server_api.verbs import Verbs

PREFIX = "/api/"
BATCH = "batch"

# With ``X-Centrifugo-Error-Mode: transport`` errors are HTTP errors (PROTOCOL.md section 3).
TRANSPORT_STATUS = {100: 500, 102: 404, 104: 404, 107: 400, 108: 400, 112: 416, 113: 409}

log = structlog.get_logger()


class _Refused(FanwireError):
    """The request never became a command."""

    def __init__(self, what: Problem) -> None:
        self.problem = what
        super().__init__(what.detail)


class ServerApi:
    """The server API over one node's ``verbs``. A body of more than ``limit`` bytes is refused."""

    def __init__(self, verbs: Verbs, key: ApiKey, limit: int) -> None:
        self._verbs = verbs
        self._key = key
        self._limit = limit
        self.served = 0
        self.failed = 0

    @staticmethod
    def knows(path: str) -> bool:
        """Whether ``path`` is a method of the server API, and not somebody else's route below /api/."""
        method = path.removeprefix(PREFIX)
        return method != path and (method in METHODS or method == BATCH)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request, one command, one answer."""
        try:
            name = self._method_of(scope)
            body = await read_body(receive, self._limit)
            await self._answer(scope, send, name, body)
        except _Refused as refused:
            await answer(send, refused.problem)
        except BodyTooLarge as error:
            await answer(send, problem(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, str(error)))
        except (msgspec.MsgspecError, RecursionError) as error:
            await answer(send, problem(HTTPStatus.BAD_REQUEST, str(error)))
        except ClientGone:
            return

    def _method_of(self, scope: Scope) -> str:
        path = route_path(scope)
        if not self._key.admits(scope):
            raise _Refused(problem(HTTPStatus.UNAUTHORIZED, "send the API key as X-API-Key"))
        if not self.knows(path):
            raise _Refused(problem(HTTPStatus.NOT_FOUND, _no_such_method(path.removeprefix(PREFIX))))
        if scope["method"] != "POST":
            raise _Refused(problem(HTTPStatus.METHOD_NOT_ALLOWED, "the server API takes POST only"))
        return path.removeprefix(PREFIX)

    async def _answer(self, scope: Scope, send: Send, name: str, body: bytes) -> None:
        body = body or b"{}"
        if name == BATCH:
            replies = await self._batch(msgspec.json.decode(body, type=Batch))
            await respond(send, HTTPStatus.OK, msgspec.json.encode({"replies": replies}))
            return
        command = METHODS[name].decoder.decode(body)
        try:
            result = await self._run(name, command)
        except ClientError as error:
            await self._fail(scope, send, error)
        else:
            await respond(send, HTTPStatus.OK, msgspec.json.encode({"result": result}))

    async def _run(self, name: str, command: object) -> object:
        try:
            result = await METHODS[name].run(self._verbs, command)
        except ClientError:
            self.failed += 1
            raise
        except FanwireError as error:
            self.failed += 1
            log.warning("server_api_failed", method=name, error=str(error))
            raise InternalError(str(error)) from error
        self.served += 1
        return result

    async def _fail(self, scope: Scope, send: Send, error: ClientError) -> None:
        status = HTTPStatus.OK.value
        body: object = {"error": _error(error)}
        if header(scope, b"x-centrifugo-error-mode") == "transport":
            status = TRANSPORT_STATUS.get(error.code, HTTPStatus.INTERNAL_SERVER_ERROR.value)
            body = _error(error)
        await respond(send, status, msgspec.json.encode(body))

    async def _batch(self, batch: Batch) -> list[object]:
        # In the order given, one after the other: that is also right for ``parallel``, which only permits more.
        return [await self._reply(command) for command in batch.commands]

    async def _reply(self, command: dict[str, msgspec.Raw]) -> object:
        try:
            (name, raw), *more = command.items()
            if more:
                raise BadRequest("one method for each command of a batch")
            result = await self._run(name, _method(name).decoder.decode(raw))
        except ClientError as error:
            return {"error": _error(error)}
        except (msgspec.MsgspecError, ValueError, RecursionError) as error:
            return {"error": _error(BadRequest(str(error)))}
        return {name: result}


def _method(name: str) -> Method:
    method = METHODS.get(name)
    if method is None:
        raise BadRequest(_no_such_method(name))
    return method


def _error(error: ClientError) -> dict[str, object]:
    # Whoever holds the API key may read which rule decided; clients never see it.
    message = f"{error.message}: {error.rule}" if error.rule else error.message
    return {"code": error.code, "message": message}


def _no_such_method(name: str) -> str:
    nearest = difflib.get_close_matches(name, [*METHODS, BATCH], n=1)
    return f"no method {name!r}" + (f"; did you mean {nearest[0]!r}?" if nearest else "")
