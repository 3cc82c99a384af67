"""A class's rules are for those who manage it, a course's for those who teach it; who may learn it, for administrators."""
from matrix import table

ROWS = table("""
                                            anonymous  trainee  other_trainee  administrator  training_officer  class_teacher  class_monitor  group_leader  instructor  unit_hr  other_officer
GET lms.manage_study_rules.of_class         login      403      404            200            200               403            403            403           403         404      404
POST lms.manage_study_rules.save_of_class   login      403      404            303            303               403            403            403           403         404      404
GET lms.manage_study_rules.of_course        login      404      404            200            200               404            404            404           200         404      404
POST lms.manage_study_rules.save_of_course  login      404      404            303            303               404            404            404           303         404      404
POST lms.manage_study_rules.open_course     login      403      403            303            403               403            403            403           403         403      403
""")
