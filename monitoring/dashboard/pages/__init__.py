"""The pages, one module each: what it shows is gathered in Python, how it looks stands in its template."""

import pkgutil
from importlib import import_module

from fastapi import APIRouter


def routers() -> tuple[APIRouter, ...]:
    """The router of every module of this package that has one, by the module's name."""
    modules = (import_module(f"{__name__}.{found.name}") for found in pkgutil.iter_modules(__path__))
    return tuple(module.router for module in modules if hasattr(module, "router"))


if __name__ == "__main__":
    for one in routers():
        print(*(getattr(route, "path", "") for route in one.routes), sep="\n")
