"""A sheet holds the names of the whole class: whoever may take files out prints and keys it."""
from matrix import table

ROWS = table("""
                                                anonymous  trainee  other_trainee  administrator  training_officer  class_teacher  class_monitor  group_leader  instructor  unit_hr  other_officer
GET lms.manage_sheets.show                        login      403      404            200            200               200            403            403           403         404      404
POST lms.manage_sheets.make                       login      403      404            200            200               200            403            403           403         404      404
GET lms.manage_sheets.sheet                       login      404      404            200            200               200            404            404           404         404      404
POST lms.manage_sheets.save                       login      404      404            303            303               303            404            404           404         404      404
GET lms.manage_sheets.photo                       login      404      404            200            200               200            404            404           404         404      404
""")
