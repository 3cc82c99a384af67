"""Anybody may choose a language."""
from matrix import table

ROWS = table("""
                          anonymous  trainee  other_trainee  administrator  training_officer  class_teacher  class_monitor  group_leader  instructor  unit_hr  other_officer
POST lms.language.choose  302        302      302            302            302               302            302            302           302         302      302
""")
