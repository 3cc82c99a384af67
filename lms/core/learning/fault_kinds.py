"""What can be wrong between courses and their question banks."""
from __future__ import annotations

from lms.core.documents.faults import FaultKind
from lms.core.i18n import N_

FOLDER_MISSING = FaultKind("folder_missing", N_("没有这个文件夹"), N_("检查路径，或重新安装程序"))
NOTHING_HERE = FaultKind("nothing_here", N_("这个文件夹里没有内容"), N_("放入课程文件夹或题库文件"))
BANK_MISSING = FaultKind("bank_missing", N_("课程的题库“{bank}”没有找到"), N_("建立题库文件 {bank}.yaml，或改正 bank"))
COURSE_MISSING = FaultKind("course_missing", N_("题库所属的课程“{course}”没有找到"), N_("改正 course，或先建立课程"))
BANK_OF_ANOTHER = FaultKind("bank_of_another", N_("题库写的课程是“{course}”，而用它的课程是“{other}”"),
                            N_("让两边相同"))
TOPIC_WITHOUT_MODULE = FaultKind("topic_without_module", N_("知识点“{topic}”没有对应的模块"),
                                 N_("知识点的 id 要与模块的 id 相同；模块有：{allowed}"))
MODULE_WITHOUT_TOPIC = FaultKind("module_without_topic", N_("模块“{module}”没有列为知识点"),
                                 N_("在 topics 里加上 id 为 {module} 的一项"))
QUESTION_ID_USED = FaultKind("question_id_used", N_("题目编号“{id}”已经用在 {first}"), N_("换一个从没有用过的编号"))
QUESTION_FACT_UNKNOWN = FaultKind("question_fact_unknown", N_("题目依据的 {id} 不在课程的 facts.yaml 里"),
                                  N_("改成登记过的编号，或先登记这条事实"))
QUESTION_RECALL = FaultKind("question_recall", N_("{id} 尚未核对，不能用来判分"), N_("换一条核对过的事实，或删掉这题"))
QUESTION_SECONDARY = FaultKind("question_secondary", N_("{id} 只见于一处转述，不能用来判分"),
                               N_("找到第二份独立来源并登记，或删掉这题"))
TEACHES_SHORT = FaultKind("teaches_short", N_("teaches 太短，说明不了教材教过什么"), N_("抄下模块正文里完整的一句"))
TEACHES_NOT_FOUND = FaultKind("teaches_not_found", N_("模块“{module}”的正文里没有 teaches 这句话"),
                              N_("从模块正文照抄一句（去掉引用标记），或先在模块里讲清楚"))
