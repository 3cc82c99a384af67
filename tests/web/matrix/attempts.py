"""An attempt is its person's alone: nobody else sits it, whatever they may do elsewhere. The batch of answers is JSON;
the matrix sends a form, which is no batch."""
from matrix import table

ROWS = table("""
                            anonymous  trainee  other_trainee  administrator  training_officer  class_teacher  class_monitor  group_leader  instructor  unit_hr  other_officer
GET lms.attempts.show       login      200      404            404            404               404            404            404           404         404      404
POST lms.attempts.save      login      303      404            404            404               404            404            404           404         404      404
POST lms.attempts.autosave  login      422      404            404            404               404            404            404           404         404      404
GET lms.attempts.check      login      200      404            404            404               404            404            404           404         404      404
POST lms.attempts.hand_in   login      303      404            404            404               404            404            404           404         404      404
GET lms.attempts.result     login      303      404            404            404               404            404            404           404         404      404
""")
