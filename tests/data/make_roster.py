"""Make ``roster-300.csv``: 300 fictional people, one of them twice, with the awkward cases that real rosters have.

Names are put together at random, places and enterprises are invented, phone numbers are of no network (199-0000-…).
Run ``python tests/data/make_roster.py`` after a change; a test compares the file with what this makes.
"""
from __future__ import annotations

import csv
import io
import random
from pathlib import Path

FILE = Path(__file__).with_name("roster-300.csv")
HEADINGS = ("序号", "姓名", "性别", "民族", "政治面貌", "单位", "单位类别", "职务", "手机号", "所属服务站", "分组",
            "备注")
PEOPLE = 300
REPEATED, REPEATS_AT = 150, 221  # the row that stands in the file twice, and where it stands again
FIRST_PHONE = 19900005000

_SURNAMES = "安白毕卜蔡岑常车成程楚褚崔戴单邓丁董窦杜段樊方房费封冯符傅甘高葛耿龚古谷顾关管郭韩郝贺洪侯"
_GIVEN = "安柏斌冰波博畅晨澄传春聪翠丹德东栋端恩帆方芳飞芬丰峰福甫刚耕光广桂国海涵翰航浩和恒弘华焕辉惠慧"
_PLACES = ("白榆", "沧桥", "渡口", "芳洲", "古柳", "禾丰", "镜湖", "兰坡", "麦庄", "牛栏",
           "漆园", "石门", "桐岭", "乌石", "溪山", "雁栖", "竹溪", "云台")
_TRADES = ("机电设备", "园艺", "纺织", "陶瓷", "乳业", "冷链运输", "钟表", "木业")
_BUREAUS = ("地方志办公室", "气象服务中心", "粮食储备站", "广播站", "测绘院", "林业站", "水文站", "地震台")
_ETHNIC = ("汉族", "汉族", "汉族", "汉族", "汉族", "汉族", "满族", "回族", "蒙古族")
_AFFILIATIONS = ("中共党员", "中共党员", "群众", "群众", "共青团员", "中共预备党员")
_POSITIONS = ("工会主席", "工会副主席", "女职工委员", "组织委员", "经审委员", "专职工会社会工作者")
STATIONS = (*(f"{place}镇总工会服务站" for place in _PLACES), *(f"{place}街道总工会驿站" for place in _PLACES[:10]))

# By 序号: what is typed into the cells, as people do.
AWKWARD: dict[int, dict[str, str]] = {
    12: {"姓名": "顾春兰", "单位": "区测绘院工会", "性别": "女"},          # same name, same unit as 208, other phone
    208: {"姓名": "顾春兰", "单位": "区测绘院工会", "性别": "女"},
    20: {"姓名": "洪海峰", "性别": "男"},                                # same name as 177, other unit
    177: {"姓名": "洪海峰", "性别": "女"},
    31: {"姓名": "岑𠮷瑾"},                                              # outside the basic plane
    32: {"姓名": "方㛃"},                                                # extension A
    33: {"姓名": "傅䶮"},
    34: {"姓名": "蔡赟"},
    40: {"姓名": "热依汗·阿布都拉", "民族": "维吾尔族"},
    41: {"姓名": "叶尔兰•赛力克", "民族": "哈萨克族"},                     # U+2022
    42: {"姓名": "木卡代斯・艾合买提", "民族": "维吾尔族"},                 # U+30FB
    43: {"姓名": "阿卜杜热合曼·伊敏江", "民族": "维吾尔族"},                # long
    44: {"姓名": "次仁央金", "民族": "藏族"},                            # no surname
    45: {"姓名": "乌日娜", "民族": "蒙古族"},
    50: {"姓名": "费东 "},
    51: {"姓名": "樊　丹"},                                              # U+3000 inside
    52: {"姓名": "耿\u200b海"},                                          # zero width
    60: {"手机号": "１９９００００５０６０"},
    61: {"手机号": "199-0000-5061"},
    62: {"手机号": "199 0000 5062"},
    63: {"手机号": "+86 19900005063"},
    64: {"手机号": "'19900005064"},
    65: {"手机号": "19900005065  "},
    66: {"手机号": "1.99E+10"},
    67: {"手机号": ""},
    70: {"分组": "第２组"},
    71: {"单位": " 区气象服务中心工会"},
    72: {"职务": "工会主席\u00a0"},
    73: {"性别": "女性"},
    74: {"单位": "溪山开发区工会联合会（商贸,餐饮）"},
    75: {"备注": '自带"教材"一本'},
    76: {"备注": "第一天上午\n晚到"},
}


def make() -> str:
    """The file's text."""
    rows = _people(random.Random(20260706))
    out = io.StringIO()
    writer = csv.DictWriter(out, HEADINGS, lineterminator="\r\n")
    writer.writeheader()
    writer.writerows(rows)
    return "\ufeff" + out.getvalue()


def _people(chance: random.Random) -> list[dict[str, str]]:
    rows: list[dict[str, str]] = []
    used: set[str] = set()
    for number in range(1, PEOPLE + 2):
        if number == REPEATS_AT:
            rows.append({**rows[REPEATED - 1], "序号": str(number)})
            continue
        row = _person(chance, number, used)
        row.update(AWKWARD.get(number, {}))
        rows.append(row)
    return rows


def _person(chance: random.Random, number: int, used: set[str]) -> dict[str, str]:
    name = ""
    while not name or name in used:
        name = chance.choice(_SURNAMES) + "".join(chance.sample(_GIVEN, chance.choice((1, 2, 2))))
    used.add(name)
    station_place = number % len(STATIONS)
    place = _PLACES[number % len(_PLACES)]
    kinds = (
        (f"{place}{_TRADES[number % len(_TRADES)]}有限公司工会", "企业工会", STATIONS[station_place]),
        (f"区{_BUREAUS[number % len(_BUREAUS)]}工会", "事业单位工会", ""),
        (STATIONS[station_place], "工会服务站", STATIONS[station_place]),
        (f"{place}镇总工会", "镇街总工会", STATIONS[station_place]),
    )
    unit, category, station = kinds[number // len(STATIONS) % len(kinds)]
    return {"序号": str(number), "姓名": name, "性别": chance.choice("男女"), "民族": chance.choice(_ETHNIC),
            "政治面貌": chance.choice(_AFFILIATIONS), "单位": unit, "单位类别": category,
            "职务": chance.choice(_POSITIONS), "手机号": str(FIRST_PHONE + number), "所属服务站": station,
            "分组": f"第{number % 9 + 1}组", "备注": ""}


if __name__ == "__main__":
    FILE.write_bytes(make().encode())
