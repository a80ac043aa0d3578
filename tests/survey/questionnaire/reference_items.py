"""What may be asked: the reference's table of items, typed here so that the shipped form is held to it."""

from __future__ import annotations

from typing import NamedTuple

DK = ("98", "99")

SAFE4 = ("very_safe", "fairly_safe", "bit_unsafe", "very_unsafe")
EXT4 = ("lot", "some", "little", "not_at_all")
OFT4 = ("never", "once_twice", "several_times", "most_weeks")
FAIR4 = ("very_fair", "fairly_fair", "bit_unfair", "very_unfair")
INC6 = ("money", "education", "job", "living", "compensation", "health")


class Item(NamedTuple):
    """A row of the reference: who is asked what, how sensitive it is, how it is scored."""

    name: str
    options: tuple[str, ...]
    groups: str
    sensitivity: str
    self_entry: bool = False
    direction: str = ""
    multiple: bool = False


ITEMS = (
    Item("c_agree", ("yes", "no"), "MWY", "L"),
    Item("p_group", ("member", "woman", "youth"), "MWY", "H"),
    Item("p_gender", ("woman", "man", "99"), "MWY", "M"),
    Item("p_age", ("under_18", "18_24", "25_29", "30_44", "45_59", "60_up", "99"), "MWY", "M"),
    Item("p_settle", ("village", "town", "city", "camp", *DK), "MWY", "L"),
    Item("saf_day", (*SAFE4, *DK), "MWY", "L", direction="up"),
    Item("saf_night", (*SAFE4, "97", *DK), "MWY", "L", direction="up"),
    Item("saf_market", (*SAFE4, "97", *DK), "MWY", "L", direction="up"),
    Item("saf_school", (*SAFE4, "97", *DK), "WY", "L", direction="up"),
    Item("saf_road", (*SAFE4, "97", *DK), "MWY", "L", direction="up"),
    Item("saf_trend", ("safer", "same", "less_safe", *DK), "MWY", "L"),
    Item("tr_police", (*EXT4, *DK), "MWY", "M", direction="up"),
    Item("tr_admin", (*EXT4, *DK), "MWY", "M", direction="up"),
    Item("tr_body", (*EXT4, *DK), "MWY", "H", self_entry=True, direction="up"),
    Item("tr_elders", (*EXT4, *DK), "MWY", "M", direction="up"),
    Item("resp_first", ("police", "administration", "committee", "elders", "nobody", *DK), "WY", "M"),
    Item("rep_safe", (*SAFE4, *DK), "MWY", "H", self_entry=True, direction="up"),
    Item("mob_avoid", (*OFT4, *DK), "MWY", "L", direction="down"),
    Item("coh_help", (*EXT4, *DK), "MWY", "L", direction="up"),
    Item("coh_mix", (*EXT4, *DK), "MWY", "M", direction="up"),
    Item("prep_know", (*EXT4, *DK), "WY", "L", direction="up"),
    Item("gov_serv", (*EXT4, *DK), "WY", "L", direction="up"),
    Item(
        "l_join",
        ("own_wish", "community_chose", "family_turn", "officials_asked", "no_choice", *DK),
        "M",
        "H",
        self_entry=True,
    ),
    Item("l_free", (*EXT4, *DK), "M", "H", self_entry=True, direction="up"),
    Item("l_clear", (*EXT4, *DK), "M", "M", direction="up"),
    Item(
        "l_train",
        ("first_aid", "law_rights", "disputes", "women_youth", "none", *DK),
        "M",
        "M",
        multiple=True,
    ),
    Item("l_protect", (*EXT4, *DK), "M", "H", self_entry=True, direction="up"),
    Item("l_threat", (*OFT4, *DK), "M", "H", self_entry=True, direction="down"),
    Item("l_family", (*EXT4, *DK), "M", "M", direction="up"),
    Item("l_women", (*EXT4, *DK), "M", "M", direction="up"),
    Item("l_youth", (*EXT4, *DK), "M", "M", direction="up"),
    Item("l_account", (*FAIR4, *DK), "M", "M", direction="up"),
    Item("w_move", (*EXT4, *DK), "W", "M", direction="up"),
    Item("w_reach", (*SAFE4, *DK), "W", "L", direction="up"),
    Item("w_space", ("yes", "yes_cannot", "no", *DK), "W", "L"),
    Item("w_voice", (*EXT4, *DK), "W", "M", direction="up"),
    Item("w_part", ("yes", "relative", "wanted", "no", *DK), "W", "M"),
    Item("w_tell", ("yes", "no", *DK), "W", "M", self_entry=True),
    Item("y_main", ("study", "paid_work", "both", "looking", "home", "none", *DK), "Y", "L"),
    Item("y_job", (*EXT4, *DK), "Y", "L", direction="up"),
    Item("y_skill", ("yes", "offered", "no", *DK), "Y", "L"),
    Item("y_online", (*OFT4, "97", *DK), "Y", "M", self_entry=True, direction="down"),
    Item("y_belong", (*EXT4, *DK), "Y", "L", direction="up"),
    Item("y_voice", (*EXT4, *DK), "Y", "M", direction="up"),
    Item("i_got", (*INC6, "none", *DK), "MWY", "M", multiple=True),
    Item("i_time", ("yes", "partly_late", "very_late", "no_promise", *DK), "MWY", "L"),
    Item("i_enough", (*EXT4, *DK), "MWY", "L", direction="up"),
    Item("i_fair", (*FAIR4, *DK), "MWY", "M", direction="up"),
    Item("i_want1", (*INC6, *DK), "MWY", "L"),
    Item("i_want2", (*INC6, *DK), "MWY", "L"),
    Item(
        "i_effect",
        ("jealousy", "quarrels", "less_safe", "pressure", "good_feeling", "none", *DK),
        "MWY",
        "H",
        self_entry=True,
        multiple=True,
    ),
)
#: Set by the worker or the round, not counted among the items of an interview.
PRESETS = ("round", "district", "mode", "s_private")
SCORES = {
    **dict(zip(SAFE4, ("100", "67", "33", "0"), strict=True)),
    **dict(zip(EXT4, ("100", "67", "33", "0"), strict=True)),
    **dict(zip(OFT4, ("0", "33", "67", "100"), strict=True)),
    **dict(zip(FAIR4, ("100", "67", "33", "0"), strict=True)),
}
GROUPS = {"M": "member", "W": "woman", "Y": "youth"}
#: An interview in which everything is reached.
FULL = {"c_agree": "yes", "p_age": "25_29", "s_private": "alone", "i_got": "money", "i_want1": "job"}
