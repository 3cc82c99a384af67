"""An import of attendance speaks of the whole class: whoever may take its files out may bring them back."""
from matrix import table

ROWS = table("""
                                                anonymous  trainee  other_trainee  administrator  training_officer  class_teacher  class_monitor  group_leader  instructor  unit_hr  other_officer
GET lms.manage_attendance_imports.upload          login      403      404            200            200               200            403            403           403         404      404
POST lms.manage_attendance_imports.read           login      403      404            303            303               303            403            403           403         404      404
GET lms.manage_attendance_imports.template        login      403      404            200            200               200            403            403           403         404      404
GET lms.manage_attendance_imports.preview         login      403      404            200            200               200            403            403           403         404      404
POST lms.manage_attendance_imports.commit         login      403      404            303            303               303            403            403           403         404      404
POST lms.manage_attendance_imports.undo           login      403      404            409            409               409            403            403           403         404      404
""")
