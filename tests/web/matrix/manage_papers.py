"""Papers are built by those who teach in the class; whoever exports there sees the list. A monitor or leader sees the class,
but of its papers only what they sit themselves."""
from matrix import table

ROWS = table("""
                                       anonymous  trainee  other_trainee  administrator  training_officer  class_teacher  class_monitor  group_leader  instructor  unit_hr  other_officer
GET lms.manage_papers.index            login      403      404            200            200               200            403            403           200         404      404
GET lms.manage_papers.new              login      403      404            200            200               403            403            403           200         404      404
POST lms.manage_papers.make            login      403      404            303            303               403            403            403           303         404      404
POST lms.manage_papers.module_quizzes  login      403      404            303            303               403            403            403           303         404      404
GET lms.manage_papers.settings         login      403      404            200            200               403            404            404           200         404      404
POST lms.manage_papers.save            login      403      404            303            303               403            404            404           303         404      404
POST lms.manage_papers.move            login      403      404            303            303               403            404            404           303         404      404
""")
