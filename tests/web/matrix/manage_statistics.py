"""Statistics of a paper are seen by those who teach or export in its class, its questions by those who teach; files are for export."""
from matrix import table

ROWS = table("""
                                    anonymous  trainee  other_trainee  administrator  training_officer  class_teacher  class_monitor  group_leader  instructor  unit_hr  other_officer
GET lms.manage_statistics.show      login      403      404            200            200               200            404            404           200         404      404
GET lms.manage_statistics.question  login      403      404            200            200               403            404            404           200         404      404
POST lms.manage_statistics.file     login      403      404            200            200               200            403            403           403         404      404
""")
