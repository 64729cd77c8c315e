"""Rule: which insurance plans are accepted, and where, is as the records say."""

import re

from dialogue.guard.atom import Atom
from dialogue.guard.case import Case, by_segment
from dialogue.guard.everyday import EVERYDAY
from dialogue.guard.segment import Segment, line_of
from dialogue.guard.stems import stem
from dialogue.guard.verdict import Finding
from facts import Plan

_ACCEPT = re.compile(
    r"\b(?:accept\w*|takes?|taking|honou?rs?|(?:in|out of|our) network|participat\w+|works? with|contracted|welcome|good here|"  # noqa: E501
    r"among the plans|on our list|list of plans|(?:fine|okay|ok|good) with us|plans we|bill|billing)\b"
)
_ACCEPT_ANYTHING = re.compile(
    r"\b(?:accept(?:s|ed|ing)?|(?:one|part|some|all) of (?:our|the) (?:\w+ )?(?:plans|insurances)|participate (?:in|with)|in network (?:with|for)|honou?r|(?:fine|okay|ok|good) with us)\b"  # noqa: E501
)
_INSURANCE = re.compile(r"\b(?:insurances?|plans?|coverage|carriers?|network)\b")
_HERE = re.compile(
    r"\b(?:here|there|with us|our (?:offices?|locations?|practice)|every (?:office|location)|everywhere)\b"
)
_ON_LIST = re.compile(r"\bon our list\b|\b(?:fine|okay|ok|good) with us\b|\b(?:in|out of) network\b")
_USABLE = re.compile(
    r"\b(?:use|using|fine|good|valid|okay|ok|no problem|works?|recognized|on (?:the|our) list|among)\b"
)
NOTED = re.compile(
    r"\b(?:noted?|have (?:that|you)|so|you (?:have|said|would)|your plan is|your insurance is|is that right|correct)\b"
)
_SWEEPING = re.compile(r"\b(?:all|most|every|any|many|major|other|both|several)\b(?: \w+){0,3} (?:insurances?|plans?|carriers?|types)\b|"  # noqa: E501
                       r"\bonly (?:accept|take)\b(?! (?:messages?|requests?|calls?|notes?|down))|\b(?:accept|take) only\b|\bno (?:insurances?|plans?)\b")  # fmt: skip  # noqa: E501
_KINDS = {"hmo", "ppo", "epo", "pos", "advantage", "supplement", "gold", "silver", "bronze", "platinum", "premier", "select",  # noqa: E501
          "marketplace", "part"}  # fmt: skip
_OUT = re.compile(r"\bout of network\b")
_TOOK = re.compile(
    r"\btak(?:e|es|ing) (?:\w+ ){0,2}(?:about|around|_|care|your|a |an |place|down|that|it\b|off|the|some|you|off|note|messages?|requests?|calls?|less|\d)"  # noqa: E501
)
_NEUTRAL = frozenset(
    [
        "the",
        "a",
        "an",
        "your",
        "that",
        "this",
        "it",
        "them",
        "any",
        "plan",
        "plans",
        "insurance",
        "insurances",
        "we",
        "of",
        "our",
        "at",
        "in",
        "for",
        "as",
        "too",
        "also",
        "yes",
        "no",
        "both",
        "and",
        "or",
        "all",
        "do",
        "does",
        "not",
        "only",
        "which",
        "vision",
        "medical",
        "if",
        "is",
        "are",
        "what",
        "tell",
        "can",
        "whether",
    ]
)


def check(case: Case) -> Finding:
    """Compare every plan with its record, in the polarity in which it is said."""
    return by_segment(case, _checked)


def _checked(case: Case, segment: Segment) -> tuple[str, list[str]]:
    plans = segment.of("plan")
    if problem := _wrong_form(case, segment):
        return problem, []
    if segment.asks:
        return "", []
    line = segment.line if _ACCEPT.search(segment.line) or not plans else segment.inherited
    if not plans and segment.topic and _ACCEPT.search(segment.topic) and (segment.negated or segment.named):
        plans = _earlier(segment)
    if _SWEEPING.search(segment.line) and _ACCEPT.search(line) and not plans:
        return "statement about plans in general that no record holds", []
    if not _ACCEPT.search(line) and not _claims(case, segment, plans):
        return _kind(case, segment, plans), [id for atom in plans for id in atom.value]
    if not plans:
        return _without_a_plan(case, segment), []
    return _acceptance(case, segment, plans, line)


def _claims(case: Case, segment: Segment, plans: list[Atom]) -> bool:
    """A plan and an office in one statement claim that it is accepted there, whatever the words ("is fine at")."""
    here = segment.named or _HERE.search(segment.line) or _USABLE.search(segment.line)
    heard = {id for atom in case.heard if atom.kind == "plan" for id in atom.value}
    noted = NOTED.search(case.line) and all(set(atom.value) & heard for atom in plans)
    return bool(plans and here and not noted)


def _earlier(segment: Segment) -> list[Atom]:
    before = segment.before
    while before and not before.of("plan"):
        before = before.before
    return before.of("plan") if before else []


def _acceptance(case: Case, segment: Segment, plans: list[Atom], line: str) -> tuple[str, list[str]]:
    negative = segment.negated != bool(_OUT.search(line))
    ids = sorted({id for atom in plans for id in atom.value})
    scope = case.scope(segment)
    for id in ids:
        plan = case.lexicon.plans[id]
        if "only" in segment.line.split() and segment.named and frozenset(plan.locations) != segment.named:
            return f"offices where a plan is accepted; {id} names others", []
        if re.search(r"\bexcept\b", segment.line):
            return f"exception that {id} does not state as such", []
        if not _agrees(plan, scope, negative):
            return f"{'not accepted' if negative else 'accepted'}; {id} says otherwise", []
    if "only" in segment.line.split() and not segment.named:
        return "that only these plans are accepted", []
    return _kind(case, segment, plans), ids


def _agrees(plan: Plan, scope: frozenset[str], negative: bool) -> bool:
    there = [plan.accepted and (not plan.locations or key in plan.locations) for key in scope] or [plan.accepted]
    return not any(there) if negative else all(there)


def _wrong_form(case: Case, segment: Segment) -> str:
    """ "Medicare Advantage", "Aetna HMO": a product that the record does not name."""
    for at, atom in enumerate(segment.atoms[:-1]):
        if (
            atom.kind == "plan"
            and segment.atoms[at + 1].text in _KINDS
            and segment.atoms[at + 1].text not in case.heard_words
        ):
            return "product of a plan that is in no record"
    return ""


def _kind(case: Case, segment: Segment, plans: list[Atom]) -> str:
    """ "VSP is a vision plan": the kind that is named between a plan and the next one."""
    for atom in plans:
        for id in atom.value:
            plan = case.lexicon.plans[id]
            said = re.findall(r"\b(vision|medical|dental)(?: insurance)? plans?\b", _rest(segment, atom))
            by_its_name = "vision" in plan.plan.lower() and "vision" in said
            if said and plan.kind not in said and not by_its_name:
                return f"kind of plan; {id} says {plan.kind}"
    return ""


def _rest(segment: Segment, plan: Atom) -> str:
    """The words from a plan to the next one; all of them when it was named in a part before."""
    if plan not in segment.atoms:
        return segment.line
    at = segment.atoms.index(plan) + 1
    until = next((i for i in range(at, len(segment.atoms)) if segment.atoms[i].kind == "plan"), len(segment.atoms))
    return line_of(segment.atoms[at:until])


def heard_plan(case: Case, segment: Segment) -> frozenset[str]:
    """Ids of the plans that the caller named, when a part says of "it" or of "your plan" that it is accepted or not."""
    if not (_ACCEPT.search(segment.line) and re.search(r"\b(?:it|that|your|this|them)\b", segment.line)):
        return frozenset()
    return frozenset(id for atom in case.heard if atom.kind == "plan" for id in atom.value)


def _of_the_caller(case: Case, segment: Segment, heard: frozenset[str]) -> str:
    agree = all(_agrees(case.lexicon.plans[id], case.scope(segment), segment.negated) for id in heard)
    return "" if agree else "the caller's plan is said to be accepted or not against its record"


def _without_a_plan(case: Case, segment: Segment) -> str:
    """Something is accepted, and it is no plan of the records."""
    if _ON_LIST.search(segment.line) and (heard := heard_plan(case, segment)):
        return _of_the_caller(case, segment, heard)
    accepts = _ACCEPT_ANYTHING.search(segment.line) or re.search(
        r"\b(?:we|office|offices|locations?|practice|they|do|does) (?:also )?(?:not )?(?:take|takes)\b", segment.line
    )
    if not accepts or (_TOOK.search(segment.line) and not re.search(r"\baccept", segment.line)):
        return ""
    words = [atom.text for atom in segment.atoms if atom.kind == "word"]
    if re.search(r"\b(?:if|whether|which|what) (?:\w+ ){0,4}(?:accept|take)", segment.line):
        return ""
    if heard := heard_plan(case, segment):
        return _of_the_caller(case, segment, heard)
    content = {word for word in words if word not in _NEUTRAL and not _ACCEPT.search(word)}
    if case.passages.told(segment, case.scope(segment)):
        return ""
    roots = frozenset(stem(word) for word in content) - EVERYDAY
    if roots and case.passages.says(roots, segment.negated):
        return ""
    if any(content <= line.words for line in case.lexicon.all_lines if content):
        return "" if not segment.negated else "something not accepted that no record mentions"
    return "something accepted or not accepted that is in no record"


if __name__ == "__main__":
    print(bool(_ACCEPT.search("we take vsp")))
