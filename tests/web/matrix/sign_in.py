"""The hall's code is for everybody who stands in the hall; only those on the roster are signed in by it."""
from matrix import table

ROWS = table("""
                           anonymous  trainee  other_trainee  administrator  training_officer  class_teacher  class_monitor  group_leader  instructor  unit_hr  other_officer
GET lms.sign_in.type_code  200        200      200            200            200               200            200            200           200         200      200
GET lms.sign_in.scan       200        200      200            200            200               200            200            200           200         200      200
POST lms.sign_in.typed     200        200      200            200            200               200            200            200           200         200      200
GET lms.sign_in.resume     200        200      200            200            200               200            200            200           200         200      200
POST lms.sign_in.redeem    200        200      403            403            403               403            403            403           403         403      403
""")
