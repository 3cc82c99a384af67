"""Verdicts and register: whoever may take files out of the class. Revoking: whoever certifies."""
from matrix import table

ROWS = table("""
                                         anonymous  trainee  other_trainee  administrator  training_officer  class_teacher  class_monitor  group_leader  instructor  unit_hr  other_officer
GET lms.manage_certificates.show         login      403      404            200            200               200            403            403           403         404      404
GET lms.manage_certificates.register     login      403      404            200            200               200            403            403           403         404      404
GET lms.manage_certificates.certificate  login      403      404            200            200               200            403            403           403         404      404
POST lms.manage_certificates.revoke_one  login      403      404            303            303               403            403            403           403         404      404
""")
