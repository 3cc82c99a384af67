"""Questions are imported by those who teach the bank's course."""
from matrix import table

ROWS = table("""
                                      anonymous  trainee  other_trainee  administrator  training_officer  class_teacher  class_monitor  group_leader  instructor  unit_hr  other_officer
GET lms.manage_bank_imports.upload    login      404      404            200            200               404            404            404           200         404      404
POST lms.manage_bank_imports.read     login      404      404            303            303               404            404            404           303         404      404
POST lms.manage_bank_imports.parse    login      404      404            200            200               404            404            404           200         404      404
GET lms.manage_bank_imports.marked    login      404      404            200            200               404            404            404           200         404      404
GET lms.manage_bank_imports.template  login      404      404            200            200               404            404            404           200         404      404
GET lms.manage_bank_imports.show      login      404      404            200            200               404            404            404           200         404      404
POST lms.manage_bank_imports.commit   login      404      404            303            303               404            404            404           303         404      404
POST lms.manage_bank_imports.drop     login      404      404            303            303               404            404            404           303         404      404
""")
