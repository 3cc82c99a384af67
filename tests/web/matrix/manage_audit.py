"""The log is read by administrators."""
from matrix import table

ROWS = table("""
                            anonymous  trainee  other_trainee  administrator  training_officer  class_teacher  class_monitor  group_leader  instructor  unit_hr  other_officer
POST lms.manage_audit.export login     403      403            200            403               403            403            403           403         403      403
GET lms.manage_audit.index  login      403      403            200            403               403            403            403           403         403      403
""")
