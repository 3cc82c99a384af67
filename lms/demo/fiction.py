"""Invented people and places. Any match with somebody or some body real is chance."""
from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass

DISTRICT = "栖梧区"
ORGANISER = "栖梧区总工会（演示）"
STREETS = ("望鹤街道", "听梧街道", "砚桥街道")
TOWNS = ("砚溪镇", "栗坪镇", "雁荻镇", "棠岭镇", "芦渚镇", "鹤松镇", "柿坞镇", "榆汀镇", "云麓镇", "苇泊镇", "竹汀镇", "桐舍镇",
         "杏屏镇", "梅坞镇", "莲浦镇", "藕汊镇", "菱洲镇")
PARKS = ("星汇产业园", "澜科创新园", "云脊开发区", "鹿鸣谷生态区", "望舒物流园")
STATIONS = (*(f"{street}总工会{n}服务站" for street in STREETS for n in ("第一", "第二")),
            *(f"{town}总工会服务站" for town in TOWNS), *(f"{park}工会服务站" for park in PARKS))
GROUPS = 9

_SURNAMES = ("王李张刘陈杨黄赵吴周徐孙马朱胡郭何高林罗郑梁谢宋唐许韩冯邓曹彭曾肖田董袁潘于蒋蔡余杜叶程苏魏吕丁任沈"
             "姚卢姜崔钟谭陆汪范金石廖贾夏韦付方白邹孟熊秦邱江尹薛闫段雷侯龙史陶黎贺顾毛郝龚邵万钱严覃武戴莫孔向汤单解仇")
_DOUBLE_SURNAMES = ("欧阳", "上官", "司马", "诸葛", "皇甫")
_MALE = "伟强磊军洋勇杰涛超明刚平辉鹏飞斌波浩宇志海建国庆林东成德春文武俊安康山岩松柏"
_FEMALE = "芳娜敏静丽艳娟霞秀玲燕红梅兰英萍婷雪琳洁颖莹璐晴慧欣悦岚菊蓉薇瑶倩蕾"
_MIDDLE = "晓子志文永玉春海建秀雅俊思明德佳丽国庆婉清书凤金淑"
_BUREAUS = ("发展和改革局", "教育局", "财政局", "司法局", "民政局", "农业农村局", "水务局", "文化和旅游局", "卫生健康局", "审计局",
            "应急管理局", "统计局", "体育局", "市场监督管理局", "园林绿化局", "交通局", "城市管理局", "信访办公室", "档案馆", "人民法院")
_INSTITUTIONS = ("第一小学", "第二小学", "第三中学", "第四中学", "职业学校", "特殊教育学校", "第一医院", "中医院", "图书馆", "文化馆",
                 "博物馆", "公路养护中心", "水库管理中心", "疾病预防控制中心", "融媒体中心", "进修学校")
_TRADES = ("食品", "机械", "服装", "物流", "家政服务", "商贸", "建筑工程", "种业", "环卫服务", "文化传媒", "矿山设备", "汽车配件", "饮品",
           "公交服务", "包装", "电子科技")
_FEDERATIONS = ("家政行业", "快递行业", "出租汽车行业", "餐饮行业", "建筑行业")
_POSTS = ("工会主席", "工会副主席", "工会委员", "工会干事", "工会财务", "经审委员", "女职工委员")
_STATION_POSTS = ("站长", "副站长", "专职工会社会工作者", "专职工会社会工作者")
_AFFILIATIONS = ("中共党员",) * 6 + ("群众",) * 4 + ("共青团员",) * 2 + ("中共预备党员", "九三学社社员", "民建会员")


@dataclass
class Trainee:
    """A row of the roster, as it would be right."""

    name: str
    gender: str
    unit: str
    category: str
    position: str
    station: str
    ethnic_group: str = "汉族"
    affiliation: str = "群众"
    phone: str = ""
    group: str = ""
    note: str = ""


def trainees(seed: int = 2026, count: int = 300, first_phone: int = 1) -> list[Trainee]:
    """The same people for the same *seed*; no name twice."""
    chance = random.Random(seed)
    places = list(_places(chance))[:300]
    chance.shuffle(places)
    taken: set[str] = set()
    made = []
    for number, (unit, category, position, station) in enumerate(places[:count]):
        gender = chance.choice("男女")
        made.append(Trainee(_name(chance, gender, taken), gender, unit, category, position, station,
                            affiliation=chance.choice(_AFFILIATIONS), phone=f"1990000{first_phone + number:04}"))
    _give_groups(made)
    return made


def _name(chance: random.Random, gender: str, taken: set[str]) -> str:
    while True:
        surname = chance.choice(_DOUBLE_SURNAMES) if chance.random() < 0.02 else chance.choice(_SURNAMES)
        middle = chance.choice(_MIDDLE) if chance.random() < 0.75 else ""
        name = surname + middle + chance.choice(_MALE if gender == "男" else _FEMALE)
        if name not in taken:
            taken.add(name)
            return name


def _places(chance: random.Random) -> Iterator[tuple[str, str, str, str]]:
    """Unit, its category, position and service station, three hundred times."""
    for number in range(70):
        station = STATIONS[number % len(STATIONS)]
        area = station[:2]
        yield f"{area}{_TRADES[number % len(_TRADES)]}有限公司工会", "企业工会", chance.choice(_POSTS), station
    for number in range(60):
        place = (*STREETS, *TOWNS)[number % 20]
        station = next(s for s in STATIONS if s.startswith(place))
        yield f"{place}总工会", "镇街总工会", chance.choice(_POSTS[:4]), station
    for number in range(60):
        yield f"区{_BUREAUS[number % len(_BUREAUS)]}机关工会", "机关工会", chance.choice(_POSTS), ""
    for number in range(56):
        station = STATIONS[number % len(STATIONS)]
        yield station, "工会服务站", chance.choice(_STATION_POSTS), station
    for number in range(40):
        yield f"区{_INSTITUTIONS[number % len(_INSTITUTIONS)]}工会", "事业单位工会", chance.choice(_POSTS), ""
    for number in range(10):
        yield f"区{_FEDERATIONS[number % 5]}工会联合会", "行业工会联合会", chance.choice(("主席", "副主席")), STATIONS[-1 - number % 5]
    for post in ("副部长", "四级调研员", "一级主任科员", "干事"):
        yield f"{DISTRICT}总工会机关", "区总工会", post, ""


def _give_groups(people: list[Trainee]) -> None:
    """A station belongs to one group; who has none goes where the group is smallest."""
    of_station = {station: min(n // 3, GROUPS - 1) for n, station in enumerate(STATIONS)}
    sizes = [0] * GROUPS
    for person in (*(p for p in people if p.station), *(p for p in people if not p.station)):
        group = of_station[person.station] if person.station else sizes.index(min(sizes))
        sizes[group] += 1
        person.group = f"第{group + 1}组"
