"""Head-counts are taken by whoever takes attendance, of the people in their charge."""
from matrix import table

ROWS = table("""
                                          anonymous  trainee  other_trainee  administrator  training_officer  class_teacher  class_monitor  group_leader  instructor  unit_hr  other_officer
GET lms.manage_head_count.show            login      403      404            200            200               200            200            200           403         404      404
GET lms.manage_head_count.worker          login      403      404            200            200               200            200            200           403         404      404
GET lms.manage_head_count.vehicle         login      403      404            200            200               200            200            200           403         404      404
POST lms.manage_head_count.count_vehicle  login      403      404            303            303               303            303            303           403         404      404
GET lms.manage_head_count.group           login      403      404            200            200               200            200            200           403         404      404
POST lms.manage_head_count.count_group    login      403      404            303            303               303            303            303           403         404      404
POST lms.manage_head_count.leave          login      403      404            303            303               303            303            303           403         404      404
""")
