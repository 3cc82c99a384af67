"""The room is watched by those who teach or export in the class; minutes are given by those who teach; files are for export."""
from matrix import table

ROWS = table("""
                                           anonymous  trainee  other_trainee  administrator  training_officer  class_teacher  class_monitor  group_leader  instructor  unit_hr  other_officer
GET lms.manage_invigilation.room           login      403      404            200            200               200            404            404           200         404      404
POST lms.manage_invigilation.time_for_all  login      403      404            303            303               403            404            404           303         404      404
GET lms.manage_invigilation.attempt        login      403      404            200            200               200            404            404           200         404      404
POST lms.manage_invigilation.time_for_one  login      403      404            303            303               403            404            404           303         404      404
GET lms.manage_invigilation.results        login      403      404            200            200               200            404            404           200         404      404
POST lms.manage_invigilation.results_file  login      403      404            200            200               200            403            403           403         404      404
""")
