"""Tags: what staff made of calls, to be read again, filtered, and exported for training."""

import asyncio
import json
from collections import Counter
from collections.abc import Sequence

from fastapi import APIRouter, Depends, Request
from fastapi.responses import HTMLResponse
from starlette.responses import Response

from monitoring.dashboard.pages.calls import TAGS, number
from monitoring.dashboard.web import desk, note, render, require, user
from monitoring.desk import Desk
from monitoring.tags import Tag

router = APIRouter()
PER_PAGE = 40


@router.get("/tags", response_class=HTMLResponse)
async def tags(request: Request, quality: str = "", by: str = "", q: str = "", page: str = "1") -> HTMLResponse:
    on = desk(request)
    everything = await asyncio.to_thread(on.tags.all)
    found = chosen(everything, quality, by, q[:100])
    pages = max(1, -(-len(found) // PER_PAGE))
    at = min(number(page), pages)
    await note(request, "view-tags")
    return render(
        request,
        "tags.html",
        found=found[(at - 1) * PER_PAGE : at * PER_PAGE],
        total=len(found),
        page=at,
        pages=pages,
        quality=quality,
        by=by,
        q=q[:100],
        tags=TAGS,
        counts=Counter(tag.quality for tag in everything),
        users=sorted({tag.by for tag in everything}),
        may_export=user(request).may("admin"),
    )


def chosen(everything: Sequence[Tag], quality: str, by: str, q: str) -> list[Tag]:
    """The tags of a quality and a user (empty: any), that hold every word of `q`."""
    words = q.casefold().split()
    return [
        tag
        for tag in everything
        if quality in ("", tag.quality)
        and by in ("", tag.by)
        and all(word in f"{tag.right_answer} {tag.note} {tag.call_sid}".casefold() for word in words)
    ]


@router.get("/tags/export", dependencies=[Depends(require("admin"))])
async def export(request: Request) -> Response:
    """Every tagged call with its turns as JSON lines; who takes it stands in the audit log."""
    on = desk(request)
    await note(request, "export-tags")
    data = await asyncio.to_thread(_lines, on)
    name = f"ava-tags-{on.clock.now().astimezone(on.zone):%Y-%m-%d}.jsonl"
    headers = {"content-disposition": f'attachment; filename="{name}"'}
    return Response(data, media_type="application/x-ndjson", headers=headers)


def _lines(on: Desk) -> bytes:
    """Blocks."""
    lines = (line for line in on.tags.lines(on.shelf) if line is not None)
    return b"".join(json.dumps(line, ensure_ascii=False).encode("utf-8", "replace") + b"\n" for line in lines)


if __name__ == "__main__":
    print(*TAGS.values(), sep="\n")
