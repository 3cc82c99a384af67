"""Instructors set and read assignments; whoever may export sees who has handed in."""
from matrix import table

ROWS = table("""
                                        anonymous  trainee  other_trainee  administrator  training_officer  class_teacher  class_monitor  group_leader  instructor  unit_hr  other_officer
GET lms.manage_assignments.index        login      403      404            200            200               200            403            403           200         404      404
GET lms.manage_assignments.new          login      403      404            200            200               403            403            403           200         404      404
POST lms.manage_assignments.make        login      403      404            303            303               403            403            403           303         404      404
GET lms.manage_assignments.settings     login      403      404            200            200               403            403            404           200         404      404
POST lms.manage_assignments.save        login      403      404            303            303               403            403            404           303         404      404
POST lms.manage_assignments.move        login      403      404            303            303               403            403            404           303         404      404
GET lms.manage_assignments.show         login      403      404            200            200               200            403            404           200         404      404
POST lms.manage_assignments.works_file  login      403      404            200            200               200            403            404           403         404      404
""")
