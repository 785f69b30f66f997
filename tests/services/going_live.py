"""The whole list of going live, signed by one person."""

from scheduler.domain.going_live import ASKED, Item
from scheduler.services.house import Actor, House
from scheduler.services.stops import going_live


def sign_everything(house: House, by: Actor, *besides: Item) -> None:
    """Every item but these, the first choice where there is one."""
    for item in Item:
        if item not in besides:
            choices = ASKED[item].choices
            going_live.sign(house, by, item.value, choices[0][0] if choices else "")
