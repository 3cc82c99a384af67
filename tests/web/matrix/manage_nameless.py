"""What is over its term concerns every class: administrators alone. In the matrix' world nothing is, so there is nothing to start."""
from matrix import table

ROWS = table("""
                                anonymous  trainee  other_trainee  administrator  training_officer  class_teacher  class_monitor  group_leader  instructor  unit_hr  other_officer
GET  lms.manage_nameless.show   login      403      403            200            403               403            403            403           403         403      403
POST lms.manage_nameless.start  login      403      403            409            403               403            403            403           403         403      403
""")
