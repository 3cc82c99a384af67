"""A faulty question is put right by those who teach in the class."""
from matrix import table

ROWS = table("""
                                  anonymous  trainee  other_trainee  administrator  training_officer  class_teacher  class_monitor  group_leader  instructor  unit_hr  other_officer
GET lms.manage_corrections.show   login      403      404            200            200               403            404            404           200         404      404
POST lms.manage_corrections.save  login      403      404            303            303               403            404            404           303         404      404
""")
