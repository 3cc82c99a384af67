"""Courses are for the people of the classes that have them; a leader without a seat in the class has none."""
from matrix import table

ROWS = table("""
                          anonymous  trainee  other_trainee  administrator  training_officer  class_teacher  class_monitor  group_leader  instructor  unit_hr  other_officer
GET lms.learning.courses  login      200      200            200            200               200            200            200           200         200      200
GET lms.learning.course   login      200      404            200            200               200            200            404           200         404      404
GET lms.learning.module   login      200      404            200            200               200            200            404           200         404      404
POST lms.learning.read    login      303      404            303            303               303            303            404           303         404      404
GET lms.learning.asset    login      200      404            200            200               200            200            404           200         404      404
""")
