"""Audit: who looked at what, listened to what and changed what, the newest first. For admins."""

import asyncio

from fastapi import APIRouter, Depends, Request
from fastapi.responses import HTMLResponse

from monitoring.audit import AuditPage
from monitoring.dashboard.pages.calls import number
from monitoring.dashboard.web import desk, note, render, require
from monitoring.desk import Desk
from recording.shelf import is_call_sid

router = APIRouter(dependencies=[Depends(require("admin"))])
PER_PAGE = 60
ACTIONS = {
    "login": "Logged in",
    "login-failed": "Log-in failed",
    "logout": "Logged off",
    "view-call": "Opened a call",
    "play": "Listened to a call",
    "view-alerts": "Opened Alerts",
    "view-alert": "Opened an alert",
    "view-unanswered": "Opened Unanswered",
    "view-tags": "Opened Tags",
    "view-outbound": "Opened what left",
    "view-audit": "Opened the audit log",
    "export-tags": "Exported the tags",
    "tag": "Tagged a call",
    "draft-scenario": "Drafted a scenario",
    "save-scenario": "Saved a scenario",
    "run-monitoring": "Had the calls read",
    "settings": "Changed settings",
}


@router.get("/audit", response_class=HTMLResponse)
async def audit(request: Request, user: str = "", action: str = "", call: str = "", page: str = "1") -> HTMLResponse:
    on = desk(request)
    call = call.strip()[:40]
    await note(request, "view-audit")
    found, users, actions = await asyncio.to_thread(_found, on, user, action, call, number(page))
    return render(
        request,
        "audit.html",
        found=found,
        chosen={"user": user, "action": action, "call": call},
        users=users,
        actions=[(one, label_of(one)) for one in actions],
        label_of=label_of,
        is_call_sid=is_call_sid,
    )


def _found(on: Desk, user: str, action: str, call: str, page: int) -> tuple[AuditPage, list[str], list[str]]:
    """The page, and the users and actions that there are to choose from. Blocks."""
    everything = list(on.audit.entries())
    found: AuditPage = on.audit.page(
        user=user or None, action=action or None, call=call or None, page=page, per_page=PER_PAGE
    )
    users = sorted({one.user for one in everything if one.user})
    return found, users, sorted({one.action for one in everything}, key=label_of)


def label_of(action: str) -> str:
    """An action in words; a code that is not in the table is shown readably."""
    return ACTIONS.get(action, action.replace("-", " ").capitalize())


if __name__ == "__main__":
    for code, label in ACTIONS.items():
        print(f"{code:16} {label}")
