"""Classes: whoever works in one looks at it; only the site's administrators make one, its officers change it."""
from matrix import table

ROWS = table("""
                                    anonymous  trainee  other_trainee  administrator  training_officer  class_teacher  class_monitor  group_leader  instructor  unit_hr  other_officer
GET lms.manage_classes.index        login      403      403            200            200               200            200            200           200         200      200
GET lms.manage_classes.new          login      403      403            200            403               403            403            403           403         403      403
POST lms.manage_classes.make        login      403      403            303            403               403            403            403           403         403      403
GET lms.manage_classes.show         login      403      404            200            200               200            200            200           200         404      404
GET lms.manage_classes.settings     login      403      404            200            200               403            403            403           403         404      404
POST lms.manage_classes.save        login      403      404            303            303               403            403            403           403         404      404
GET lms.manage_classes.closing      login      403      404            200            200               403            403            403           403         404      404
POST lms.manage_classes.set_state   login      403      404            303            303               403            403            403           403         404      404
""")
