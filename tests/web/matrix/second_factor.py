"""A second factor of one's own, for those with duties; its second step only where a login waits for it."""
from matrix import table

ROWS = table("""
                             anonymous  trainee  other_trainee  administrator  training_officer  class_teacher  class_monitor  group_leader  instructor  unit_hr  other_officer
GET  lms.second_factor.show  login      302      302            302            302               302            302            302           302         302      302
POST lms.second_factor.enter login      login    login          login          login             login          login          login         login       login    login
GET  lms.second_factor.own   login      403      403            200            200               200            403            403           200         403      200
POST lms.second_factor.begin login      403      403            200            200               200            403            403           200         403      200
POST lms.second_factor.stop  login      403      403            303            303               303            403            403           303         403      303
""")
