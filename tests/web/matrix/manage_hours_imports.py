"""Hours earned elsewhere name anybody: administrators alone."""
from matrix import table

ROWS = table("""
                                       anonymous  trainee  other_trainee  administrator  training_officer  class_teacher  class_monitor  group_leader  instructor  unit_hr  other_officer
GET lms.manage_hours_imports.upload    login      403      403            200            403               403            403            403           403         403      403
POST lms.manage_hours_imports.read     login      403      403            303            403               403            403            403           403         403      403
GET lms.manage_hours_imports.show      login      403      403            200            403               403            403            403           403         403      403
POST lms.manage_hours_imports.commit   login      403      403            303            403               403            403            403           403         403      403
POST lms.manage_hours_imports.drop     login      403      403            303            403               403            403            403           403         403      403
GET lms.manage_hours_imports.template  login      403      403            200            403               403            403            403           403         403      403
""")
