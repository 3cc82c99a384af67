"""Roles in a class are given by who manages it. The role that is taken here is the training officer's own."""
from matrix import table

ROWS = table("""
                                anonymous  trainee  other_trainee  administrator  training_officer  class_teacher  class_monitor  group_leader  instructor  unit_hr  other_officer
GET lms.manage_roles.show       login      403      404            200            200               403            403            403           403         403      404
POST lms.manage_roles.give      login      403      404            303            303               403            403            403           403         403      404
POST lms.manage_roles.take      login      404      404            303            403               404            404            404           404         404      404
""")
