"""Leave on paper is entered by those who may approve leave in the class."""
from matrix import table

ROWS = table("""
                                    anonymous  trainee  other_trainee  administrator  training_officer  class_teacher  class_monitor  group_leader  instructor  unit_hr  other_officer
GET lms.manage_leave_filing.new     login      403      404            200            200               200            403            403           403         404      404
POST lms.manage_leave_filing.enter  login      403      404            303            303               303            403            403           403         404      404
""")
