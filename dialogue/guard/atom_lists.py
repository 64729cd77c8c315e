"""Atoms put together: a weekday with its date, lists ("Monday, Wednesday and Friday") and ranges ("8 to 5 PM")."""

from dialogue.guard.atom import Atom, Day

_LISTED = frozenset({"days", "place", "plan", "provider", "service", "language", "state"})
_BETWEEN = frozenset(["and", "or", ",", "&", "plus"])
_SKIPPED_IN_LIST = frozenset(["in", "at", "the", "on", "our", "both"])
TO = frozenset(["to", "until", "through", "-"])


def with_weekday(atoms: list[Atom]) -> list[Atom]:
    """ "Thursday, November 26" is one day; so is "November 26, a Thursday"."""
    out: list[Atom] = []
    for atom in atoms:
        before = [one for one in out[-3:] if one.text not in (",", "the", "a", "is")]
        last = before[-1] if before else None
        if last and out and {last.kind, atom.kind} == {"days", "date"} and out.index(last) >= len(out) - 2:
            days, date = (last, atom) if last.kind == "days" else (atom, last)
            if len(days.value) == 1 and date.text == "date" and date.value.weekday is None:
                del out[max(i for i, one in enumerate(out) if one is last) :]
                out.append(Atom("date", "date", Day(date.value.date, min(days.value))))
                continue
        out.append(atom)
    return out


def lists(atoms: list[Atom]) -> list[Atom]:
    """Lists ("Monday, Wednesday and Friday") as one atom each."""
    out: list[Atom] = []
    at = 0
    while at < len(atoms):
        atom = atoms[at]
        if atom.kind in _LISTED:
            atom, at = _list_from(atoms, at)
        out.append(atom)
        at += 1
    return out


def _list_from(atoms: list[Atom], at: int) -> tuple[Atom, int]:
    """All items of a list as one atom, and the position of its last one."""
    whole = atoms[at]
    while True:
        step = at + 1
        while step < len(atoms) and atoms[step].text in _BETWEEN:
            step += 1
        if step == at + 1:
            return whole, at
        while step < len(atoms) and atoms[step].text in _SKIPPED_IN_LIST and step < at + 5:
            step += 1
        if step >= len(atoms) or atoms[step].kind != whole.kind or atoms[step].exact != whole.exact:
            return whole, at
        whole = Atom(whole.kind, "list", whole.value | atoms[step].value, whole.capital, whole.exact)
        at = step


def ranges(atoms: list[Atom]) -> list[Atom]:
    """ "8 to 5 PM", "between 9 and 12"."""
    out: list[Atom] = []
    for atom in atoms:
        link = out[-1].text if out else ""
        first = out[-2] if len(out) > 1 else None
        between = link == "and" and len(out) > 2 and out[-3].text == "between"
        if atom.kind == "time" and first and first.kind == "time" and (link in TO or between):
            del out[-2:]
            out.append(Atom("range", f"{first.text} to {atom.text}", (first.value, atom.value)))
        else:
            out.append(atom)
    return out


if __name__ == "__main__":
    print(lists([Atom("days", "monday", frozenset([0])), Atom("word", "and"), Atom("days", "friday", frozenset([4]))]))
