"""Whether a person can take a call over at this moment.

HANDOFF_NUMBER is answered at any hour, or only while an office is open by the records; EMERGENCY_NUMBER, where there is
one, takes an emergency at any hour.
"""

from dialogue import answers
from dialogue.state import Context, State


def takes_calls(state: State, context: Context) -> bool:
    """Whether this call can be handed to a person now. In an emergency that is also who takes emergencies."""
    if state.slots.urgency == "emergent" and context.emergency_line:
        return True
    return answers_handoff(state, context)


def answers_handoff(state: State, context: Context) -> bool:
    """Whether HANDOFF_NUMBER is answered now: by the hours of the office that the call is about, of any without one."""
    if context.handoff != "office":
        return context.handoff == "always"
    about = context.facts.location(state.slots.location) if state.slots.location else None
    places = (about,) if about else context.facts.locations
    return any(answers.is_open(place, context) for place in places)


if __name__ == "__main__":
    from clock import SystemClock
    from dialogue.sample import sample_facts

    here = Context(sample_facts(), SystemClock(), None, "AVA", handoff="office")
    for office in here.facts.locations:
        print(office.name, answers_handoff(State().filled(location=office.location), here))
