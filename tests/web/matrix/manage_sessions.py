"""Attendance is taken by those who may; the hall's screen is opened by those who teach."""
from matrix import table

ROWS = table("""
                                    anonymous  trainee  other_trainee  administrator  training_officer  class_teacher  class_monitor  group_leader  instructor  unit_hr  other_officer
GET lms.manage_sessions.show        login      403      404            200            200               200            200            200           403         404      404
GET lms.manage_sessions.live        login      403      404            200            200               200            200            200           403         404      404
GET lms.manage_sessions.person      login      403      404            200            200               200            200            200           403         404      404
POST lms.manage_sessions.sign_in    login      403      404            303            303               303            303            303           403         404      404
POST lms.manage_sessions.correct    login      403      404            303            303               303            303            303           403         404      404
POST lms.manage_sessions.void       login      403      404            303            303               303            303            303           403         404      404
GET lms.manage_sessions.screen      login      403      404            200            200               403            403            403           200         404      404
GET lms.manage_sessions.screen_now  login      403      404            200            200               403            403            403           200         404      404
POST lms.manage_sessions.open_now   login      403      404            303            303               403            403            403           303         404      404
POST lms.manage_sessions.close_now  login      403      404            303            303               403            403            403           303         404      404
""")
