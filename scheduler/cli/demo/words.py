"""What the people of the demo have chosen: names, sentences, words. All made up."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from scheduler.domain.code_words import WordFor
from scheduler.domain.phrases import Meaning, Phrase

# What each person and her counsellor talk about when they mean something else: hers
# alone, so that no two are given the same sentences.
_ABOUT: Final[Mapping[str, tuple[str, ...]]] = {
    "en": (
        "plants", "ferns", "tomatoes", "violets", "sunflowers", "beans", "herbs",
        "roses", "cucumbers", "lettuces", "daffodils", "pumpkins", "lilies", "peas",
        "geraniums", "raspberries", "carrots", "begonias", "seedlings", "orchids",
        "currants", "marigolds", "turnips", "poppies", "leeks", "crocuses", "lupins",
        "asters", "dahlias", "onions", "pansies", "parsnips", "radishes", "tulips",
        "gooseberries", "squashes", "foxgloves", "beets", "peonies", "strawberries",
    ),
    "fr": (
        "fougères", "tomates", "violettes", "courges", "laitues", "jonquilles",
        "carottes", "framboises", "tulipes", "citrouilles",
    ),
    "es": (
        "helechos", "tomates", "girasoles", "geranios", "pepinos", "tulipanes",
        "claveles",
    ),
}  # fmt: skip

_SENTENCES: Final[Mapping[str, Mapping[Meaning, tuple[str, ...]]]] = {
    "en": {
        Meaning.REMINDER: ("The {} want water", "My {} are doing well"),
        Meaning.CHANGED: ("I put the {} in another spot",),
        Meaning.CANCELLED: ("I gave the {} away",),
        Meaning.REJOIN: ("The {} are standing up again",),
        Meaning.CALL_US: ("There are some {} left for you",),
    },
    "fr": {
        Meaning.REMINDER: ("Les {} ont soif", "Mes {} poussent bien"),
        Meaning.CHANGED: ("J'ai mis les {} ailleurs",),
        Meaning.CANCELLED: ("J'ai donné les {}",),
        Meaning.REJOIN: ("Les {} se tiennent droites",),
    },
    "es": {
        Meaning.REMINDER: ("Los {} piden agua", "Mis {} crecen bien"),
        Meaning.CHANGED: ("Puse los {} en otro lado",),
        Meaning.CANCELLED: ("Regalé los {}",),
        Meaning.REJOIN: ("Los {} están de pie",),
    },
}

NAMES: Final = (
    "Thisbe", "Oriel", "Maren", "Zofia", "Ilse", "Calla", "Linnea", "Perpetua",
    "Anouk", "Solveig", "Tamsin", "Verity", "Ottilie", "Saoirse", "Junia", "Mirela",
    "Coralie", "Delphine", "Fleurette", "Ghislaine", "Paloma", "Rocio", "Ximena",
    "Yesenia", "Briony", "Elowen", "Freya", "Hadley", "Isolde", "Kestrel", "Lorna",
    "Merrin", "Nerys", "Orla", "Rhoswen", "Sunniva", "Tirzah", "Una", "Winifred",
    "Zelda",
)  # fmt: skip

_IDENTITY: Final = (
    "marmalade", "teaspoon", "velvet", "lighthouse", "cinnamon", "origami",
    "buttercup", "harmonica", "peppermint", "sandcastle", "toboggan", "waterfall",
    "clementine", "dragonfly", "gooseberry", "hazelnut", "kaleidoscope", "nutmeg",
    "paintbrush", "rhubarb", "snowdrop", "tangerine", "watermelon", "yellowhammer",
)  # fmt: skip
_NOT_SAFE: Final = ("blue umbrella", "the long hallway", "cardboard box", "pine cone")
_GET_HELP: Final = (
    ("paper lantern", "striped pyjamas"),
    ("copper kettledrum", "wooden clog"),
    ("silver thermos", "two left gloves"),
)
COVER: Final = (
    "a parcel that went astray",
    "the library of seeds",
    "a survey about gardens",
    "the choir's spring concert",
)


def phrases(language: str, number: int) -> tuple[Phrase, ...]:
    """The sentences of one person, by her number among all; some chose fewer."""
    things = _ABOUT[language]
    chosen = [
        (meaning, text)
        for meaning, texts in _SENTENCES[language].items()
        for text in texts
        if number % 4 or meaning is not Meaning.REJOIN
    ]
    thing = things[number % len(things)]
    return tuple(Phrase(meaning, text.format(thing)) for meaning, text in chosen)


def code_words(number: int) -> dict[WordFor, tuple[str, ...]]:
    """Her words, by her number among all."""
    return {
        WordFor.IDENTITY: (_IDENTITY[number % len(_IDENTITY)],),
        WordFor.NOT_SAFE: (_NOT_SAFE[number % len(_NOT_SAFE)],),
        WordFor.GET_HELP: _GET_HELP[number % len(_GET_HELP)],
    }
