"""Topics (知识点) of a tree as one text: their titles from the root on, with slashes between."""
from __future__ import annotations

import re

SLASH = "/"
_TOPS = {"$course$", "$system$", "$cat1$", "$module$", "top"}


def topic_in(path: str) -> str:
    """The topic that a Moodle category path names; what Moodle puts above every path is left out.

    ``$course$/top/经费/收缴`` is ``经费/收缴``; ``//`` stands for a slash within a name.
    """
    names = [name.replace("\0", SLASH).strip() for name in path.strip().replace("//", "\0").split(SLASH)]
    while names and names[0].casefold() in _TOPS:
        names.pop(0)
    return SLASH.join(re.sub(r"\s*/\s*", "／", name) for name in names if name)


def path_of(topic: str) -> str:
    """The category path of a topic, below Moodle's course."""
    return "$course$/top/" + topic if topic else "$course$/top"
