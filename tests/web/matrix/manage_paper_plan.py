"""The plan of a draft: trainees may not even know of it."""
from matrix import table

ROWS = table("""
                                      anonymous  trainee  other_trainee  administrator  training_officer  class_teacher  class_monitor  group_leader  instructor  unit_hr  other_officer
GET lms.manage_paper_plan.show        login      404      404            200            200               403            404            404           200         404      404
POST lms.manage_paper_plan.add_cell   login      404      404            303            303               403            404            404           303         404      404
POST lms.manage_paper_plan.remove     login      404      404            303            303               403            404            404           303         404      404
POST lms.manage_paper_plan.sections   login      404      404            303            303               403            404            404           303         404      404
GET lms.manage_paper_plan.pick        login      404      404            200            200               403            404            404           200         404      404
POST lms.manage_paper_plan.add_picks  login      404      404            303            303               403            404            404           303         404      404
""")
