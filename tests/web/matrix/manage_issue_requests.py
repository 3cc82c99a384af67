"""A list that waits for its second person: whoever certifies. The administrator has put it forward and cannot confirm it."""
from matrix import table

ROWS = table("""
                                          anonymous  trainee  other_trainee  administrator  training_officer  class_teacher  class_monitor  group_leader  instructor  unit_hr  other_officer
GET lms.manage_issue_requests.show        login      403      404            200            200               403            403            403           403         404      404
POST lms.manage_issue_requests.agree      login      403      404            303            303               403            403            403           403         404      404
POST lms.manage_issue_requests.take_back  login      403      404            303            303               403            403            403           403         404      404
""")
