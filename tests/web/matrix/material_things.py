"""What stands for material, uploads and packages in addresses, and what their forms and scripts send; part of ``things``."""
from __future__ import annotations

from io import BytesIO
from typing import Any

from lms.core.ids import new_uid
from lms.web.packages import package_ticket

from .world import Things, World

Form = dict[str, Any]


def upload(world: World, things: Things, role: str) -> Form:
    return {"module": things.version.modules[0].slug, "title": "讲义", "file": (BytesIO(b"%PDF-1.4\n%%EOF\n"), "讲义.pdf")}


def watched(world: World, things: Things, role: str) -> Form:
    """A player of this role's has taken over, if it may."""
    player = new_uid()
    world.browsers[role].send("POST", f"/material/{things.video.uid}/play", json={"player": player})
    return {"headers": {}, "json": {"player": player, "at": 1000, "spans": [[0, 1000]]}}


MATERIAL_PARAMETERS: dict[tuple[str, str], Any] = {
    ("material", "uid"): lambda w, t: t.material.uid,
    ("watching", "uid"): lambda w, t: t.video.uid,
    ("packages", "uid"): lambda w, t: t.package.uid,
    ("packages", "ticket"): lambda w, t: package_ticket(w.site.key("package"), t.package, w.site.clock.now()),
    ("packages", "name"): lambda w, t: "a.txt",
    ("lms.material.sheet", "number"): lambda w, t: "1",
    ("manage_written", "uid"): lambda w, t: t.text.uid,
    ("lms.material.attachment", "uid"): lambda w, t: t.video.uid,
    ("manage_attachments", "uid"): lambda w, t: t.video.uid,
    ("", "attachment_uid"): lambda w, t: t.subtitles.uid,
    ("manage_material", "uid"): lambda w, t: t.material.uid,
    ("uploads", "uid"): lambda w, t: t.upload.uid,
}

MATERIAL_FORMS: dict[str, Any] = {
    "lms.watching.seen": {"headers": {}},
    "lms.packages.report": {"headers": {}, "json": {"part": "I1", "status": "completed", "raw": "80"}},
    "lms.manage_written.write": lambda w, t, role: {"module": t.version.modules[0].slug, "title": "提纲", "text": "## 一", "act": "save"},
    "lms.manage_written.link": lambda w, t, role: {"module": t.version.modules[0].slug, "title": "", "address": "https://example.org/a"},
    "lms.manage_written.save": lambda w, t, role: {"text": "## 二", "act": "save", "version": t.text.version},
    "lms.watching.play": lambda w, t, role: {"headers": {}, "json": {"player": new_uid()}},
    "lms.watching.watched": watched,
    "lms.manage_attachments.add": lambda w, t, role: {"file": (BytesIO(b"1\n00:00:01,000 --> 00:00:02,000\nwords\n"), "a.srt"), "language": "en"},
    "lms.manage_material.add": upload,
    "lms.manage_material.change": lambda w, t, role: {"title": "改了名", "version": t.material.version},
    "lms.manage_material.replace": lambda w, t, role: {**upload(w, t, role), "version": t.material.version},
    "lms.manage_material.restore": lambda w, t, role: {"number": "1", "version": t.material.version},
    "lms.uploads.create": {"headers": {"Tus-Resumable": "1.0.0", "Upload-Length": "20", "Upload-Metadata": "filename YS5wZGY="}},
    "lms.uploads.append": {"headers": {"Tus-Resumable": "1.0.0", "Upload-Offset": "0", "Content-Type": "application/offset+octet-stream"},
                           "data": b"%PDF-1.4"},
}
