"""Quotas and replies belong to whoever manages the class."""
from matrix import table

ROWS = table("""
                                  anonymous  trainee  other_trainee  administrator  training_officer  class_teacher  class_monitor  group_leader  instructor  unit_hr  other_officer
GET lms.manage_replies.show       login      403      404            200            200               403            403            403           403         404      404
POST lms.manage_replies.set_them  login      403      404            303            303               403            403            403           403         404      404
POST lms.manage_replies.links     login      403      404            200            200               403            403            403           403         404      404
POST lms.manage_replies.renew     login      403      404            303            303               403            403            403           403         404      404
POST lms.manage_replies.gather    login      403      404            303            303               403            403            403           403         404      404
POST lms.manage_replies.merge     login      403      404            303            303               403            403            403           403         404      404
""")
