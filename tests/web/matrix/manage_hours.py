"""The office, and to look: a unit's own staff. Only administrators enter and take back."""
from matrix import table

ROWS = table("""
                                 anonymous  trainee  other_trainee  administrator  training_officer  class_teacher  class_monitor  group_leader  instructor  unit_hr  other_officer
GET lms.manage_hours.index       login      403      403            200            403               403            403            403           403         200      403
POST lms.manage_hours.take       login      403      403            200            403               403            403            403           403         200      403
GET lms.manage_hours.person      login      403      403            200            403               403            403            403           403         200      403
POST lms.manage_hours.take_back  login      403      403            303            403               403            403            403           403         403      403
GET lms.manage_hours.new         login      403      403            200            403               403            403            403           403         403      403
POST lms.manage_hours.enter      login      403      403            303            403               403            403            403           403         403      403
""")
