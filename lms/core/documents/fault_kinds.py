"""What can be wrong with any file of fields, before its subject matters."""
from __future__ import annotations

from lms.core.documents.faults import FaultKind
from lms.core.i18n import N_

FILE_MISSING = FaultKind("file_missing", N_("没有这个文件，或不能读取"), N_("检查文件名和读取权限"))
FILE_TOO_LARGE = FaultKind("file_too_large", N_("文件超过 {mb} MB"), N_("拆成几个文件，图片先压缩"))
NOT_UTF8 = FaultKind("not_utf8", N_("文件不是 UTF-8 编码，从这一行起读不出文字"),
                     N_("在编辑器里另存为 UTF-8 编码（不要用 GBK 或 GB18030）"))
CONTROL_CHARACTER = FaultKind("control_character", N_("这里有一个不能用的控制字符"),
                              N_("删掉这个看不见的字符，重新输入这一行"))
YAML_SYNTAX = FaultKind("yaml_syntax", N_("YAML 写法有误：{reason}"),
                        N_("检查这里和上面几行的缩进、冒号后的空格、引号和括号；文字里有冒号或 # 时用引号括起来"))
SEVERAL_DOCUMENTS = FaultKind("several_documents", N_("一个文件里只能有一份 YAML 内容"), N_("删掉多余的 ---"))
ALIAS = FaultKind("alias", N_("不能使用 & 锚点和 * 引用"), N_("把内容完整写出来；若是普通文字，用引号括起来"))
TAG = FaultKind("tag", N_("不能使用 ! 标签"), N_("去掉标签；若是普通文字，用引号括起来"))
TOO_DEEP = FaultKind("too_deep", N_("层次超过 {depth} 层"), N_("按内容格式说明减少嵌套"))
KEY_NOT_TEXT = FaultKind("key_not_text", N_("键必须是一个词"), N_("去掉多余的方括号、花括号或问号"))
KEY_TWICE = FaultKind("key_twice", N_("“{key}”写了两次"), N_("只保留一处"))

NOT_MAP = FaultKind("not_map", N_("这里应当是若干“键: 值”"), N_("对照内容格式说明里的例子写"))
NOT_LIST = FaultKind("not_list", N_("“{key}”应当是一个列表"), N_("每一项前写“- ”，或写成 [一, 二]"))
NOT_TEXT = FaultKind("not_text", N_("“{key}”应当是一段文字"),
                     N_("写成 {key}: 文字；文字里有英文逗号或冒号时用引号括起来"))
NOT_TITLES = FaultKind("not_titles", N_("“{key}”要有中文和英文"), N_("写成 {key}: {example}"))
NOT_FLAG = FaultKind("not_flag", N_("“{key}”写成了“{value}”"), N_("只写 true 或 false"))
MISSING_KEY = FaultKind("missing_key", N_("缺少“{key}”"), N_("加上一行 {key}: …"))
EMPTY = FaultKind("empty", N_("“{key}”是空的"), N_("填上内容"))
UNKNOWN_KEY = FaultKind("unknown_key", N_("不认识“{key}”"),
                        N_("删掉它；文字里有英文逗号时用引号括起来。这里可以写：{known}"))
UNKNOWN_KEY_MEANT = FaultKind("unknown_key", N_("不认识“{key}”"), N_("是想写“{meant}”吗？"))
BAD_SLUG = FaultKind("bad_slug", N_("“{key}”写成了“{value}”"),
                     N_("只用小写字母、数字和连字符，例如 finance-rules"))
BAD_NUMBER = FaultKind("bad_number", N_("“{key}”写成了“{value}”"), N_("写一个 {low} 到 {high} 的整数"))
BAD_DATE = FaultKind("bad_date", N_("“{key}”写成了“{value}”，不是一个日期"), N_("写成 2027-06-30 这样的年-月-日"))
BAD_CHOICE = FaultKind("bad_choice", N_("“{key}”写成了“{value}”"), N_("可以写的有：{allowed}"))
BAD_CHOICE_MEANT = FaultKind("bad_choice", N_("“{key}”写成了“{value}”"),
                             N_("是想写“{meant}”吗？可以写的有：{allowed}"))
DUPLICATE_ID = FaultKind("duplicate_id", N_("编号“{id}”已经用在 {first}"), N_("换一个从没有用过的编号"))
