"""A class is told things by those who answer for the whole of it."""
from matrix import table

ROWS = table("""
                                        anonymous  trainee  other_trainee  administrator  training_officer  class_teacher  class_monitor  group_leader  instructor  unit_hr  other_officer
GET lms.manage_announcements.index      login      403      404            200            200               200            403            403           403         404      404
POST lms.manage_announcements.make      login      403      404            303            303               303            403            403           403         404      404
GET lms.manage_announcements.show       login      403      404            200            200               200            403            404           403         404      404
POST lms.manage_announcements.save      login      403      404            303            303               303            403            404           403         404      404
POST lms.manage_announcements.withdraw  login      403      404            303            303               303            403            404           403         404      404
""")
