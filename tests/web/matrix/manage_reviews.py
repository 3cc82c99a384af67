"""Whoever takes attendance judges what is doubtful, a leader in their own group."""
from matrix import table

ROWS = table("""
                                anonymous  trainee  other_trainee  administrator  training_officer  class_teacher  class_monitor  group_leader  instructor  unit_hr  other_officer
GET lms.manage_reviews.index    login      403      404            200            200               200            200            200           403         404      404
POST lms.manage_reviews.decide  login      403      404            303            303               303            303            303           403         404      404
""")
