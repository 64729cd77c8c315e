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
    "login-throttled": "Log-in refused: too many tries",
    "logout": "Logged off",
    "view-call": "Opened a call",
    "play": "Listened to a call",
    "view-today": "Opened Today, with alerts on it",
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
    "apply-suggestion": "Applied a suggestion",
    "dismiss-suggestion": "Dismissed a suggestion",
    "reopen-suggestion": "Opened a suggestion again",
    "undo-suggestion": "Undid a suggestion",
    "edit-fact": "Changed a fact",
    "add-fact": "Added a fact",
    "remove-fact": "Took out a fact",
    "undo-change": "Undid a change",
    "run-monitoring": "Had the calls read",
    "switch-enabled": "Switched the schedule",
    "switch-schedule": "Changed the schedule",
    "switch-external": "Switched reading by Claude",
    "user-added-staff": "Made a user (staff)",
    "user-added-admin": "Made a user (admin)",
    "user-password": "Gave a user a new password",
    "user-removed": "Removed a user",
}


@router.get("/audit", response_class=HTMLResponse)
async def audit(request: Request, user: str = "", action: str = "", call: str = "", page: str = "1") -> HTMLResponse:
    on = desk(request)
    call = call.strip()[:40]
    await note(request, "view-audit")
    found, users = await asyncio.to_thread(_found, on, user, action, call, number(page))
    known = {*ACTIONS, *(one.action for one in found.entries), *([action] if action else [])}
    return render(
        request,
        "audit.html",
        found=found,
        chosen={"user": user, "action": action, "call": call},
        users=users,
        actions=[(one, label_of(one)) for one in sorted(known, key=label_of)],
        label_of=label_of,
        is_call_sid=is_call_sid,
    )


def _found(on: Desk, user: str, action: str, call: str, page: int) -> tuple[AuditPage, list[str]]:
    """The page, and the users that there are to choose from. Blocks."""
    found: AuditPage = on.audit.page(
        user=user or None, action=action or None, call=call or None, page=page, per_page=PER_PAGE
    )
    names = {one.name for one in on.users.all()} | {one.user for one in found.entries if one.user}
    return found, sorted(names | ({user} if user else set()))


def label_of(action: str) -> str:
    """An action in words; a code that is not in the table is shown readably."""
    return ACTIONS.get(action, action.replace("-", " ").capitalize())


if __name__ == "__main__":
    for code, label in ACTIONS.items():
        print(f"{code:16} {label}")
