"""How far people are, is seen by those who work in the class, a leader's own group by the leader; files are for those who export."""
from matrix import table

ROWS = table("""
                                               anonymous  trainee  other_trainee  administrator  training_officer  class_teacher  class_monitor  group_leader  instructor  unit_hr  other_officer
GET lms.manage_study_progress.index            login      403      404            200            200               200            200            200           200         404      404
POST lms.manage_study_progress.progress_file   login      403      404            200            200               200            403            403           403         404      404
GET lms.manage_study_progress.person           login      403      404            200            200               200            200            200           200         404      404
POST lms.manage_study_progress.confirm_one     login      403      404            303            303               403            403            403           303         404      404
""")
