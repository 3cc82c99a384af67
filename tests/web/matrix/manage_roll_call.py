"""Roll-call is for whoever takes attendance; those in no group belong to whoever has the whole class. 422: nobody is in none."""
from matrix import table

ROWS = table("""
                                         anonymous  trainee  other_trainee  administrator  training_officer  class_teacher  class_monitor  group_leader  instructor  unit_hr  other_officer
GET lms.manage_roll_call.show            login      403      404            200            200               200            200            200           403         404      404
GET lms.manage_roll_call.disagreements   login      403      404            200            200               200            200            200           403         404      404
GET lms.manage_roll_call.group           login      403      404            200            200               200            200            200           403         404      404
POST lms.manage_roll_call.send           login      403      404            303            303               303            303            303           403         404      404
GET lms.manage_roll_call.rest            login      403      404            200            200               200            200            200           403         404      404
POST lms.manage_roll_call.send_rest      login      403      404            422            422               422            422            422           403         404      404
""")
