"""Everybody has notices of their own; nobody opens another's, whatever their role."""
from matrix import table

ROWS = table("""
                                anonymous  trainee  other_trainee  administrator  training_officer  class_teacher  class_monitor  group_leader  instructor  unit_hr  other_officer
GET  lms.notices.index          login      200      200            200            200               200            200            200           200         200      200
POST lms.notices.open_one       login      303      404            404            404               404            404            404           404         404      404
POST lms.notices.read_them_all  login      303      303            303            303               303            303            303           303         303      303
""")
