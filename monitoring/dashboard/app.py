"""The dashboard's web app: its routes, and what stands in front of them."""

from fastapi import FastAPI
from starlette.staticfiles import StaticFiles

from monitoring.dashboard.web import STATIC
from monitoring.desk import Desk


def create_app(desk: Desk) -> FastAPI:
    """The app over a desk, which is at `app.state.desk`."""
    app = FastAPI(docs_url=None, redoc_url=None, openapi_url=None, redirect_slashes=False)
    app.state.desk = desk
    app.mount("/static", StaticFiles(directory=STATIC, check_dir=False), name="static")
    return app


if __name__ == "__main__":
    print(STATIC)
