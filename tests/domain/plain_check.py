"""A second, simpler reading of W2 and W3, written without the product's lint.

It knows less: plain words in a row, shapes of figures, code points. Whatever it finds
in a text that the lint lets through is a hole in the lint.
"""

import re
import unicodedata
from typing import Final

# Words that are never ordinary in any of the three languages, without their accents.
_LISTED: Final = """
    abuse abused abuser abusive abus abuso violence violent violencia violento
    assault assaulted harassment harcelement acoso stalker threat threats menaces
    amenaza amenazas victim victims victime victimes victima survivor survivors
    shelter shelters refuge refugio albergue hebergement
    police policeman policier policia tribunal tribunaux courthouse courtroom
    lawyer lawyers attorney avocate abogado abogada judge juge juez jueza
    custody custodia divorce divorced divorcio ordonnance affidavit
    counselling counseling counsellor counselor conseillere consejera consejeria
    therapy therapist therapie therapeute terapia terapeuta psychologist psychologue
    psicologa psicologo psychiatrist psychiatre psiquiatra intervenante intervenantes
    caseworker advocate helpline hotline crisis
    appointment appointments appt session sessions seance seances sesion sesiones
    rdv cita citas consultation consultations video videos zoom skype facetime
    monday tuesday wednesday thursday friday saturday sunday lundi mardi mercredi jeudi
    vendredi samedi dimanche lunes martes miercoles jueves viernes sabado domingo
    today tomorrow tonight demain hoy noon midnight minuit mediodia medianoche
    january february september october november december janvier fevrier juillet
    septembre octobre novembre decembre enero febrero septiembre octubre noviembre
    diciembre
    office offices oficina address adresse direccion hotel motel taxi toronto winnipeg
    urgent urgently urgence urgente urgencia immediately immediatement asap emergency
    emergencia
    banque clinic clinique clinica dentist dentiste dentista hospital hopital
    pharmacy pharmacie farmacia library bibliotheque biblioteca school ecole escuela
    courier coursier livreur parcel colis delivery livraison invoice facture factura
    subscription password netflix amazon
    reply respond rsvp confirm confirmed confirmez confirma repondez responde llamame
"""
FORBIDDEN: Final = set(_LISTED.split())
IN_A_ROW: Final = [
    "rendez vous",
    "half past",
    "o clock",
    "call me",
    "call us",
    "are you",
    "can you",
    "est ce que",
    "aujourd hui",
    "ce soir",
    "esta noche",
    "para manana",
    "safe house",
    "social worker",
    "support group",
    "protection order",
    "appelle moi",
    "rappelle moi",
]
GSM: Final = (
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
DOUBLE: Final = "€^{}[]~|\\\f"


def problems(text: str, names: list[str]) -> list[str]:
    """What the second reading finds; empty means nothing."""
    plain = _plain(text)
    found = [each for each in re.findall(r"[a-z]+", plain) if each in FORBIDDEN]
    row = " " + " ".join(re.findall(r"[a-z0-9]+", plain)) + " "
    found += [each for each in IN_A_ROW if f" {each} " in row]
    found += [each for each in names if f" {_plain(each)} " in row]
    found += [each for each in "?¿@" if each in unicodedata.normalize("NFKC", text)]
    if re.search(r"https?|www\.|\.(com|ca|org|net)\b|//", plain):
        found.append("link")
    if re.search(r"\d{3}|\d\s*[:/.-]\s*\d|\d\s*(am|pm|h)\b|\d\s*$", plain):
        found.append("figures")
    if sum(each.isdigit() for each in plain) >= 7:
        found.append("phone")
    found += [f"U+{ord(each):04X}" for each in text if _hidden(each)]
    if not _one_segment(unicodedata.normalize("NFC", text)):
        found.append("too long")
    return found


def _plain(text: str) -> str:
    whole = re.sub("[¼½¾⅐-⅞↉]", " ", text)  # a part of a cup is no figure
    apart = unicodedata.normalize("NFKD", whole).casefold()
    return "".join(each for each in apart if not unicodedata.combining(each))


def _hidden(char: str) -> bool:
    return unicodedata.category(char) in {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}


def _one_segment(text: str) -> bool:
    if all(each in GSM + DOUBLE for each in text):
        return len(text) + sum(each in DOUBLE for each in text) <= 136
    return len(text.encode("utf-16-le", "surrogatepass")) // 2 <= 70
