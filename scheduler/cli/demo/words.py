"""What the people of the demo have chosen: names, sentences, words. All made up."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from scheduler.domain.code_words import WordFor
from scheduler.domain.phrases import Meaning, Phrase

_R, _C, _X, _K, _J = (
    Meaning.REMINDER,
    Meaning.CHANGED,
    Meaning.CANCELLED,
    Meaning.CALL_US,
    Meaning.REJOIN,
)

# By language: sets of sentences, each for one person.
SENTENCES: Final[Mapping[str, tuple[Mapping[Meaning, tuple[str, ...]], ...]]] = {
    "en": (
        {
            _R: ("The plants want water", "The ferns look thirsty"),
            _C: ("I put the ladder somewhere else",),
            _X: ("I put the ladder back",),
            _J: ("The kettle is on again",),
            _K: ("Your scarf is still on my chair",),
        },
        {
            _R: ("Grandma's quilt is nearly done", "The quilt has a blue edge now"),
            _C: ("The quilt gets a green border instead",),
            _X: ("I unpicked the whole quilt",),
            _J: ("Found the thimble again",),
        },
        {
            _R: ("The tomatoes are turning red", "So many beans on the vine"),
            _X: ("The frost took the beans",),
            _C: ("The beans moved to the other bed",),
        },
        {
            _R: ("The bread rose beautifully", "There is a new jar of pickles"),
            _C: ("I used rye flour after all",),
            _X: ("The dough stayed flat",),
            _J: ("The oven is hot again",),
        },
        {
            _R: ("The crossword is hard again", "Someone left a red mitten here"),
            _X: ("I gave up on the crossword",),
        },
        {
            _R: ("The old piano sounds fine", "I learned that song you like"),
            _C: ("The piano stands by the other wall",),
            _X: ("The piano is out of tune",),
            _J: ("The tune goes on after the chorus",),
        },
    ),
    "fr": (
        {
            _R: ("Les fougères ont bien soif", "La soupe aux pois mijote"),
            _C: ("La soupe sera aux carottes",),
            _X: ("La soupe a collé au fond",),
            _J: ("Le bouillon est encore chaud",),
        },
        {
            _R: ("Le tricot avance bien", "Il manque une pelote de laine bleue"),
            _C: ("Le tricot sera vert finalement",),
            _X: ("J'ai défait tout le tricot",),
        },
    ),
    "es": (
        {
            _R: ("Los helechos piden agua", "El pan salió muy rico"),
            _C: ("Puse los helechos en la otra mesa",),
            _X: ("El pan no levantó",),
            _J: ("El horno ya está tibio otra vez",),
        },
        {
            _R: ("La manta de lana va por la mitad", "Falta un botón de la blusa"),
            _X: ("Deshice toda la manta",),
        },
    ),
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
    """The sentences of one person, by the number she has in her language."""
    sets = SENTENCES[language]
    return tuple(
        Phrase(meaning, text)
        for meaning, texts in sets[number % len(sets)].items()
        for text in texts
    )


def code_words(number: int) -> dict[WordFor, tuple[str, ...]]:
    """Her words, by her number among all."""
    return {
        WordFor.IDENTITY: (_IDENTITY[number % len(_IDENTITY)],),
        WordFor.NOT_SAFE: (_NOT_SAFE[number % len(_NOT_SAFE)],),
        WordFor.GET_HELP: _GET_HELP[number % len(_GET_HELP)],
    }
