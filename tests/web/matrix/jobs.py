"""A job: whoever asked for it, and whoever manages its class."""
from matrix import table

ROWS = table("""
                       anonymous  trainee  other_trainee  administrator  training_officer  class_teacher  class_monitor  group_leader  instructor  unit_hr  other_officer
GET lms.jobs.show      login      404      404            200            200               404            404            404           404         404      404
GET lms.jobs.progress  login      404      404            200            200               404            404            404           404         404      404
POST lms.jobs.stop     login      404      404            303            303               404            404            404           404         404      404
""")
