"""The desk with the barcode gun stands open to whoever takes attendance, for the people in their charge."""
from matrix import table

ROWS = table("""
                                anonymous  trainee  other_trainee  administrator  training_officer  class_teacher  class_monitor  group_leader  instructor  unit_hr  other_officer
GET lms.manage_card_desk.show   login      403      404            200            200               200            200            200           403         404      404
POST lms.manage_card_desk.scan  login      403      404            200            200               200            200            200           403         404      404
""")
