"""A card tells nobody anything but the staff who may sign its holder in."""
from matrix import table

ROWS = table("""
                       anonymous  trainee  other_trainee  administrator  training_officer  class_teacher  class_monitor  group_leader  instructor  unit_hr  other_officer
GET lms.card.show      200        200      200            200            200               200            200            200           404         404      404
POST lms.card.sign_in  login      403      404            303            303               303            303            303           403         404      404
""")
