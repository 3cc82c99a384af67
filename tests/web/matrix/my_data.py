"""Everybody sees and takes what is kept about themselves; there is no address for anybody else's."""
from matrix import table

ROWS = table("""
                      anonymous  trainee  other_trainee  administrator  training_officer  class_teacher  class_monitor  group_leader  instructor  unit_hr  other_officer
GET  lms.my_data.show login      200      200            200            200               200            200            200           200         200      200
POST lms.my_data.take login      200      200            200            200               200            200            200           200         200      200
POST lms.my_data.ask  login     303      303            303            303               303            303            303           303         303      303
POST lms.my_data.withdraw login 303      404            404            404               404            404            404           404         404      404
""")
