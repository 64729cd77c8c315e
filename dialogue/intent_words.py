"""The vocabulary of `intent_rules.py`: expressions for the things that callers talk about."""

APPT = r"(?:appointments?|appoint ?ment|appt|visit|booking|exam|slot|reservation|cita)"
SEE = r"(?:see|get in with|be seen by|get seen by|come in to see|visit)"
WANT = (
    r"(?:want|wanna|need|would like|i'd like|looking|look|trying|try|hoping|can i|could i|may i|let's|"
    r"gotta|have to|got to|love)"
)
GLASSES = (
    r"(?:glasses|eyeglasses|frames|lenses|lens|contacts|contact lens(?:es)?|sunglasses|specs|spectacles|"
    r"order|lentes|gafas|anteojos|espejuelos)"
)
DRUG = r"(?:eye ?drops?|drops?|medication|medicine|meds|ointment|pills|latanoprost|restasis|gotas|medicina|medicamento)"
PLANS = (
    r"(?:insurance|vsp|v s p|eye ?med|i med|davis|spectera|medicare|medicaid|blue cross|blue shield|aetna|"
    r"cigna|united ?health ?care|humana|kaiser|hmo|ppo|h m o|p p o|vision plan|medical plan|"
    r"seguro|tricare|ambetter|oscar|molina)"
)
OFFICE = r"(?:office|location|clinic|store|place|branch|building|practice|one|shop|oficina|clinica|consultorio)"
DAY = (
    r"(?:today|tomorrow|mondays?|tuesdays?|wednesdays?|thursdays?|fridays?|saturdays?|sundays?|weekends?|"
    r"christmas|thanksgiving|holidays?|new year'?s|easter|labor day|memorial day|fourth of july|domingos?|"
    r"sabados?)"
)

HELD_APPT = r"(?:my|our|his|her|the|that|mi|la) (?:\w+ ){0,2}" + APPT
HIS_GLASSES = r"(?:my|our|his|her|the|mis|los) (?:\w+ ){0,2}" + GLASSES


def both(one: str, other: str) -> str:
    """Both expressions stand somewhere in the sentence, in any order."""
    return rf"^(?=.*\b{one}\b)(?=.*\b{other}\b).*$"


if __name__ == "__main__":
    print(both(APPT, GLASSES))
