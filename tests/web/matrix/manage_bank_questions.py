"""Questions are written by those who teach the bank's course."""
from matrix import table

ROWS = table("""
                                      anonymous  trainee  other_trainee  administrator  training_officer  class_teacher  class_monitor  group_leader  instructor  unit_hr  other_officer
GET lms.manage_bank_questions.new     login      404      404            200            200               404            404            404           200         404      404
POST lms.manage_bank_questions.write  login      404      404            303            303               404            404            404           303         404      404
GET lms.manage_bank_questions.version login      404      404            200            200               404            404            404           200         404      404
GET lms.manage_bank_questions.show    login      404      404            200            200               404            404            404           200         404      404
POST lms.manage_bank_questions.edit   login      404      404            303            303               404            404            404           303         404      404
POST lms.manage_bank_questions.review login      404      404            303            303               404            404            404           303         404      404
POST lms.manage_bank_questions.state  login      404      404            303            303               404            404            404           303         404      404
""")
