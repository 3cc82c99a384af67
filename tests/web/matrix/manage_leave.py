"""Requests for leave, with their reasons, are for those who may approve; whoever calls the roll sees only who is on leave."""
from matrix import table

ROWS = table("""
                              anonymous  trainee  other_trainee  administrator  training_officer  class_teacher  class_monitor  group_leader  instructor  unit_hr  other_officer
GET lms.manage_leave.index    login      403      404            200            200               200            403            403           403         404      404
GET lms.manage_leave.show     login      403      404            200            200               200            403            403           403         404      404
POST lms.manage_leave.settle  login      403      404            303            303               303            403            403           403         404      404
POST lms.manage_leave.back    login      403      404            303            303               303            403            403           403         404      404
POST lms.manage_leave.proof   login      403      404            200            200               200            403            403           403         404      404
""")
