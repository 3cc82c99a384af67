"""An upload is its owner's alone (the training officer's); only who teaches may begin one."""
from matrix import table

ROWS = table("""
                            anonymous  trainee  other_trainee  administrator  training_officer  class_teacher  class_monitor  group_leader  instructor  unit_hr  other_officer
POST lms.uploads.create     login      403      403            201            201               403            403            403           201         403      201
GET lms.uploads.look        login      404      404            404            200               404            404            404           404         404      404
PATCH lms.uploads.append    login      404      404            404            204               404            404            404           404         404      404
DELETE lms.uploads.give_up  login      404      404            404            204               404            404            404           404         404      404
""")
