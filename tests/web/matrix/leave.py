"""Leave is asked for by trainees; the form on paper is also for those who may approve leave in the class."""
from matrix import table

ROWS = table("""
                          anonymous  trainee  other_trainee  administrator  training_officer  class_teacher  class_monitor  group_leader  instructor  unit_hr  other_officer
GET lms.leave.index       login      200      200            200            200               200            200            200           200         200      200
GET lms.leave.new         login      200      200            200            200               200            200            200           200         200      200
POST lms.leave.check      login      200      404            200            200               200            200            200           200         200      200
POST lms.leave.send       login      303      404            404            404               404            404            404           404         404      404
GET lms.leave.show        login      200      404            404            404               404            404            404           404         404      404
POST lms.leave.take_back  login      303      404            404            404               404            404            404           404         404      404
POST lms.leave.back       login      303      404            404            404               404            404            404           404         404      404
GET lms.leave.paper       login      200      404            200            200               200            404            404           404         404      404
""")
