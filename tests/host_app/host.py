"""A small real host: an intranet with its own login, users in its own database, its own frame, words and errors.

It knows nothing of the training system but the three lines that mount it and the two functions that answer for its users.
"""
from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from flask import Flask, abort, redirect, render_template, request, session, url_for
from flask_login import LoginManager, UserMixin, current_user, login_required, login_user, logout_user
from flask_wtf.csrf import CSRFProtect
from sqlalchemy import Engine, String, create_engine, select
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column
from werkzeug.wrappers import Response

from lms import LMS
from lms.site import Site
from lms.testing import Browser
from lms.web.ext import HostUser


class HostBase(DeclarativeBase):
    """The host's own tables; its MetaData knows none of ours."""


class Account(UserMixin, HostBase):  # type: ignore[misc]
    __tablename__ = "colleague"

    id: Mapped[int] = mapped_column(primary_key=True)
    account: Mapped[str] = mapped_column(String(40), unique=True)
    real_name: Mapped[str] = mapped_column(String(40))
    mobile: Mapped[str] = mapped_column(String(20), default="")
    trains: Mapped[bool] = mapped_column(default=False)  # whether the office makes them a training administrator


COLLEAGUES = (("wang", "王芳", "+86 139-0000-0001", False), ("zhao", "赵管理", "", True), ("chen", "陈新", "", False))


def make_host(folder: Path, *, engine: Engine | None = None, mount: Callable[[Flask], None] | None = None) -> Flask:
    """The host, with the training system under /training.

    :param engine: the host's database; a SQLite file of its own otherwise
    :param mount: mounts it another way
    """
    app = Flask("intranet", root_path=str(Path(__file__).parent))
    app.secret_key = "dev"  # short, as hosts are: it signs the host's cookies and nothing of ours
    app.config.update(TESTING=True, WTF_CSRF_TIME_LIMIT=None)
    app.extensions["host_engine"] = engine = engine or create_engine(f"sqlite:///{folder / 'host.db'}")
    HostBase.metadata.create_all(engine)
    with Session(engine) as db:
        db.add_all(Account(account=a, real_name=n, mobile=m, trains=t) for a, n, m, t in COLLEAGUES)
        db.commit()
    _log_in_with(app, engine)
    _pages(app)
    (mount or mount_training(folder))(app)
    return app


def mount_training(folder: Path, **options: Any) -> Callable[[Flask], None]:
    """How a host mounts it."""
    def mount(app: Flask) -> None:
        LMS(app, prefix="/training", host_user=training_user, host_locale=lambda: session.get("language"),
            settings={"data": str(folder / "training")}, **options)

    return mount


def training_user() -> HostUser | None:
    """Who the host's user is to the training system."""
    if not current_user.is_authenticated:
        return None
    return HostUser(key=f"colleague:{current_user.id}", name=current_user.real_name, phone=current_user.mobile,
                    roles=("administrator",) if current_user.trains else ())


def _log_in_with(app: Flask, engine: Engine) -> None:
    manager = LoginManager(app)
    manager.login_view = "sign_in"

    @manager.user_loader  # type: ignore[untyped-decorator]
    def load(key: str) -> Account | None:
        with Session(engine) as db:
            return db.get(Account, int(key))

    @app.route("/sign-in", methods=["GET", "POST"])
    def sign_in() -> str | Response:
        if request.method == "GET":
            return render_template("host_sign_in.html")
        with Session(engine) as db:
            found = db.scalars(select(Account).where(Account.account == request.form["account"])).one()
            login_user(found)
        return redirect(request.args.get("next") or url_for("desk"))

    @app.post("/sign-out")
    def sign_out() -> Response:
        logout_user()
        return redirect(url_for("front"))


def _pages(app: Flask) -> None:
    CSRFProtect(app)
    app.context_processor(lambda: {"intranet": "区总工会内网"})
    app.register_error_handler(404, lambda error: ("内网没有这一页", 404))
    app.register_error_handler(ValueError, lambda error: ("内网自己的错误页", 500))

    @app.get("/")
    def front() -> str:
        return render_template("host_front.html")

    @app.get("/desk")
    @login_required  # type: ignore[untyped-decorator]
    def desk() -> str:
        return render_template("host_front.html", words=f"{current_user.real_name}的工作台")

    @app.get("/fails")
    def fails() -> str:
        raise ValueError("the host's own fault")

    @app.get("/missing")
    def missing() -> str:
        abort(404)

    @app.post("/note")
    def note() -> str:
        return "记下了"


def training(app: Flask) -> Site:
    return app.extensions["lms"].site  # type: ignore[no-any-return]


class Colleague(Browser):
    """A browser that logs in where the host's people log in."""

    def sign_in(self, account: str) -> Any:
        self.get("/sign-in")
        return self.post("/sign-in", {"account": account})
