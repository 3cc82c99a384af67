"""Questions leave with their keys: only by those who teach the bank's course."""
from matrix import table

ROWS = table("""
                                        anonymous  trainee  other_trainee  administrator  training_officer  class_teacher  class_monitor  group_leader  instructor  unit_hr  other_officer
POST lms.manage_bank_exports.questions  login      404      404            200            200               404            404            404           200         404      404
GET lms.manage_bank_exports.printed     login      404      404            200            200               404            404            404           200         404      404
""")
