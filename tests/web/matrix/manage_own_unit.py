"""A unit's own people, for the unit's own staff and for nobody else."""
from matrix import table

ROWS = table("""
                               anonymous  trainee  other_trainee  administrator  training_officer  class_teacher  class_monitor  group_leader  instructor  unit_hr  other_officer
GET lms.manage_own_unit.index  login      403      403            403            403               403            403            403           403         200      403
""")
