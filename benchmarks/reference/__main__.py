"""`python -m benchmarks.reference --port P --database-url URL`: one worker, as production would."""

import argparse

import uvicorn

from benchmarks.reference.app import create_app


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.reference", description=__doc__)
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--database-url", required=True)
    parser.add_argument("--manner", choices=("plain", "folded", "lean"), default="folded")
    options = parser.parse_args()
    uvicorn.run(
        create_app(options.database_url, options.manner),
        host=options.host,
        port=options.port,
        loop="uvloop",
        http="httptools",
        access_log=False,
        log_level="warning",
    )


if __name__ == "__main__":
    main()
