"""The timetable: read by whoever works in the class. 409: the template is laid on an empty timetable only."""
from matrix import table

ROWS = table("""
                                        anonymous  trainee  other_trainee  administrator  training_officer  class_teacher  class_monitor  group_leader  instructor  unit_hr  other_officer
GET lms.manage_timetable.show           login      403      404            200            200               200            200            200           200         404      404
POST lms.manage_timetable.lay_template  login      403      404            409            409               403            403            403           403         404      404
GET lms.manage_timetable.new            login      403      404            200            200               403            403            403           403         404      404
POST lms.manage_timetable.add           login      403      404            303            303               403            403            403           403         404      404
GET lms.manage_timetable.edit           login      403      404            200            200               403            403            403           403         404      404
POST lms.manage_timetable.change        login      403      404            303            303               403            403            403           403         404      404
POST lms.manage_timetable.cancel        login      403      404            303            303               403            403            403           403         404      404
POST lms.manage_timetable.restore       login      403      404            303            303               403            403            403           403         404      404
""")
