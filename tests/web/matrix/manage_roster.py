"""The roster: whoever works in the class finds their people in it; only its officers change it."""
from matrix import table

ROWS = table("""
                                      anonymous  trainee  other_trainee  administrator  training_officer  class_teacher  class_monitor  group_leader  instructor  unit_hr  other_officer
GET lms.manage_roster.show            login      403      404            200            200               200            200            200           200         404      404
POST lms.manage_roster.phone           login      403      404            200            200               200            200            200           404         404      404
GET lms.manage_roster.new             login      403      404            200            200               403            403            403           403         404      404
POST lms.manage_roster.add            login      403      404            303            303               403            403            403           403         404      404
GET lms.manage_roster.edit            login      403      404            200            200               403            403            403           403         404      404
POST lms.manage_roster.change         login      403      404            303            303               403            403            403           403         404      404
POST lms.manage_roster.move           login      403      404            303            303               403            403            403           403         404      404
POST lms.manage_roster.withdraw_one   login      403      404            303            303               403            403            403           403         404      404
POST lms.manage_roster.reinstate_one  login      403      404            303            303               403            403            403           403         404      404
""")
