"""A printed link is a key to somebody's login."""
from matrix import table

ROWS = table("""
                                anonymous  trainee  other_trainee  administrator  training_officer  class_teacher  class_monitor  group_leader  instructor  unit_hr  other_officer
GET lms.manage_print.choose     login      403      404            200            200               403            403            403           403         404      404
POST lms.manage_print.make      login      403      404            200            200               403            403            403           403         404      404
""")
