"""Names in the order of strokes: known counts, rare characters, and an order that people expect of a printed list."""
from lms.core.people.strokes import stroke_count, stroke_key


def test_every_character_of_a_real_name_has_its_strokes():
    counts = {"一": 1, "丁": 2, "王": 4, "刘": 6, "阳": 6, "张": 7, "李": 7, "陈": 7, "欧": 8, "静": 14, "赟": 16, "𠮷": 6, "㛃": 9, "䶮": 9}
    assert {character: stroke_count(character) for character in counts} == counts
    assert stroke_count("A") == stroke_count("·") == stroke_count("\U0003FFFF") == 0


def test_few_strokes_come_first_and_a_surname_stays_together():
    wanted = ["丁一", "王方", "王芳", "孙晨", "李四", "陈𠮷安", "欧阳天林", "迪丽努尔·阿卜杜热西提", "赵子红"]
    shuffled = [wanted[place] for place in (4, 8, 0, 7, 2, 6, 1, 5, 3)]
    assert sorted(shuffled, key=stroke_key) == wanted
    assert stroke_key("阿依·买买提") == stroke_key("阿依•买买提") and stroke_key("王") < stroke_key("王一")
