"""Calls full of what tells who called, made with a fixed seed. Everybody and everything in them is invented.

The names come from many places and stand in no list of the product's. Numbers are 555-01xx. Of each call is known what
may not be in anything that leaves: `Told`.
"""

import datetime as dt
import random
from dataclasses import dataclass, field
from typing import Any

from monitoring.case import CallCase
from tests.monitoring.external.claude_calls import call

_FIRST_TEXT = """
Zsófia Nkechi Tariq Xiomara Wiktoria Ichiro Thandiwe Bjørn Siobhan Rasheeda Dmytro Anjali Kaito Eszter Babajide Yolotl
Farrukh Ingeborg Quetzal Lakshmi Olumide Parisa Gwenllian Tomasz Mei-Ling Saoirse Vuong Zainab Leilani Anahit Bogdan
Chiamaka Dagny Emre Fioralba Giedre Hyun-Ju Ilkay Jorunn Kwabena Will May Rose Mark Grace Faith Summer Bill Hope Young
Frank Daisy
"""
FIRST = _FIRST_TEXT.split()
_LAST_TEXT = """
Okonkwo Szczepański Raghunathan Villaseñor Hakobyan Nakamura Ó'Faoláin Bergström Mkhize Abdulrahman Zelenko Vo
Chowdhury Etxeberria Takahashi Olofsdotter Ferencz Pereira-Quintanilha Jørgensen Adeyemi Kowalewska Tsosie
Papadimitriou MacGillivray Dlamini Baumgartner Ravndal Yilmazturk Castelblanco Iwu Nguyenphuc Zaragozano Baker Young
Brown Rivers Winter Love Short Banks
"""
LAST = _LAST_TEXT.split()
_OTHERS_TEXT = """
Ximena Oyelaran Wojtek Ghazaleh Tlalli Bronwyn Sefton Iphigenia Kamalesh Ludmila Osvaldo Zebulon Rosalba Penny Dawn
Holly Heather Amber
"""
OTHERS = _OTHERS_TEXT.split()
STREETS = ("Quillfeather Lane", "Old Thornbury Road", "Calle Ocelote", "Maple Grove Court", "Sunset Ridge Drive",
           "Wetherby Avenue", "Blue Heron Way", "Church Street")  # fmt: skip
TOWNS = ("Okeechobee", "Waxahachie", "Pflugerville", "Kissimmee", "Apalachicola")
EMPLOYERS = ("Zanthor Plumbing", "Brightwater Bakery", "Quibbleworth")
_MONTHS_TEXT = """
January February March April May June July August September October November December
"""
MONTHS = _MONTHS_TEXT.split()
_DAYS_TEXT = """
first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth thirteenth fourteenth fifteenth
sixteenth seventeenth eighteenth nineteenth twentieth
"""
DAYS = _DAYS_TEXT.split()
_DIGITS_TEXT = """
zero one two three four five six seven eight nine
"""
DIGITS = _DIGITS_TEXT.split()
_TEENS_TEXT = """
ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen
"""
TEENS = _TEENS_TEXT.split()
_TENS_TEXT = """
- - twenty thirty forty fifty sixty seventy eighty ninety
"""
TENS = _TENS_TEXT.split()
SAYS_OF = {"s": "sam", "m": "mary", "b": "boy", "d": "david", "t": "tom", "n": "nancy", "p": "peter", "k": "king"}


@dataclass
class Told:
    """What tells who called."""

    names: list[str] = field(default_factory=list)
    numbers: list[str] = field(default_factory=list)  # digits, ten of each
    births: list[dt.date] = field(default_factory=list)
    words: list[str] = field(default_factory=list)  # of e-mail, streets, towns, employers
    figures: list[str] = field(default_factory=list)  # of member ids, houses, ZIP codes


@dataclass(frozen=True)
class Invented:
    case: CallCase
    told: Told


def invented_calls(count: int = 200, seed: int = 45) -> list[Invented]:
    return [_Maker(random.Random(f"{seed}-{number}"), number).made() for number in range(count)]


def two_digits(value: int) -> str:
    if value < 10:
        return f"oh {DIGITS[value]}"
    if value < 20:
        return TEENS[value - 10]
    return TENS[value // 10] + (f" {DIGITS[value % 10]}" if value % 10 else "")


class _Maker:
    def __init__(self, chance: random.Random, number: int) -> None:
        self.chance = chance
        self.number = number
        self.told = Told()
        self.talk: list[Any] = [("ava", "Thank you for calling Advanced Vision Care. How can I help you today?")]
        self.first, self.last = chance.choice(FIRST), chance.choice(LAST)
        self.told.names += [self.first, self.last]
        self.phone = f"{chance.choice(['305', '786', '214', '512', '954'])}55501{chance.randrange(70, 100)}"
        self.caller = f"{chance.choice(['407', '832', '561'])}55501{chance.randrange(70, 100)}"
        self.told.numbers += [self.phone, self.caller]
        self.birth = dt.date(chance.randrange(1934, 2012), chance.randrange(1, 13), chance.randrange(1, 21))

    def made(self) -> Invented:
        opening = [self.introduces, self.only_asks, self.calls_for_another, self.has_pain]
        self.chance.choice(opening)()
        middle = [
            *(self.name_asked, self.number_asked, self.birth_asked, self.mail, self.street, self.member, self.spelled),
            *(self.other_person, self.number_in_pieces, self.corrected, self.employer, self.birth_unasked, self.visit),
        ]
        for step in self.chance.sample(middle, self.chance.randrange(4, 9)):
            step()
        self.chance.choice([self.read_back, self.goodbye])()
        is_cased = self.number % 2 == 0
        talk = [step if isinstance(step, dict) or is_cased or step[0] == "ava" else (step[0], step[1].lower())
                for step in self.talk]  # fmt: skip
        knows = self.chance.random() < 0.75  # else the call never learnt the name
        slots = {"name": f"{self.first} {self.last}", "callback_number": f"+1{self.phone}"} if knows else {}
        made = call([*talk, slots | {"intent": "book"}], number=self.number + 1, caller=f"+1{self.caller}")
        return Invented(made, self.told)

    def caller_says(self, text: str) -> None:
        self.talk.append(("caller", text))

    def ava_says(self, text: str) -> None:
        self.talk.append(("ava", text))

    # What a caller says

    def introduces(self) -> None:
        ways = ("Hi this is {f} {l}", "Good morning my name is {f} {l}", "Hello {f} {l} calling", "Hey it's {f} {l}",
                "Buenos días soy {f} {l}", "Yeah hi I'm {f} {l}", "Mi nombre es {f} {l}")  # fmt: skip
        said = self.chance.choice(ways).format(f=self.first, l=self.last)
        self.caller_says(f"{said} and I want to make an appointment for an eye exam")

    def only_asks(self) -> None:
        self.caller_says("What time do you close on Friday at the Kendall office?")
        self.ava_says("The Kendall office is open Monday through Friday from 8:00 AM to 5:00 PM.")

    def calls_for_another(self) -> None:
        other, last = self.chance.choice(OTHERS), self.chance.choice(LAST)
        self.told.names += [other, last]
        who = self.chance.choice(["daughter", "mother", "neighbor", "client", "grandson"])
        self.caller_says(f"I'm calling for my {who} {other} {last}, she broke her glasses and needs to see somebody")

    def has_pain(self) -> None:
        self.caller_says("My left eye has been red and painful for three days and the light hurts")
        self.ava_says("I am sorry to hear that. Have you lost any vision?")
        self.caller_says("no but it is blurry")

    def name_asked(self) -> None:
        self.ava_says("May I have your first and last name?")
        ways = (
            "{f} {l}",
            "sure it's {f} {l}",
            "{l}, {f} {l}",
            "the name is {f}, last name {l}",
            "{f} uh {l} like my dad",
        )
        self.caller_says(self.chance.choice(ways).format(f=self.first, l=self.last))

    def spelled(self) -> None:
        self.ava_says("Please spell your last name for me, letter by letter.")
        letters = [letter for letter in self.last.lower() if letter.isalpha()]
        way = self.chance.randrange(3)
        if way == 0:
            self.caller_says(" ".join(letters).upper())
        elif way == 1:
            self.caller_says("-".join(letters))
        else:
            words = (f"{one} as in {SAYS_OF.get(one, one + 'olotl')}" for one in letters)
            self.caller_says(", ".join(words))

    def number_asked(self) -> None:
        self.ava_says("What number can our staff call you back at?")
        self.caller_says(self._number(self.phone))

    def number_in_pieces(self) -> None:
        area, middle, end = self.phone[:3], self.phone[3:6], self.phone[6:]
        self.caller_says(f"you can reach me at {' '.join(DIGITS[int(one)] for one in area)}")
        self.ava_says("Go on, please.")
        self.caller_says(" ".join(DIGITS[int(one)] for one in middle))
        self.ava_says("Mm-hm.")
        self.caller_says(" ".join("oh" if one == "0" else DIGITS[int(one)] for one in end))

    def _number(self, digits: str) -> str:
        area, middle, a, b = digits[:3], digits[3:6], int(digits[6:8]), int(digits[8:])
        singles = [DIGITS[int(one)] for one in digits]
        ways = (
            f"{area}-{middle}-{digits[6:]}",
            f"({area}) {middle} {digits[6:]}",
            " ".join(singles),
            f"{' '.join(singles[:3])}, triple {singles[3]}, {two_digits(a)} {two_digits(b)}",
            f"{two_digits(int(area[:2]))} {DIGITS[int(area[2])]} five fifty five {two_digits(a)} {two_digits(b)}",
            f"my number is {area} uh {middle} um {digits[6:8]} {digits[8:]}",
            f"one {' '.join(singles)}",
            ". ".join([area, middle, digits[6:]]),
        )
        return self.chance.choice(ways)

    def birth_asked(self) -> None:
        self.ava_says("What is your date of birth?")
        self.caller_says(self._birth())

    def birth_unasked(self) -> None:
        lead = self.chance.choice(["my birthday is", "I was born", "date of birth", "she was born on"])
        self.caller_says(f"{lead} {self._birth()}")

    def _birth(self) -> str:
        self.told.births = [self.birth]
        day, month = self.birth, MONTHS[self.birth.month - 1]
        century, rest = ("nineteen", day.year - 1900) if day.year < 2000 else ("two thousand", day.year - 2000)
        year = f"{century} {two_digits(rest)}" if day.year < 2000 or rest else "two thousand"
        ways = (
            f"{month} {DAYS[day.day - 1]} {year}",
            f"{month} {day.day}, {day.year}",
            f"{day.month}/{day.day}/{day.year}",
            f"{day:%m-%d-%y}",
            f"the {DAYS[day.day - 1]} of {month} {day.year}",
            f"{two_digits(day.month)} {two_digits(day.day)} {two_digits(day.year % 100)}",
            f"{month} {DAYS[day.day - 1]}",
        )
        return self.chance.choice(ways)

    def mail(self) -> None:
        user, host = self.last.lower().replace("'", ""), self.chance.choice(["zygomail", "example", "quibblepost"])
        self.told.words += [user, host] if host != "example" else [user]
        ways = (
            f"my email is {self.first.lower()} dot {user} at {host} dot com",
            f"send it to {self.first.lower()}.{user}@{host}.com please",
            f"you can write to {user} underscore nineteen at {host} dot org",
            f"it's {user} at {host} punto com",
        )
        self.caller_says(self.chance.choice(ways))

    def street(self) -> None:
        house, street, town = self.chance.randrange(110, 9999), self.chance.choice(STREETS), self.chance.choice(TOWNS)
        self.told.words += [*street.split()[:-1], town] if street != "Church Street" else [town]
        self.told.figures.append(str(house))
        spoken = f"{two_digits(house // 100)} {two_digits(house % 100)}" if house > 999 else str(house)
        ways = (
            f"I live at {house} {street} in {town}",
            f"my address is {spoken} {street}, {town}",
            f"we just moved to {house} {street} near {town}",
            f"I'm over in {town} off {street}",
        )
        self.caller_says(self.chance.choice(ways))

    def member(self) -> None:
        figures = "".join(str(self.chance.randrange(10)) for _ in range(9))
        self.told.figures.append(figures)
        spoken = " ".join(DIGITS[int(one)] for one in figures)
        ways = (
            f"my member id is X W Q {spoken}",
            f"the policy number is XWQ{figures}",
            f"I have Aetna, it says {figures[:3]} {figures[3:6]} {figures[6:]} on the card",
            f"group number {spoken}",
        )
        self.caller_says(self.chance.choice(ways))

    def other_person(self) -> None:
        other = self.chance.choice(OTHERS)
        self.told.names.append(other)
        ways = (
            "{o} told me to call you about the glasses",
            "my friend {o} drove me to your office last time",
            "I talked to {o} yesterday and she said it was fine",
            "can {o} come with me on Tuesday",
        )
        self.caller_says(self.chance.choice(ways).format(o=other))

    def corrected(self) -> None:
        self.ava_says(f"I have {self.first} {self.last}, at {self._number(self.phone)}. Is that right?")
        wrong = self.phone[:-1] + str((int(self.phone[-1]) + 1) % 10)
        self.told.numbers.append(wrong)
        self.caller_says(f"no not {self._number(wrong)}, it's {self._number(self.phone)} and it's {self.last}")

    def employer(self) -> None:
        where = self.chance.choice(EMPLOYERS)
        self.told.words += [where.split()[0]]
        self.caller_says(f"I work at {where} so I can only come after five")

    def visit(self) -> None:
        self.ava_says("What day and time would you like?")
        self.caller_says(
            self.chance.choice(["Thursday at ten thirty", "December third at 2 PM", "any morning next week"])
        )

    def read_back(self) -> None:
        self.ava_says(
            f"Thank you, {self.first} {self.last}. Our staff will call you at the number ending in {self.phone[-4:]}."
        )
        self.caller_says("yes thank you bye")

    def goodbye(self) -> None:
        self.caller_says(f"ok thanks, this was {self.first}, bye")
        self.ava_says(f"Goodbye, {self.first}.")
