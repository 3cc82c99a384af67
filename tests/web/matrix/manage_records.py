"""Whoever manages a class of theirs moves people; only administrators merge records. 422, 404: nobody to merge is named."""
from matrix import table

ROWS = table("""
                              anonymous  trainee  other_trainee  administrator  training_officer  class_teacher  class_monitor  group_leader  instructor  unit_hr  other_officer
GET lms.manage_records.show   login      403      404            200            200               403            403            403           403         403      404
POST lms.manage_records.move  login      403      404            303            303               403            403            403           403         403      404
POST lms.manage_records.join  login      403      403            404            403               403            403            403           403         403      403
POST lms.manage_records.part  login      403      403            409            403               403            403            403           403         403      403
""")
