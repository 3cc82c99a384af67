"""Whoever manages a class answers what its people ask to have corrected."""
from matrix import table

ROWS = table("""
                                               anonymous  trainee  other_trainee  administrator  training_officer  class_teacher  class_monitor  group_leader  instructor  unit_hr  other_officer
GET lms.manage_correction_requests.index       login      403      403            200            200               403            403            403           403         403      200
POST lms.manage_correction_requests.accept     login      403      404            303            303               403            403            403           403         403      404
POST lms.manage_correction_requests.refuse     login      403      404            303            303               403            403            403           403         403      404
""")
