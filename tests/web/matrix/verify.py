"""Verification is public: it shows what is printed and nothing else."""
from matrix import table

ROWS = table("""
                        anonymous  trainee  other_trainee  administrator  training_officer  class_teacher  class_monitor  group_leader  instructor  unit_hr  other_officer
GET lms.verify.form     200        200      200            200            200               200            200            200           200         200      200
GET lms.verify.show     200        200      200            200            200               200            200            200           200         200      200
GET lms.offline_check.keys  200        200      200            200            200               200            200            200           200         200      200
GET lms.offline_check.page  200        200      200            200            200               200            200            200           200         200      200
POST lms.verify.search  200        200      200            200            200               200            200            200           200         200      200
""")
