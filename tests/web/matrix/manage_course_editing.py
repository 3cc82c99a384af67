"""A course is edited by those who answer for it everywhere; who teaches it in a class only changes it for nobody."""
from matrix import table

ROWS = table("""
                                         anonymous  trainee  other_trainee  administrator  training_officer  class_teacher  class_monitor  group_leader  instructor  unit_hr  other_officer
GET lms.manage_course_editing.show       login      404      404            200            403               404            404            404           403         404      404
POST lms.manage_course_editing.begin     login      404      404            303            403               404            404            404           403         404      404
POST lms.manage_course_editing.order     login      404      404            303            403               404            404            404           403         404      404
GET lms.manage_course_editing.module     login      404      404            200            403               404            404            404           403         404      404
POST lms.manage_course_editing.save      login      404      404            303            403               404            404            404           403         404      404
POST lms.manage_course_editing.add       login      404      404            303            403               404            404            404           403         404      404
POST lms.manage_course_editing.publish   login      404      404            303            403               404            404            404           403         404      404
POST lms.manage_course_editing.discard   login      404      404            303            403               404            404            404           403         404      404
POST lms.manage_course_editing.upload    login      404      404            303            403               404            404            404           403         404      404
GET lms.manage_course_editing.export     login      404      404            200            403               404            404            404           403         404      404
GET lms.manage_course_editing.compare    login      404      404            200            403               404            404            404           403         404      404
POST lms.manage_course_editing.serve     login      404      404            303            403               404            404            404           403         404      404
""")
