"""Templates are the installation's: its administrators alone."""
from matrix import table

ROWS = table("""
                                              anonymous  trainee  other_trainee  administrator  training_officer  class_teacher  class_monitor  group_leader  instructor  unit_hr  other_officer
GET lms.manage_certificate_templates.index    login      403      403            200            403               403            403            403           403         403      403
GET lms.manage_certificate_templates.picture  login      403      403            200            403               403            403            403           403         403      403
POST lms.manage_certificate_templates.copy    login      403      403            303            403               403            403            403           403         403      403
""")
