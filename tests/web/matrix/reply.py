"""Whoever holds the link names the unit's people, whoever else they are."""
from matrix import table

ROWS = table("""
                     anonymous  trainee  other_trainee  administrator  training_officer  class_teacher  class_monitor  group_leader  instructor  unit_hr  other_officer
GET lms.reply.show   200        200      200            200            200               200            200            200           200         200      200
POST lms.reply.send  303        303      303            303            303               303            303            303           303         303      303
""")
