"""Only whoever certifies issues."""
from matrix import table

ROWS = table("""
                                      anonymous  trainee  other_trainee  administrator  training_officer  class_teacher  class_monitor  group_leader  instructor  unit_hr  other_officer
GET lms.manage_issuing.ask            login      403      404            200            200               403            403            403           403         404      404
POST lms.manage_issuing.ask_selected  login      403      404            200            200               403            403            403           403         404      404
POST lms.manage_issuing.issue         login      403      404            303            303               403            403            403           403         404      404
GET lms.manage_issuing.picture        login      403      404            200            200               403            403            403           403         404      404
""")
