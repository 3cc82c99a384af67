"""An amount holds for every class that has the course."""
from matrix import table

ROWS = table("""
                                    anonymous  trainee  other_trainee  administrator  training_officer  class_teacher  class_monitor  group_leader  instructor  unit_hr  other_officer
GET lms.manage_local_amounts.show   login      403      403            200            403               403            403            403           403         403      403
POST lms.manage_local_amounts.save  login      403      403            303            403               403            403            403           403         403      403
""")
