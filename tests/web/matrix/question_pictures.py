"""A picture of a bank is seen by those who see the bank; trainees see those that they were shown, which this one is not."""
from matrix import table

ROWS = table("""
                                   anonymous  trainee  other_trainee  administrator  training_officer  class_teacher  class_monitor  group_leader  instructor  unit_hr  other_officer
GET lms.question_pictures.picture  login      404      404            200            200               404            404            404           200         404      404
""")
