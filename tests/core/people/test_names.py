import pytest

from lms.core.people.names import clean_name, name_key
from lms.core.people.pinyin import pinyin_key


@pytest.mark.parametrize(("typed", "stored"), [
    ("周敏 ", "周敏"), ("李　梅", "李梅"), ("马\u200b明", "马明"), ("努尔兰•哈力克", "努尔兰·哈力克"),
    ("古丽米热・吐尔逊", "古丽米热·吐尔逊"), ("阿依古丽·买买提", "阿依古丽·买买提"), ("陈𠮷安", "陈𠮷安"),
    ("John  Smith", "John Smith")])
def test_a_name_is_stored_as_it_was_meant(typed, stored):
    assert clean_name(typed) == stored


def test_names_are_compared_without_width_case_and_space():
    assert name_key("Ｊｏｈｎ smith") == name_key("JohnSmith")
    assert name_key("刘静") != name_key("刘静静")


@pytest.mark.parametrize(("name", "key", "initials"), [
    ("单雄", "shan xiong", "sx"), ("曾国强", "zeng guo qiang", "zgq"), ("解明", "xie ming", "xm"),
    ("仇英", "qiu ying", "qy"), ("区志强", "ou zhi qiang", "ozq"), ("查良", "zha liang", "zl"),
    ("盖明", "ge ming", "gm"), ("翟让", "zhai rang", "zr"), ("朴智善", "piao zhi shan", "pzs"),
    ("覃海洋", "qin hai yang", "qhy"), ("缪希", "miao xi", "mx"), ("尉迟恭", "yu chi gong", "ycg"),
    ("万俟明", "mo qi ming", "mqm"), ("张赟", "zhang yun", "zy"), ("吕布", "lv bu", "lb"),
    ("陈𠮷安", "chen ji an", "cja"), ("李㛃", "li jie", "lj"), ("王䶮", "wang yan", "wy"),
    ("阿依古丽·买买提", "a yi gu li mai mai ti", "ayglmmt"), ("John Smith", "john smith", "js"),
    ("单增卓嘎", "dan zeng zhuo ga", "dzzg")])
def test_surnames_are_read_as_surnames(name, key, initials):
    assert pinyin_key(name) == (key, initials)


def test_a_persons_own_reading_wins():
    assert pinyin_key("盖明", "Gài Míng") == ("gai ming", "gm")


def test_a_character_made_at_home_stays_and_sorts_last():
    key, _ = pinyin_key("王\ue000")
    assert key > pinyin_key("王中")[0]
