"""Who rides where is arranged for a whole class; a group's leader counts, but arranges nothing."""
from matrix import table

ROWS = table("""
                                 anonymous  trainee  other_trainee  administrator  training_officer  class_teacher  class_monitor  group_leader  instructor  unit_hr  other_officer
GET lms.manage_vehicles.show     login      403      404            200            200               200            200            403           403         404      404
POST lms.manage_vehicles.add     login      403      404            303            303               303            303            403           403         404      404
POST lms.manage_vehicles.change  login      403      404            303            303               303            303            403           403         404      404
POST lms.manage_vehicles.remove  login      403      404            303            303               303            303            403           403         404      404
POST lms.manage_vehicles.assign  login      403      404            303            303               303            303            403           403         404      404
""")
