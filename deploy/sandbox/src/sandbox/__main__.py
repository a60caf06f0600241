"""`python -m sandbox`: runs the sandbox until it is told to stop."""

import uvicorn

from sandbox.app import create_app
from sandbox.settings import Settings


def main() -> None:
    settings = Settings()
    uvicorn.run(
        create_app(settings),
        host=settings.http.host,
        port=settings.http.port,
        log_level="info",
        timeout_graceful_shutdown=2,  # a request that hangs on purpose must not hold up the end
    )


if __name__ == "__main__":
    main()
