"""Material is added and changed by whoever teaches its course."""
from matrix import table

ROWS = table("""
                                  anonymous  trainee  other_trainee  administrator  training_officer  class_teacher  class_monitor  group_leader  instructor  unit_hr  other_officer
GET lms.manage_material.index     login      404      404            200            200               404            404            404           200         404      404
POST lms.manage_material.add      login      404      404            303            303               404            404            404           303         404      404
POST lms.manage_attachments.add   login      403      404            303            303               403            403            404           303         404      404
POST lms.manage_attachments.remove   login      403      404            303            303               403            403            404           303         404      404
GET lms.manage_material.usage     login      404      404            200            200               404            404            404           200         404      404
GET lms.manage_written.new        login      404      404            200            200               404            404            404           200         404      404
POST lms.manage_written.write     login      404      404            303            303               404            404            404           303         404      404
POST lms.manage_written.link      login      404      404            303            303               404            404            404           303         404      404
GET lms.manage_written.edit       login      403      404            200            200               403            403            404           200         404      404
POST lms.manage_written.save      login      403      404            303            303               403            403            404           303         404      404
GET lms.manage_material.show      login      403      404            200            200               403            403            404           200         404      404
POST lms.manage_material.change   login      403      404            303            303               403            403            404           303         404      404
POST lms.manage_material.replace  login      403      404            303            303               403            403            404           303         404      404
POST lms.manage_material.restore  login      403      404            303            303               403            403            404           303         404      404
POST lms.manage_material.remove   login      403      404            303            303               403            403            404           303         404      404
""")
