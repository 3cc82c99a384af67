"""Backups hold everything about everybody: administrators alone."""
from matrix import table

ROWS = table("""
                                anonymous  trainee  other_trainee  administrator  training_officer  class_teacher  class_monitor  group_leader  instructor  unit_hr  other_officer
GET  lms.manage_backups.index   login      403      403            200            403               403            403            403           403         403      403
POST lms.manage_backups.make    login      403      403            303            403               403            403            403           403         403      403
GET  lms.manage_backups.show    login      403      403            200            403               403            403            403           403         403      403
POST lms.manage_backups.try_out login      403      403            303            403               403            403            403           403         403      403
POST lms.manage_backups.take    login      403      403            200            403               403            403            403           403         403      403
""")
