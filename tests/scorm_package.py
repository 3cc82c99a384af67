"""SCORM 1.2 packages and web pages as authoring tools pack them (ADL, Content Aggregation Model 1.2)."""
from __future__ import annotations

import io
import zipfile

MANIFEST = """<?xml version="1.0" encoding="UTF-8"?>
<manifest identifier="M1" version="1.0" xmlns="http://www.imsproject.org/xsd/imscp_rootv1p1p2"
  xmlns:adlcp="http://www.adlnet.org/xsd/adlcp_rootv1p2">
  <metadata><schema>ADL SCORM</schema><schemaversion>1.2</schemaversion></metadata>
  <organizations default="O1"><organization identifier="O1"><title>工会财务</title>{items}</organization></organizations>
  <resources>{resources}</resources>
</manifest>"""
ITEM = '<item identifier="I{n}" identifierref="R{n}"><title>第{n}部分</title>{more}</item>'
RESOURCE = '<resource identifier="R{n}" type="webcontent" adlcp:scormtype="sco" href="sco{n}.html"><file href="sco{n}.html"/></resource>'
# As the standard has an SCO find its API: up through the parents, beginning with its own window.
SCO = """<!DOCTYPE html><html><head><title>SCO</title><script src="shared/find.js"></script></head>
<body><h1 id="t"></h1><button id="half">half</button><button id="done">done</button>
<script>
var api = findAPI(window);
document.getElementById("t").textContent = api ? api.LMSInitialize("") + " " + api.LMSGetValue("cmi.core.lesson_location") : "no API";
document.getElementById("half").onclick = function () { api.LMSSetValue("cmi.core.lesson_location", "p7");
  api.LMSSetValue("cmi.suspend_data", "state"); api.LMSSetValue("cmi.core.lesson_status", "incomplete"); api.LMSCommit(""); };
document.getElementById("done").onclick = function () { api.LMSSetValue("cmi.core.score.raw", "80");
  api.LMSSetValue("cmi.core.lesson_status", "completed"); api.LMSFinish(""); };
</script></body></html>"""
FIND = """function findAPI(win) { var tries = 0;
  while (win.API == null && win.parent != null && win.parent != win && tries++ < 7) win = win.parent;
  return win.API; }"""


def packed(files: dict[str, str | bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", method) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return out.getvalue()


def scorm(parts: int = 2, *, top: str = "", **files: str) -> bytes:
    """A package with so many parts; *files* by name without ending change or add some."""
    numbers = range(1, parts + 1)
    manifest = MANIFEST.format(items="".join(ITEM.format(n=n, more="") for n in numbers), resources="".join(RESOURCE.format(n=n) for n in numbers))
    whole: dict[str, str | bytes] = {"imsmanifest.xml": manifest, "shared/find.js": FIND, **{f"sco{n}.html": SCO for n in numbers}, **files}
    return packed({top + name: content for name, content in whole.items()})
