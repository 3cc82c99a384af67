"""Courses are worked on by those who teach them; the list of others is empty."""
from matrix import table

ROWS = table("""
                                anonymous  trainee  other_trainee  administrator  training_officer  class_teacher  class_monitor  group_leader  instructor  unit_hr  other_officer
GET lms.manage_courses.index    login      200      200            200            200               200            200            200           200         200      200
GET lms.manage_courses.show     login      404      404            200            200               404            404            404           200         404      404
""")
