"""Units belong to all classes: administrators alone rename, move and merge them."""
from matrix import table

ROWS = table("""
                              anonymous  trainee  other_trainee  administrator  training_officer  class_teacher  class_monitor  group_leader  instructor  unit_hr  other_officer
GET  lms.manage_units.index   login      403      403            200            403               403            403            403           403         403      403
GET  lms.manage_units.show    login      403      403            200            403               403            403            403           403         403      403
POST lms.manage_units.rename  login      403      403            303            403               403            403            403           403         403      403
POST lms.manage_units.move    login      403      403            303            403               403            403            403           403         403      403
POST lms.manage_units.merge   login      403      403            303            403               403            403            403           403         403      403
""")
