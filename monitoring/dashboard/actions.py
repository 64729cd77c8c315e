"""Everything that staff can do: JSON in and out, each change with the session's CSRF token, refusals with a message."""

from fastapi import APIRouter

from monitoring.dashboard import call_actions, fact_actions, run_actions, suggestion_actions

router = APIRouter()
for part in (suggestion_actions, fact_actions, call_actions, run_actions):
    router.include_router(part.router)


if __name__ == "__main__":
    for part in (suggestion_actions, fact_actions, call_actions, run_actions):
        for route in part.router.routes:
            print(*sorted(getattr(route, "methods", [])), getattr(route, "path", ""))
