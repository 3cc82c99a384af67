"""The picture of the seal: whoever certifies. The class has one that waits for its first approval."""
from matrix import table

ROWS = table("""
                                     anonymous  trainee  other_trainee  administrator  training_officer  class_teacher  class_monitor  group_leader  instructor  unit_hr  other_officer
GET lms.manage_seal_image.show       login      403      404            200            200               403            403            403           403         404      404
GET lms.manage_seal_image.picture    login      403      404            200            200               403            403            403           403         404      404
POST lms.manage_seal_image.propose   login      403      404            303            303               403            403            403           403         404      404
POST lms.manage_seal_image.approve   login      403      404            303            303               403            403            403           403         404      404
POST lms.manage_seal_image.withdraw  login      403      404            303            303               403            403            403           403         404      404
""")
