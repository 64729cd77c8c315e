"""Who is angry and who is not, as callers say it; invented sentences."""

import time

import pytest

from dialogue.anger import angry

ANGRY = (
    "this is ridiculous",
    "this is absolutely unacceptable",
    "you are useless",
    "you're a stupid machine",
    "what the hell is wrong with you people",
    "are you kidding me",
    "i'm going to sue you",
    "you'll be hearing from my lawyer",
    "i'm going to report you to the medical board",
    "i am sick and tired of this",
    "i'm fed up with your office",
    "stop wasting my time",
    "you people never call back",
    "i'm so pissed off right now",
    "i am furious",
    "fuck this",
    "what the fuck",
    "this is bullshit",
    "you're all a bunch of idiots",
    "shut up and listen",
    "how many times do i have to tell you",
    "worst service i have ever had",
    "i have had enough of this",
    "get me your manager right now",
    "go to hell",
    "goddamn robot",
    "i hate this stupid system",
    "are you even listening to me",
    "i'll leave you a one star review",
    "screw you",
    "I'm gonna call my attorney about this!",
    "you guys are crooks and this is a joke",
    "esto es ridículo",
    "estoy harta de esperar",
    "son unos idiotas",
    "los voy a demandar",
    "esto es una falta de respeto",
    "qué servicio de mierda",
    "estoy muy enojado",
    "ya basta, me están haciendo perder el tiempo",
    "voy a llamar a mi abogado",
    "this whole thing is a waste of my time",
)
ORDINARY = (
    "i'm sick",
    "i am sick of wearing glasses",
    "i'm tired and my eyes hurt",
    "my eyes are tired of the screen",
    "i'd like to make an appointment",
    "no that's wrong",
    "no not that one the other one",
    "i already told you my name",
    "that's not what i said",
    "i want to make a complaint",
    "your staff was rude to me",
    "i waited for two hours last time",
    "the wait was too long",
    "can i talk to a person",
    "i'd like to speak with your manager please",
    "i'm a little frustrated with my new lenses",
    "i am upset about my bill",
    "i hate eye drops",
    "i hate the color of my frames",
    "my lawyer needs my medical records",
    "my attorney asked for the records",
    "i need a report for my employer",
    "can you report this to my doctor",
    "sue lopez",
    "my name is sue",
    "it's for my son he is mad about baseball",
    "damn i forgot my insurance card",
    "oh shoot hold on",
    "oh crap i lost my contact lens",
    "that's a stupid question i know",
    "sorry i'm so stupid i forgot the date",
    "i'm not angry i just want to know",
    "my pain is terrible",
    "i have a horrible headache",
    "it hurts like hell",
    "my vision is getting worse",
    "the worst pain of my life",
    "this eye is worse than the other",
    "should i stop using my drops",
    "when can i stop wearing the patch",
    "that's crazy expensive",
    "that is unbelievable how well i see now",
    "it was unbelievable thank you so much",
    "no thank you i'm done",
    "i'm done with my drops",
    "i've had enough drops for the month",
    "you never called me back about my glasses",
    "are you a robot",
    "are you deaf accessible",
    "my mother is deaf and needs an interpreter",
    "the hell's kitchen office please",
    "ask the doctor",
    "i want to insist on doctor lopez",
    "is there a review of my chart",
    "i left a good review for you",
    "quiero hacer una cita",
    "estoy cansada y me arden los ojos",
    "no estoy enojada solo quiero saber",
    "me molesta el ojo derecho",
    "estoy enferma",
    "mi abogado necesita mi expediente",
    "qué horario tienen",
    "perdón no entendí",
    "me canso al leer",
)


@pytest.mark.parametrize("text", ANGRY)
def test_an_angry_caller_is_heard_as_one(text: str) -> None:
    assert angry(text)


@pytest.mark.parametrize("text", ORDINARY)
def test_pain_haste_and_plain_complaints_are_not_anger(text: str) -> None:
    assert not angry(text)


def test_the_tables_are_long_enough() -> None:
    assert len(set(ANGRY)) >= 40
    assert len(set(ORDINARY)) >= 60


def test_a_long_turn_is_judged_in_a_millisecond() -> None:
    turn = "i would like to come in next tuesday at ten because my eye is red " * 12
    began = time.thread_time()
    for _ in range(20):
        angry(turn)
    assert (time.thread_time() - began) / 20 < 0.01
