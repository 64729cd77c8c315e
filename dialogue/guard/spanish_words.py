"""Spanish numbers, days and months, and the phrases of `spanish.txt` with the English words that the rules read."""

from pathlib import Path

UNITS = {
    "cero": 0, "uno": 1, "un": 1, "una": 1, "dos": 2, "tres": 3, "cuatro": 4, "cinco": 5, "seis": 6, "siete": 7,
    "ocho": 8, "nueve": 9, "diez": 10, "once": 11, "doce": 12, "trece": 13, "catorce": 14, "quince": 15,
    "dieciseis": 16, "diecisiete": 17, "dieciocho": 18, "diecinueve": 19, "veinte": 20, "veintiuno": 21,
    "veintiun": 21, "veintiuna": 21, "veintidos": 22, "veintitres": 23, "veinticuatro": 24, "veinticinco": 25,
    "veintiseis": 26, "veintisiete": 27, "veintiocho": 28, "veintinueve": 29,
}  # fmt: skip
TENS = {"treinta": 30, "cuarenta": 40, "cincuenta": 50, "sesenta": 60, "setenta": 70, "ochenta": 80, "noventa": 90}
HUNDREDS = {
    "cien": 100, "ciento": 100, "doscientos": 200, "doscientas": 200, "trescientos": 300, "trescientas": 300,
    "cuatrocientos": 400, "quinientos": 500, "seiscientos": 600, "setecientos": 700, "ochocientos": 800,
    "novecientos": 900,
}  # fmt: skip
DAYS = {"lunes": "monday", "martes": "tuesday", "miercoles": "wednesday", "jueves": "thursday", "viernes": "friday",
        "sabado": "saturday", "sabados": "saturday", "domingo": "sunday", "domingos": "sunday"}  # fmt: skip
MONTHS = {"enero": "january", "febrero": "february", "marzo": "march", "abril": "april", "mayo": "may", "junio": "june",
          "julio": "july", "agosto": "august", "septiembre": "september", "setiembre": "september",
          "octubre": "october", "noviembre": "november", "diciembre": "december"}  # fmt: skip
# Words that are English as well and so do not tell the language.
_SHARED_WORDS = """
a no me once son he as sale pie dos come mes red real hay tan van sea fin usual normal final general local hospital
doctor total cornea retina control simple favor usted dice time plan plans fax area
"""
SHARED = frozenset(_SHARED_WORDS.split())
_FILE = Path(__file__).with_name("spanish.txt")


def _read_phrases(text: str) -> dict[tuple[str, ...], str]:
    pairs = (line.split("=", 1) for line in text.splitlines() if "=" in line and not line.startswith("#"))
    return {tuple(spanish.split()): english.strip() for spanish, english in pairs}


PHRASES = _read_phrases(_FILE.read_text(encoding="utf-8"))


if __name__ == "__main__":
    print(len(PHRASES), "phrases")
