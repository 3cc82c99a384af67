"""The bundle speaks of the whole class: whoever may take files out of it. 404 for them too: none was made yet."""
from matrix import table

ROWS = table("""
                             anonymous  trainee  other_trainee  administrator  training_officer  class_teacher  class_monitor  group_leader  instructor  unit_hr  other_officer
GET lms.manage_bundle.show   login      403      404            200            200               200            403            403           403         404      404
POST lms.manage_bundle.make  login      403      404            303            303               303            403            403           403         404      404
POST lms.manage_bundle.take  login      403      404            404            404               404            403            403           403         404      404
""")
