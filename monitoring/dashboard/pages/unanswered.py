"""Unanswered: what callers asked and AVA had no record for, by office and topic, each with a draft to fill in."""

import asyncio
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

from facts import PracticeFacts
from monitoring.dashboard.pages import forms, labels
from monitoring.dashboard.pages.diffs import as_record
from monitoring.dashboard.web import desk, note, render
from monitoring.suggestions import Entry

router = APIRouter()
_NO_TOPIC = {"faq", "unanswered", "draft"}
_FIELDS = ("question", "answer", "location", "tags")


@dataclass(frozen=True, slots=True)
class Question:
    """A question that callers asked.

    Attributes:
        draft: the record to fill in; its answer is empty.
        asked: in how many calls.
    """

    entry: Entry
    draft: dict[str, Any]
    topic: str
    asked: int

    @property
    def words(self) -> str:
        return str(self.draft.get("question") or self.entry.suggestion.description)


@dataclass(frozen=True, slots=True)
class Group:
    """The questions of one office, or of every."""

    place: str
    questions: tuple[Question, ...]


@router.get("/unanswered", response_class=HTMLResponse)
async def unanswered(request: Request) -> HTMLResponse:
    on = desk(request)
    entries = await asyncio.to_thread(on.queue.open)
    facts = on.source.current
    groups = grouped(entries, facts)
    await note(request, "view-unanswered")
    kind = forms.kind_named("faqs")
    fields = [entry for entry in kind.entries if entry.name in _FIELDS] if kind else []
    return render(
        request, "unanswered.html", groups=groups, count=sum(len(group.questions) for group in groups), fields=fields,
        places=forms.places(facts), labels=labels,
    )  # fmt: skip


def grouped(entries: Iterable[Entry], facts: PracticeFacts) -> tuple[Group, ...]:
    """Open questions by office in the records' order, those for every office last; the most asked first."""
    found = [question(entry) for entry in entries if entry.suggestion.issue_type == "rag_gap"]
    found.sort(key=lambda one: (one.topic, -one.asked, one.words))
    names: list[tuple[str | None, str]] = [*forms.places(facts), (None, "Every office")]
    known = {key for key, _ in names}
    groups = []
    for key, name in names:
        own = tuple(one for one in found if _place(one, known) == key)
        if own:
            groups.append(Group(name, own))
    return tuple(groups)


def _place(one: Question, known: set[str | None]) -> str | None:
    place = one.draft.get("location")
    return place if place in known else None


def question(entry: Entry) -> Question:
    """The question of a finding, with the draft that it brings, if it brings one."""
    draft = _draft(entry)
    tags = [str(tag) for tag in draft.get("tags") or () if tag not in _NO_TOPIC and tag != draft.get("location")]
    return Question(entry, draft, ", ".join(tags).replace("_", " "), 1 + len(entry.suggestion.calls))


def _draft(entry: Entry) -> dict[str, Any]:
    change = entry.suggestion.suggested_change
    return (as_record(change.new) if change and change.field is None else None) or {}


if __name__ == "__main__":
    from facts_files import read_facts

    print(grouped((), read_facts()))
