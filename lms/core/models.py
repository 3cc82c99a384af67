"""All tables, for migrations and tests. Nothing else imports this: a feature imports the models it uses."""
from lms.core.access.models import Grant
from lms.core.announcements.models import Announcement, AnnouncementRead
from lms.core.assignments.models import Assignment, HandIn, Submission
from lms.core.attendance.models import (
    AttendanceEvent,
    Departure,
    SpotCheck,
    SpotDraw,
    Substitution,
    Vehicle,
    VehicleSeat,
    WalkIn,
)
from lms.core.audit.models import AuditDetail, AuditEntry
from lms.core.certificates.models import Certificate, CompletionEvent, IssueRequest, NumberSequence, SealImage
from lms.core.classes.models import ClassSession, Enrolment, Group, RosterImport, TrainingClass
from lms.core.courses.models import (
    ClassCourse,
    Course,
    CourseDraft,
    CourseVersion,
    LocalAmount,
    Module,
    ModuleAsset,
)
from lms.core.db import Base
from lms.core.db.models import PlanStamp
from lms.core.discussion.models import ModuleQuestion
from lms.core.files.models import FileReference, StoredFile, Upload
from lms.core.hours.models import CreditEntry, HoursImport, HoursRule
from lms.core.jobs.models import Job
from lms.core.learning.models import ModuleProgress
from lms.core.leave.models import LeaveRequest, LeaveSession
from lms.core.material.models import (
    ActivePlayer,
    Material,
    MaterialAttachment,
    MaterialProgress,
    MaterialVersion,
    ScormRecord,
)
from lms.core.notices.models import Notice, OutboxMessage
from lms.core.paperwork.models import AttendanceImport, ReconciliationNote, SheetRow, SheetSession, SignInSheet
from lms.core.people.models import (
    ActivationLink,
    Affiliation,
    LoginSession,
    LoginThrottle,
    Password,
    Person,
    SecondFactor,
    Unit,
)
from lms.core.privacy.models import CorrectionRequest
from lms.core.quizzes.models import (
    Attempt,
    AttemptDevice,
    Bank,
    Correction,
    JournalEntry,
    Mark,
    Paper,
    Question,
    QuestionImport,
    QuestionVersion,
    Relearned,
)
from lms.core.registration.models import EnrolmentReply
from lms.core.seals.models import Chain, ChainLink, Seal
from lms.core.search.models import SearchDocument
from lms.core.surveys.models import Survey, SurveyBox, SurveyParticipation

__all__ = [
    "ActivationLink", "ActivePlayer", "Affiliation", "Announcement", "AnnouncementRead", "Assignment", "Attempt",
    "AttemptDevice", "AttendanceEvent", "AttendanceImport", "AuditDetail", "AuditEntry", "Bank", "Base", "Certificate", "Chain",
    "ChainLink", "ClassCourse", "ClassSession", "CompletionEvent", "Correction", "CorrectionRequest", "Course", "CourseDraft", "CourseVersion",
    "CreditEntry", "Departure", "Enrolment", "EnrolmentReply", "FileReference", "Grant", "Group", "HandIn", "HoursImport",
    "HoursRule", "IssueRequest", "Job", "JournalEntry", "LeaveRequest", "LeaveSession", "LocalAmount", "LoginSession",
    "LoginThrottle", "Mark", "Material", "MaterialAttachment", "MaterialProgress", "MaterialVersion", "Module", "ModuleAsset",
    "ModuleProgress", "ModuleQuestion", "Notice", "NumberSequence", "OutboxMessage", "Paper", "Password", "Person", "PlanStamp",
    "Question", "QuestionImport", "QuestionVersion", "ReconciliationNote", "Relearned", "RosterImport", "ScormRecord", "Seal",
    "SealImage", "SearchDocument", "SecondFactor", "SheetRow", "SheetSession", "SignInSheet", "SpotCheck", "SpotDraw",
    "StoredFile", "Submission", "Substitution", "Survey", "SurveyBox", "SurveyParticipation", "TrainingClass", "Unit", "Upload",
    "Vehicle", "VehicleSeat", "WalkIn",
]
