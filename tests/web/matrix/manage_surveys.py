"""Results are for those who may take figures out of the class; questions are edited by those who manage it."""
from matrix import table

ROWS = table("""
                                      anonymous  trainee  other_trainee  administrator  training_officer  class_teacher  class_monitor  group_leader  instructor  unit_hr  other_officer
GET lms.manage_surveys.index          login      403      404            200            200               200            403            403           403         404      404
POST lms.manage_surveys.make          login      403      404            303            303               403            403            403           403         404      404
GET lms.manage_surveys.edit           login      404      404            200            200               403            404            404           404         404      404
POST lms.manage_surveys.save          login      404      404            303            303               403            404            404           404         404      404
POST lms.manage_surveys.move          login      403      404            303            303               403            404            404           404         404      404
GET lms.manage_surveys.show           login      403      404            200            200               200            404            404           404         404      404
POST lms.manage_surveys.results_file  login      403      404            200            200               200            404            404           404         404      404
""")
