"""Settings of an installation: declared here with type, default and meaning, read from file, environment and code.

Later wins: default, ``lms.toml`` in the data folder, environment ``LMS_…``, arguments. What varies by class (leave
limit, half-day value, number pattern) is no setting of the site but a rule of the class (``core.classes.rules``).
"""
from __future__ import annotations

import difflib
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from lms.core.errors import Invalid
from lms.core.i18n import N_


@dataclass(frozen=True)
class Setting:
    """One setting. *meaning* is a message id; *unit* is shown beside the value.

    :param least: the smallest and *most* the greatest number that makes sense
    :param choices: the only values that there are; empty: any
    """

    name: str
    type: type
    default: Any
    meaning: str
    unit: str = ""
    secret: bool = False
    least: int = 0
    most: int = 1_000_000
    choices: tuple[str, ...] = ()


SETTINGS: tuple[Setting, ...] = (
    Setting("data", str, "data", N_("数据目录：数据库、上传的文件、证书和密钥都在这里")),
    Setting("database_url", str, "", N_("数据库地址；留空则用数据目录中的 SQLite 文件")),
    Setting("secret_key", str, "", N_("签名密钥，至少 32 个字符；留空则用数据目录中的 secret.key"), secret=True),
    Setting("signing_key", str, "", N_("证书签名私钥的文件；留空则用数据目录中的 signing.key，第一次用到时生成")),
    Setting("site_name", str, "干部培训", N_("页面上显示的系统名称")),
    Setting("public_address", str, "", N_("二维码和激活链接里写的网址，例如 https://peixun.example.org；留空则用访问时的网址")),
    Setting("https_only", bool, False, N_("只在 https 下发送登录 Cookie")),
    Setting("behind_proxies", int, 0, N_("前面有几层可信的反向代理"), most=10),
    Setting("host", str, "0.0.0.0", N_("监听地址")),
    Setting("port", int, 8000, N_("监听端口"), least=1, most=65535),
    Setting("threads", int, 12, N_("网页服务线程数"), least=1, most=64),
    Setting("zone", str, "Asia/Shanghai", N_("新建培训班的默认时区（IANA 名称）")),
    Setting("locale", str, "zh_CN", N_("默认语言：zh_CN 或 en"), choices=("zh_CN", "en")),
    Setting("upload_limit", int, 2000, N_("单个课件文件的上限，大文件分段上传"), unit="MB", least=1, most=10_240),
    Setting("request_limit", int, 200, N_("一次请求的上限；没有脚本的浏览器一次传完整个文件"), unit="MB", least=16, most=2047),
    Setting("upload_days", int, 2, N_("没有传完的文件保留几天，可以接着传"), unit=N_("天"), least=1, most=30),
    Setting("login_days", int, 30, N_("手机登录保持的天数"), unit=N_("天"), least=1, most=400),
    Setting("staff_login_hours", int, 12, N_("工作人员登录保持的小时数"), unit=N_("小时"), least=1, most=720),
    Setting("activation_days", int, 30, N_("激活链接发出后多少天内有效"), unit=N_("天"), least=1, most=400),
    Setting("login_attempts", int, 5, N_("同一账号在同一设备上连续输错几次密码后需要等待"), least=1, most=100),
    Setting("login_wait", int, 60, N_("输错次数过多后首次等待的秒数，之后逐次加倍，最长一小时"), unit=N_("秒"), least=1, most=3600),
    Setting("password_length", int, 8, N_("密码的最少位数"), least=8, most=64),
    Setting("second_factor_required", bool, False, N_("工作人员登录是否必须用第二因素（手机上的六位数字）")),
    Setting("code_step", int, 10, N_("签到码多少秒换一次"), unit=N_("秒"), least=5, most=300),
    Setting("ticket_minutes", int, 10, N_("扫码后多少分钟内可以完成签到"), unit=N_("分钟"), least=1, most=60),
    Setting("tap_minutes", int, 5, N_("扫码后超过多少分钟才点签到，列入待核"), unit=N_("分钟"), least=1, most=60),
    Setting("certificate_archive_years", int, 30, N_("证书的文件、姓名和结业依据保存多少年，到期自动清除；编号、校验值和状态一直保留"), unit=N_("年"), least=1, most=100),
    Setting("class_archive_years", int, 30, N_("培训班结束多少年以后，管理员可以把学员匿名：姓名、手机号等去掉，考勤、成绩、学时和证书编号保留"), unit=N_("年"), least=1, most=100),
    Setting("leave_proof_days", int, 14, N_("请假证明在请假结束后保留的天数，到期自动清除"), unit=N_("天"), most=400),
    Setting("trace_days", int, 180, N_("设备标识、网络地址和失效的登录记录保留的天数，到期自动清除"), unit=N_("天"), least=7, most=3650),
    Setting("notice_days", int, 180, N_("站内消息保留的天数，到期自动清除"), unit=N_("天"), least=7, most=3650),
    Setting("code_attempts", int, 10, N_("同一设备输错几次签到码后须等待（满 24 小时没有再错才重新计数）"), least=1, most=1000),
    Setting("answer_grace", int, 30, N_("考试到时后还接收答案的秒数，照顾信号慢的手机"), unit=N_("秒"), most=300),
    Setting("sign_in_by_name", bool, True, N_("没有登录的手机可否用姓名加手机尾号签到（一律列入待核）")),
    Setting("backup_folder", str, "", N_("备份放在哪个目录，例如另一块磁盘；留空则在数据目录的 backups")),
    Setting("backup_daily_at", str, "02:30", N_("每天几点自动备份（本地时间，如 02:30）；写 off 则不自动备份")),
    Setting("backup_keep", int, 14, N_("保留最近多少份备份；最后一份完好的永远不清理"), least=1, most=1000),
    Setting("backup_passphrase_file", str, "", N_("存放备份口令的文件；有它，自动和网页备份就把签名密钥用口令锁上一起备份；留空则不备份密钥")),
    Setting("demo", bool, False, N_("演示模式：证书带“样例”字样，任何消息都不外发")),
    Setting("alert_email", str, "", N_("系统有问题时发邮件给谁；留空则不发")),
    Setting("smtp_server", str, "", N_("发邮件用的服务器和端口，例如 smtp.example.org:465")),
    Setting("smtp_user", str, "", N_("邮件服务器的用户名，也是默认的发件人")),
    Setting("smtp_password_file", str, "", N_("存放邮件服务器密码的文件；留空则不登录")),
    Setting("smtp_from", str, "", N_("发件人地址；留空则用 smtp_user")),
    Setting("wecom_robot", str, "", N_("企业微信群机器人的网址；系统有问题时发到群里"), secret=True),
    Setting("dingtalk_robot", str, "", N_("钉钉群机器人的网址；系统有问题时发到群里"), secret=True),
    Setting("dingtalk_secret", str, "", N_("钉钉群机器人的加签密钥；没有开加签则留空"), secret=True),
    Setting("disk_warning", int, 1024, N_("数据目录所在磁盘的剩余空间低于多少就提醒"), unit="MB", least=1),
    Setting("log_folder", str, "", N_("日志另写到哪个目录（自动轮换）；留空则只写标准错误")),
    Setting("log_level", str, "INFO", N_("日志级别"), choices=("DEBUG", "INFO", "WARNING", "ERROR")),
)
_BY_NAME = {setting.name: setting for setting in SETTINGS}
MINIMUM_KEY = 32
# Variables of the test suite, which share our prefix.
_NOT_SETTINGS = ("LMS_TEST_", "LMS_REQUIRE_")


@dataclass
class Settings:
    """The settings in force. Attribute access by name: ``settings.code_step``."""

    values: dict[str, Any] = field(default_factory=dict)
    origin: dict[str, str] = field(default_factory=dict)

    def __getattr__(self, name: str) -> Any:
        if name.startswith("_") or name not in _BY_NAME:
            raise AttributeError(name)
        return self.values.get(name, _BY_NAME[name].default)

    @property
    def data_folder(self) -> Path:
        return Path(self.data)

    @property
    def url(self) -> str:
        return self.database_url or f"sqlite:///{self.data_folder / 'lms.db'}"


def load_settings(arguments: Mapping[str, Any] | None = None, environ: Mapping[str, str] | None = None) -> Settings:
    """Put the settings together.

    :param arguments: names without prefix, e.g. ``{"data": "/srv/lms"}``
    :param environ: the environment; names are ``LMS_`` + upper case
    :raises Invalid: an unknown name, a value of the wrong kind, an unreadable ``lms.toml``
    """
    settings = Settings()
    arguments = {k: v for k, v in (arguments or {}).items() if v is not None}
    from_environment = {k[4:].lower(): v for k, v in (environ or {}).items()
                        if k.startswith("LMS_") and not k.startswith(_NOT_SETTINGS)}
    folder = Path(str(arguments.get("data") or from_environment.get("data") or _BY_NAME["data"].default))
    for origin, values in (("lms.toml", _read_toml(folder / "lms.toml")), ("environment", from_environment),
                           ("argument", arguments)):
        for name, value in values.items():
            settings.values[name] = _checked(name, value, origin)
            settings.origin[name] = origin
    return settings


def _read_toml(file: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(file.read_text("utf-8"))
    except FileNotFoundError:
        return {}
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, OSError) as error:
        raise Invalid("settings_unreadable", N_("配置文件 {file} 无法读取：{reason}。请按 docs/configuration.md 改正。"),
                      file=str(file), reason=str(error)) from error


def _checked(name: str, value: Any, origin: str) -> Any:
    setting, where = _BY_NAME.get(name), _where(name, origin)
    if setting is None:
        near = difflib.get_close_matches(name, _BY_NAME, 1)
        raise Invalid("unknown_setting", N_("没有 {where} 这个设置（是否指 {near}？）。全部设置见 docs/configuration.md。"),
                      where=where, near=near[0] if near else "—")
    try:
        converted = _convert(setting.type, value)
    except ValueError as error:
        message = N_("设置 {where} 应为 true 或 false，现为“{value}”。请改正后重新启动。")
        if setting.type is int:
            message = N_("设置 {where} 应为整数，现为“{value}”。请改正后重新启动。")
        raise Invalid("wrong_setting", message, where=where, value=str(value)) from error
    _check_bounds(setting, converted, where)
    return converted


def _where(name: str, origin: str) -> str:
    """The setting as it is written where it was found."""
    return {"environment": f"LMS_{name.upper()}", "lms.toml": f"{name} (lms.toml)"}.get(origin, name)


def _check_bounds(setting: Setting, value: Any, where: str) -> None:
    if setting.type is int and not setting.least <= value <= setting.most:
        raise Invalid("setting_out_of_range", N_("设置 {where} 应在 {least} 到 {most} 之间，现为 {value}。请改正后重新启动。"),
                      where=where, least=setting.least, most=setting.most, value=value)
    if setting.choices and value not in setting.choices:
        raise Invalid("setting_choice", N_("设置 {where} 只能是 {choices}，现为“{value}”。请改正后重新启动。"), where=where,
                      choices=list(setting.choices), value=value)
    if setting.name == "backup_daily_at" and value != "off" and not _is_time(value):
        raise Invalid("setting_time", N_("设置 {where} 应为 24 小时制的时刻，例如 02:30，或者 off，现为“{value}”。请改正后重新启动。"),
                      where=where, value=value)
    if setting.name == "zone" and not _is_zone(value):
        raise Invalid("setting_zone", N_("设置 {where} 的“{value}”不是时区名称，北京时间是 Asia/Shanghai。请改正后重新启动。"),
                      where=where, value=value)


def _is_time(text: str) -> bool:
    return re.fullmatch(r"([01][0-9]|2[0-3]):[0-5][0-9]", text) is not None


def _is_zone(name: str) -> bool:
    try:
        ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        return False
    return True


def _convert(kind: type, value: Any) -> Any:
    if kind is bool:
        text = str(value).lower()
        if text not in {"1", "0", "true", "false", "yes", "no", "on", "off"}:
            raise ValueError(text)
        return text in {"1", "true", "yes", "on"}
    if kind is int and isinstance(value, (bool, float)):
        raise ValueError(value)
    return kind(value)
