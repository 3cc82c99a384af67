"""Whoever manages a class looks after its people; only administrators add people by hand."""
from matrix import table

ROWS = table("""
                                anonymous  trainee  other_trainee  administrator  training_officer  class_teacher  class_monitor  group_leader  instructor  unit_hr  other_officer
GET lms.manage_people.index     login      403      403            200            200               403            403            403           403         403      200
GET lms.manage_people.new       login      403      403            200            403               403            403            403           403         403      403
POST lms.manage_people.add      login      403      403            303            403               403            403            403           403         403      403
GET lms.manage_people.show      login      403      404            200            200               403            403            403           403         403      404
GET lms.manage_people.edit      login      403      404            200            200               403            403            403           403         403      404
POST lms.manage_people.save     login      403      404            303            303               403            403            403           403         403      404
POST lms.manage_people.card     login      403      404            303            303               403            403            403           403         403      404
POST lms.manage_people.number   login      403      404            200            200               403            403            403           403         403      404
""")
