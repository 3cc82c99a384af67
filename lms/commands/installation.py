"""Open the installation that a command works on, or say why it cannot start."""
from __future__ import annotations

import argparse
import os
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy.exc import SQLAlchemyError

from lms.core.errors import Invalid, LmsError, Unavailable
from lms.core.i18n import N_
from lms.core.settings import Settings, load_settings
from lms.migrations.run import check_current
from lms.site import Site, open_site


class CannotStart(Exception):
    """Settings, key, folder or database do not let the program work; *refusal* says what to do."""

    def __init__(self, refusal: LmsError) -> None:
        super().__init__(str(refusal))
        self.refusal = refusal


@contextmanager
def starting() -> Iterator[None]:
    """What is refused in here is a matter of settings or storage, not of what the command was given."""
    try:
        yield
    except LmsError as error:
        raise CannotStart(error) from error
    except ImportError as error:
        if (error.name or "").split(".")[0] == "lms":  # a fault of ours, which no setting mends
            raise
        raise CannotStart(Invalid(
            "database_driver", N_("database_url 要用的数据库驱动 {name} 没有安装。PostgreSQL 请写 postgresql+psycopg://…，"
                                  "并运行 pip install 'cadre-lms[postgres]'。"), name=error.name or "?")) from error
    except SQLAlchemyError as error:
        raise CannotStart(Unavailable(
            "database_unreachable", N_("数据库打不开（{reason}）。请检查 database_url、数据目录的权限，以及数据库服务是否在运行。"),
            reason=str(getattr(error, "orig", None) or error).strip().splitlines()[0])) from error


def settings_of(options: argparse.Namespace, **more: object) -> Settings:
    """The settings with what was given on the command line above them.

    :raises CannotStart: one of them is wrong
    """
    given = {name: getattr(options, name, None) for name in ("data", "host", "port", "threads")}
    with starting():
        return load_settings({**given, **more}, os.environ)


def open_ready(settings: Settings) -> Site:
    """The installation with a key and a database of this program's version.

    :raises CannotStart: one of them is missing or does not fit
    """
    with starting():
        site = open_site(settings)
        check_current(site.database.engine)
    return site
