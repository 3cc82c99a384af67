"""People from beyond the roster belong to whoever has the whole class; onto the roster takes the right to manage it."""
from matrix import table

ROWS = table("""
                                    anonymous  trainee  other_trainee  administrator  training_officer  class_teacher  class_monitor  group_leader  instructor  unit_hr  other_officer
GET lms.manage_walk_ins.at_session  login      403      404            200            200               200            200            403           403         404      404
POST lms.manage_walk_ins.note       login      403      404            303            303               303            303            403           403         404      404
GET lms.manage_walk_ins.index       login      403      404            200            200               200            200            403           403         404      404
POST lms.manage_walk_ins.match      login      403      404            303            303               303            303            403           403         404      404
POST lms.manage_walk_ins.enrol      login      403      404            303            303               403            403            403           403         404      404
POST lms.manage_walk_ins.drop       login      403      404            303            303               303            303            403           403         404      404
""")
