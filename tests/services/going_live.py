"""The whole list of going live, signed by one person."""

from scheduler.domain.going_live import ASKED, Item
from scheduler.services.house import Actor, House
from scheduler.services.stops import backups, going_live


def drilled(house: House) -> None:
    """A backup of this minute was brought back elsewhere."""
    backups.drill_done(house, backups.drill_word(house, house.now()), 20)


def sign_everything(house: House, by: Actor, *besides: Item) -> None:
    """Every item but these, the first choice where there is one."""
    if Item.DRILL not in besides:
        drilled(house)
    for item in Item:
        if item not in besides:
            choices = ASKED[item].choices
            going_live.sign(house, by, item.value, choices[0][0] if choices else "")
