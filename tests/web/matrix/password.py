"""One's own password only; the staff of this world has no phone numbers to log in with."""
from matrix import table

ROWS = table("""
                            anonymous  trainee  other_trainee  administrator  training_officer  class_teacher  class_monitor  group_leader  instructor  unit_hr  other_officer
GET lms.password.show       login      200      200            409            409               409            409            409           409         409      409
POST lms.password.save      login      422      422            409            409               409            409            409           409         409      409
""")
