"""What can be wrong with a question bank's file."""
from __future__ import annotations

from lms.core.documents.faults import WARNING, FaultKind
from lms.core.i18n import N_

ID_NOT_FILE = FaultKind("id_not_file", N_("id 是“{id}”，文件名是“{name}”"), N_("让两者相同"))
TOPIC_UNKNOWN = FaultKind("topic_unknown", N_("“{topic}”不在 topics 里"), N_("可以写的有：{allowed}"))
OPTIONS_NOT_ALLOWED = FaultKind("options_not_allowed", N_("判断题不能有 options"),
                                N_("删掉 options，答案写 true 或 false"))
OPTION_LETTERS = FaultKind("option_letters", N_("选项的字母是 {letters}"), N_("从 A 起依次写：A、B、C、D"))
OPTION_COUNT = FaultKind("option_count", N_("有 {count} 个选项"), N_("单选题写 4 个选项，多选题写 4 至 5 个"))
OPTION_TWICE = FaultKind("option_twice", N_("选项 {first} 和 {second} 的文字相同"), N_("改写其中一个"))
ALL_OF_ABOVE = FaultKind("all_of_above", N_("选项 {letter} 写了“{words}”"),
                         N_("换成一个具体的说法；要考几个都对，改用多选题"))
ANSWER_SINGLE = FaultKind("answer_single", N_("单选题的答案写成了“{answer}”"), N_("写一个选项字母，例如 answer: B"))
ANSWER_MULTIPLE = FaultKind("answer_multiple", N_("多选题的答案写成了“{answer}”"),
                            N_("写 2 至 4 个不同的选项字母，至少留一个错的，例如 answer: [A, C]"))
ANSWER_TRUEFALSE = FaultKind("answer_truefalse", N_("判断题的答案写成了“{answer}”"),
                             N_("写 true（对）或 false（错）"))
STEM_TWICE = FaultKind("stem_twice", N_("题干和第 {first} 行的题相同"), N_("改写或删掉一题"))
NOT_TAUGHT = FaultKind("not_taught", N_("复核结论是 {verdict}，这题还不能用"),
                       N_("改题目或补教材，再复核一次"), WARNING)
EXPLANATION_LETTER = FaultKind("explanation_letter", N_("解析写了选项的字母 {letter}，作答时选项的次序会打乱"),
                               N_("不写字母，用几个字说出是哪个选项"), WARNING)
REVIEW_FACT = FaultKind("review_fact", N_("review 里的事实 {fact} 不是这题依据的事实"), N_("写 facts 里的一个编号"))
BANK_REVIEW_PASSED = FaultKind("bank_review_passed", N_("复核日期 {day} 已过"),
                               N_("重新核对题目，更新 review_by"), WARNING)

# what would let a trainee guess
TOO_FEW = FaultKind("too_few", N_("题库有 {count} 题，少于 {low} 题"), N_("补足到 {low} 题"))
TOPIC_EMPTY = FaultKind("topic_empty", N_("知识点“{topic}”没有题目"), N_("每个知识点至少写一题"), WARNING)
LETTER_BALANCE = FaultKind("letter_balance", N_("单选题的正确答案有 {percent}% 是 {letter}"),
                           N_("调换一些题的选项顺序，每个字母不超过 40%"))
LONGEST_RIGHT = FaultKind("longest_right", N_("{percent}% 的单选题，正确选项是最长的一个"),
                          N_("缩短正确选项或把错误选项写完整，降到 40% 以下"))
SHORTEST_RIGHT = FaultKind("shortest_right", N_("{percent}% 的单选题，正确选项是最短的一个"),
                           N_("把正确选项写完整或缩短错误选项，降到 40% 以下"))
MULTIPLE_SAME = FaultKind("multiple_same", N_("所有多选题都有 {count} 个正确选项"),
                          N_("让正确选项的个数有多有少（2 至 4 个）"))
MULTIPLE_LETTER = FaultKind("multiple_letter", N_("多选题里的 {letter}，{percent}% 的题是正确选项"),
                            N_("调换一些题的选项顺序，让每个字母有对有错（15% 至 85%）"))
TRUE_BALANCE = FaultKind("true_balance", N_("判断题有 {percent}% 是对的"),
                         N_("改写一些题，让对和错各占 40% 至 60%"))
