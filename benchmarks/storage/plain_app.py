"""The smallest honest app that takes a large body: as it comes, hashed, and safe on disk."""

import os
import sys
from hashlib import sha256
from pathlib import Path
from tempfile import mkdtemp

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

FOLDER = Path(mkdtemp(dir="."))


async def put(request: Request) -> Response:
    digest, size = sha256(), 0
    place = FOLDER / "upload"
    with place.open("wb") as file:
        async for chunk in request.stream():
            digest.update(chunk)
            file.write(chunk)
            size += len(chunk)
        file.flush()
        os.fsync(file.fileno())
    place.unlink()
    return JSONResponse({"size": size, "sha256": digest.hexdigest()}, 201)


async def ready(_: Request) -> Response:
    return Response()


app = Starlette(routes=[Route("/files", put, methods=["PUT"]), Route("/readyz", ready)])

if __name__ == "__main__":
    uvicorn.run(app, port=int(sys.argv[1]), log_level="warning", access_log=False)
