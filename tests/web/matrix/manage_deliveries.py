"""Whoever may take files out of the class: the register and the archives."""
from matrix import table

ROWS = table("""
                                      anonymous  trainee  other_trainee  administrator  training_officer  class_teacher  class_monitor  group_leader  instructor  unit_hr  other_officer
POST lms.manage_deliveries.register   login      403      404            200            200               200            403            403           403         404      404
GET lms.manage_deliveries.show        login      403      404            200            200               200            403            403           403         404      404
POST lms.manage_deliveries.make       login      403      404            303            303               303            403            403           403         404      404
POST lms.manage_deliveries.take       login      403      404            200            200               200            403            403           403         404      404
""")
