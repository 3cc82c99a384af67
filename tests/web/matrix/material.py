"""Material is seen by whoever sees its course."""
from matrix import table

ROWS = table("""
                       anonymous  trainee  other_trainee  administrator  training_officer  class_teacher  class_monitor  group_leader  instructor  unit_hr  other_officer
GET lms.material.attachment login      200      404            200            200               200            200            404           200         404      404
POST lms.watching.play 401        200      404            200            200               200            200            404           200         404      404
POST lms.watching.watched 401        200      404            200            200               200            200            404           200         404      404
GET lms.packages.entry 200        200      200            200            200               200            200            200           200         200      200
POST lms.packages.report 401        200      404            200            200               200            200            404           200         404      404
POST lms.watching.seen login      204      404            204            204               204            204            404           204         404      404
GET lms.material.sheet login      200      404            200            200               200            200            404           200         404      404
GET lms.material.show  login      200      404            200            200               200            200            404           200         404      404
GET lms.material.file  login      200      404            200            200               200            200            404           200         404      404
""")
