"""Import of a roster: a preview shows the phones of a whole class, so even to look at it takes its officers."""
from matrix import table

ROWS = table("""
                                       anonymous  trainee  other_trainee  administrator  training_officer  class_teacher  class_monitor  group_leader  instructor  unit_hr  other_officer
GET lms.manage_roster_import.upload    login      403      404            200            200               403            403            403           403         404      404
POST lms.manage_roster_import.read     login      403      404            303            303               403            403            403           403         404      404
GET lms.manage_roster_import.template  login      403      404            200            200               403            403            403           403         404      404
GET lms.manage_roster_import.preview   login      403      404            200            200               403            403            403           403         404      404
POST lms.manage_roster_import.commit   login      403      404            303            303               403            403            403           403         404      404
""")
