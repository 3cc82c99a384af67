"""What can be wrong with a course folder."""
from __future__ import annotations

from lms.core.documents.faults import WARNING, FaultKind
from lms.core.i18n import N_

# the folder and its registers
ID_NOT_FOLDER = FaultKind("id_not_folder", N_("id 是“{id}”，文件夹名是“{name}”"), N_("让两者相同"))
ID_NOT_FILE_NAME = FaultKind("id_not_file_name", N_("id 是“{id}”，文件名里是“{name}”"), N_("让两者相同"))
BAD_MODULE_NAME = FaultKind("bad_module_name", N_("模块文件名写成了“{name}”"),
                            N_("写成两位数字加英文短名，例如 01-legal-standing.md"))
MODULE_TWICE = FaultKind("module_twice", N_("modules 里“{name}”写了两次"), N_("只保留一处"))
MODULE_NOT_LISTED = FaultKind("module_not_listed", N_("这个文件没有列在 course.yaml 的 modules 里，学员看不到"),
                              N_("列进去，或把文件移走"), WARNING)
NO_FRONT_MATTER = FaultKind("no_front_matter", N_("开头没有用 --- 夹住的说明"),
                            N_("第一行写 ---，接着写 id、title 等，再用一行 --- 结束"))
BAD_FACT_ID = FaultKind("bad_fact_id", N_("事实编号写成了“{id}”"), N_("写成大写字母加数字，例如 FR-101"))
BAD_EFFECTIVE = FaultKind("bad_effective", N_("施行日期写成了“{value}”"),
                          N_("写成 2022-01-01，或只写到年、月；不知道就留空，在 note 里说明"))
NO_EFFECTIVE = FaultKind("no_effective", N_("没有写施行日期，也没有说明原因"),
                         N_("在 effective 写日期，或在 note 里说明为什么不知道"))
AMOUNT_FACT_UNKNOWN = FaultKind("amount_fact_unknown", N_("数额“{id}”依据的事实 {fact} 不在 facts.yaml 里"),
                                N_("写登记过的编号，或先登记这条事实"))
REVIEW_PASSED = FaultKind("review_passed", N_("复核日期 {day} 已过"),
                          N_("重新核对内容，更新 reviewer_note 和 review_by"), WARNING)

# pictures
ASSET_MISSING = FaultKind("asset_missing", N_("没有图片“{asset}”"),
                          N_("把图片放进课程的 assets 文件夹，名字大小写要一致"))
ASSET_TYPE = FaultKind("asset_type", N_("“{asset}”不是可用的图片类型"), N_("用 {types}"))
ASSET_ACTIVE = FaultKind("asset_active", N_("图片“{asset}”里有脚本、外部引用，或不是完整的 SVG"),
                         N_("在画图软件里另存为纯 SVG，去掉脚本、事件和外部链接"))
IMAGE_ELSEWHERE = FaultKind("image_elsewhere", N_("图片“{url}”不在 assets 文件夹里"),
                            N_("把图片放进 assets，写成 ![说明](assets/文件名)"))
IMAGE_NO_TEXT = FaultKind("image_no_text", N_("图片没有文字说明"),
                          N_("在方括号里写出图上说的是什么，看不见图的人靠它"))

# the body
RAW_HTML = FaultKind("raw_html", N_("不能写 HTML：{html}"), N_("改用 Markdown 的标题、列表、表格、加粗"))
UNSUPPORTED = FaultKind("unsupported", N_("这里用了教材里不能用的写法（{name}）"),
                        N_("只用二三级标题、段落、列表、表格、加粗、引用、图片、链接和案例块"))
HEADING_LEVEL = FaultKind("heading_level", N_("标题级别不对"), N_("只用 ## 和 ###，页面大标题由 title 给出"))
BAD_LINK = FaultKind("bad_link", N_("链接“{url}”写得不对"), N_("写完整的网址，以 https:// 开头，中间没有空格"))
LINK_NO_TEXT = FaultKind("link_no_text", N_("链接没有文字"), N_("在方括号里写出它指向什么"))
BAD_MARK = FaultKind("bad_mark", N_("“{mark}”像是引用或数额标记，但写法不对"),
                     N_("用英文方括号，一对括号一个编号：[@FR-101][@FR-102]，数额写 [=编号]"))
FACT_UNKNOWN = FaultKind("fact_unknown", N_("引用的 {id} 不在 facts.yaml 里"),
                         N_("改成登记过的编号，或先登记这条事实"))
FACT_UNKNOWN_MEANT = FaultKind("fact_unknown", N_("引用的 {id} 不在 facts.yaml 里"), N_("是想写 {meant} 吗？"))
RECALL_CITED = FaultKind("recall_cited", N_("{id} 尚未核对，不能当作规则引用"),
                         N_("去掉引用，改写成“本地标准以……为准”，或用数额 [=编号]"))
SECONDARY_UNMARKED = FaultKind("secondary_unmarked", N_("{id} 只见于转述，这一段没有说明"),
                               N_("在同一段（表格可在紧接的下一段）写“据……转述，以现行文件为准”"))
AMOUNT_UNKNOWN = FaultKind("amount_unknown", N_("数额“{id}”没有在 course.yaml 的 amounts 里"),
                           N_("改正编号，或先登记这个数额"))
AMOUNT_UNKNOWN_MEANT = FaultKind("amount_unknown", N_("数额“{id}”没有在 course.yaml 的 amounts 里"),
                                 N_("是想写 [={meant}] 吗？"))
AMOUNT_UNUSED = FaultKind("amount_unused", N_("数额“{id}”没有模块用到"),
                          N_("在正文里写 [={id}]，或删掉它"), WARNING)

# the sections
SECTION_MISSING = FaultKind("section_missing", N_("没有“{section}”一节"), N_("按顺序加上标题 ## {section}"))
SECTION_TWICE = FaultKind("section_twice", N_("“{section}”一节有两处"), N_("并成一处"))
SECTION_ORDER = FaultKind("section_order", N_("“{section}”一节的位置不对"), N_("各节的顺序：{order}"))
RULE_UNCITED = FaultKind("rule_uncited", N_("“{section}”里没有引用任何事实"),
                         N_("在每条规则后写出依据，例如 [@FR-101]"))
STATEMENT_UNCITED = FaultKind("statement_uncited", N_("这段规则没有引用依据"),
                              N_("写出依据，例如 [@FR-101]；不是规则的话移到别的节"), WARNING)
NO_OVERVIEW = FaultKind("no_overview", N_("“{section}”里没有表格或图片"), N_("放一张表格，或一张 assets 里的图"))
NO_FIGURES = FaultKind("no_figures", N_("“{section}”里没有数字"), N_("写一个带数字的例子，算给人看"))
ITEM_COUNT = FaultKind("item_count", N_("“{section}”有 {count} 条"),
                       N_("写 {low} 到 {high} 条，每条以“- ”开头"))
CASE_COUNT = FaultKind("case_count", N_("有 {count} 个 case 块"), N_("每个模块恰好一个，放在“案例”一节里"))
CASE_PLACE = FaultKind("case_place", N_("case 块不在“案例”一节里"), N_("移到标题 ## 案例：… 下面"))
CASE_RIGHT = FaultKind("case_right", N_("案例有 {count} 个选项标了 right: true"), N_("恰好一个选项写 right: true"))
CASE_OPTIONS = FaultKind("case_options", N_("案例有 {count} 个选项"), N_("写 2 到 6 个选项"))
FENCE_OPEN = FaultKind("fence_open", N_("``` 没有结束"), N_("在块的末尾单独一行写 ```"))
TOO_SHORT = FaultKind("too_short", N_("正文有 {count} 个汉字，少于 {low} 个"),
                      N_("补充到 {low} 至 {high} 个汉字（案例块不计）"))
TOO_LONG = FaultKind("too_long", N_("正文有 {count} 个汉字，多于 {high} 个"),
                     N_("删到 {low} 至 {high} 个汉字（案例块不计）"))
