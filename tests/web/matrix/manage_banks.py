"""Seeing a bank is seeing its keys: only for those who teach its course, or a class that has it."""
from matrix import table

ROWS = table("""
                            anonymous  trainee  other_trainee  administrator  training_officer  class_teacher  class_monitor  group_leader  instructor  unit_hr  other_officer
GET lms.manage_banks.index  login      403      403            200            200               403            403            403           200         403      200
GET lms.manage_banks.new    login      403      403            200            200               403            403            403           200         403      200
POST lms.manage_banks.make  login      403      403            303            303               403            403            403           303         403      303
GET lms.manage_banks.show   login      404      404            200            200               404            404            404           200         404      404
""")
