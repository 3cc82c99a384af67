"""Everybody may log in and out; a link works for whoever holds it."""
from matrix import table

ROWS = table("""
                            anonymous  trainee  other_trainee  administrator  training_officer  class_teacher  class_monitor  group_leader  instructor  unit_hr  other_officer
GET lms.login.show          200        302      302            302            302               302            302            302           302         302      302
POST lms.login.enter        422        422      422            422            422               422            422            422           422         422      422
POST lms.login.leave        login      login    login          login          login             login          login          login         login       login    login
GET lms.login.activation    200        200      200            200            200               200            200            200           200         200      200
POST lms.login.activate     303        303      303            303            303               303            303            303           303         303      303
""")
