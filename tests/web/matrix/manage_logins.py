"""Whoever resets a login could use it: only those who manage the person's class, and administrators."""
from matrix import table

ROWS = table("""
                                anonymous  trainee  other_trainee  administrator  training_officer  class_teacher  class_monitor  group_leader  instructor  unit_hr  other_officer
POST lms.manage_logins.link     login      403      404            200            200               403            403            403           403         403      404
POST lms.manage_logins.phone    login      403      404            200            200               403            403            403           403         403      404
POST lms.manage_logins.password login      403      404            200            200               403            403            403           403         403      404
POST lms.manage_logins.second_factor login 403   404            303            303               403            403            403           403         403      404
POST lms.manage_logins.end      login      403      404            303            303               403            403            403           403         403      404
POST lms.manage_logins.shut     login      403      404            303            303               403            403            403           403         403      404
POST lms.manage_logins.reopen   login      403      404            409            409               403            403            403           403         403      404
""")
