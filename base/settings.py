"""Settings: options and the environment, then `config.toml`, then the page of settings, then the defaults here.

What stands on the page comes from the database (app/kept_settings.py) and is laid under the rest while a site runs.
"""

import os
import tomllib
from collections.abc import Mapping
from functools import cached_property
from pathlib import Path
from typing import Any, Final, Literal, Self

from pydantic import Field, ValidationError, model_validator
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict, TomlConfigSettingsSource

from base.limit_numbers import unknown
from base.networks import Networks
from base.secret_key import secret_in

VERSION: Final = "0.1.0"
_POSTGRES: Final = ("postgres://", "postgresql://", "asyncpg://")
LOOPBACK: Final = frozenset({"127.0.0.1", "::1", "localhost"})
Origin = Literal["option", "environment", "file", "page", "default"]


def say(words: str) -> str:
    """Mark words for the translators; they are translated where they are shown."""
    return words


class Settings(BaseSettings):
    """Everything an operator may set; each is described in docs/settings.md."""

    model_config = SettingsConfigDict(env_prefix="COMMONPLACE_", extra="forbid", validate_default=True)

    data_dir: Path = Field(Path("data"), description=say("Folder of the database, the index, uploads and mail."))
    database_url: str = Field("", description=say("Database address; empty means SQLite in the data folder."))
    host: str = Field("127.0.0.1", description=say("Address to listen on."))
    port: int = Field(8000, ge=0, le=65535, description=say("Port to listen on."))
    workers: int = Field(1, ge=1, le=64, description=say("Server processes; more than one need PostgreSQL."))
    base_url: str = Field(
        "", description=say("Public address of the site, for links in mail; empty means host and port.")
    )
    site_name: str = Field("Commonplace", min_length=1, max_length=60, description=say("Name of the site."))
    tagline: str = Field(
        "Someone in the network has already solved this.",
        max_length=120,
        description=say("Sentence on the front page."),
    )
    language: str = Field(
        "en", pattern="^[a-z]{2,3}(_[A-Za-z]{2,4})?$", description=say("Language for visitors, such as en.")
    )
    private: bool = Field(False, description=say("Only members whom an organisation has confirmed may read anything."))
    joining: str = Field("open", pattern="^(open|invitation)$", description=say("Joining: open or by invitation only."))
    demo: bool = Field(True, description=say("Fill an empty site with a demonstration network on first start."))
    behind_proxy: bool = Field(False, description=say("Trust X-Forwarded-For and -Proto of a proxy on this machine."))
    mail_server: str = Field("", description=say("SMTP server; empty means that mail is written to the data folder."))
    mail_port: int = Field(587, ge=1, le=65535, description=say("Port of the SMTP server."))
    mail_user: str = Field("", description=say("User name at the SMTP server."))
    mail_password: str = Field("", description=say("Password at the SMTP server."))
    mail_tls: str = Field("starttls", pattern="^(starttls|tls|none)$", description=say("starttls, tls or none."))
    mail_from: str = Field("commonplace@localhost", description=say("Sender address of all mail."))
    security_contact: str = Field(
        "",
        pattern=r"^(|mailto:[^\s@]+@[^\s@]+|https://\S+)$",
        description=say(
            "Where weaknesses are reported, mailto:… or https://…; empty means the sender address of mail."
        ),
    )
    mail_window_minutes: int = Field(10, ge=0, le=1440, description=say("How long notices are gathered into one mail."))
    session_days: int = Field(60, ge=1, le=365, description=say("Days after which a sign-in ends."))
    two_factor_for: str = Field(
        "nobody", pattern="^(nobody|staff|everybody)$", description=say("Who must sign in with two steps.")
    )
    two_factor_grace_days: int = Field(
        14, ge=0, le=365, description=say("Days that people have to set up two steps, from when they are asked.")
    )
    sso_networks: Networks = Field("", description=say("Own networks where sign-in providers may be: 10.2.0.0/16, …"))
    address_days: int = Field(
        30, ge=1, le=3650, description=say("Days for which network addresses of sign-ins are kept.")
    )
    leaving_days: int = Field(7, ge=0, le=90, description=say("Days that who leaves may still stay, by signing in."))
    own_data_days: int = Field(7, ge=1, le=90, description=say("Days for which copies of one's own data are kept."))
    page_size: int = Field(20, ge=5, le=100, description=say("Posts or rows on one page."))
    upload_mb: int = Field(4, ge=1, le=100, description=say("Largest file that members may upload, in megabytes."))
    upload_mb_staff: int = Field(16, ge=1, le=100, description=say("The same for editors, moderators, administrators."))
    upload_scanner: str = Field(
        "",
        description=say(
            "Command that gets every uploaded file on its input and ends with 0 when it is clean, such as "
            "`clamdscan -`; empty means none."
        ),
    )
    search_engine: str = Field(
        "auto",
        pattern="^(auto|embedded|postgres)$",
        description=say("Where the search index lives: embedded in the data folder, or in postgres; auto is embedded."),
    )
    search_memory_mb: int = Field(256, ge=16, le=16384, description=say("Memory that search may use for its caches."))
    search_weights: dict[str, float] = Field(
        default_factory=dict,
        description=say('Factors of trust in search that differ from the usual ones, such as {"verified": 1.5}.'),
    )
    backup_hours: int = Field(
        24,
        ge=0,
        le=720,
        description=say("Hours between the backups a server makes and checks by itself; 0 means none."),
    )
    backup_keep: int = Field(
        7,
        ge=1,
        le=1000,
        description=say(
            "How many of the newest of them are kept; besides, the newest of each of the four weeks before."
        ),
    )
    backup_passphrase_file: str = Field(
        "", description=say("File whose first line encrypts every backup; empty means that they are not encrypted.")
    )
    log_level: str = Field("info", pattern="^(debug|info|warning|error)$", description=say("How much is logged."))
    log_requests: str = Field(
        "problems",
        pattern="^(off|problems|all)$",
        description=say("Which requests get a line in the log: off, problems (failed or slow), or all."),
    )
    slow_request_ms: int = Field(
        1000, ge=1, le=600_000, description=say("From how many milliseconds on a request counts as slow.")
    )
    slow_query_ms: int = Field(
        200,
        ge=1,
        le=600_000,
        description=say("From how many milliseconds on a statement to the database counts as slow."),
    )
    metrics_token: str = Field(
        "",
        max_length=200,
        description=say("Token with which /metrics may be read from elsewhere; empty means only on this machine."),
    )
    next_steps: bool = Field(True, description=say("Show administrators on the front page what is left to do."))
    log_json: bool = Field(False, description=say("Write the log as JSON lines."))
    limits: bool = Field(True, description=say("Enforce the limits on how often one may post, sign in and search."))
    limit_numbers: dict[str, int] = Field(
        default_factory=dict,
        description=say(
            'Limits on writing that differ from the usual ones (docs/limits.md), such as {"post_pause": 10}.'
        ),
    )

    @model_validator(mode="after")
    def _fits_together(self) -> Self:
        if self.search_engine == "postgres" and not self.database.startswith(_POSTGRES):
            raise ValueError("search_engine is postgres, which needs a database_url that begins with postgres://")
        if wrong := unknown(self.limit_numbers):
            raise ValueError(wrong)
        return self

    @cached_property
    def database(self) -> str:
        """Return the database address in force."""
        return self.database_url or f"sqlite://{self.data_dir.resolve() / 'commonplace.sqlite3'}"

    @cached_property
    def address(self) -> str:
        """Return the public address of the site, without a slash at the end."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return (self.base_url or f"http://{host}:{self.port}").rstrip("/")

    @cached_property
    def secure(self) -> bool:
        """Say whether the public address is encrypted, so that cookies must be too."""
        return self.address.startswith("https://")

    def model_copy(self, *, update: Mapping[str, Any] | None = None, deep: bool = False) -> Self:
        """Return a copy in which what follows from other values is worked out anew."""
        made = super().model_copy(update=update, deep=deep)
        for name in ("database", "address", "secure"):
            made.__dict__.pop(name, None)
        return made

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Read explicit values first, then the environment, then config.toml."""
        given = getattr(init_settings, "init_kwargs", {})
        folder = Path(given.get("data_dir") or os.environ.get("COMMONPLACE_DATA_DIR", "data"))
        return init_settings, env_settings, TomlConfigSettingsSource(settings_cls, folder / "config.toml")


class _AsGiven(Settings):
    """Settings of nothing but what is given: neither the environment nor the file is read again."""

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        *others: Any,
        **more: Any,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Read explicit values only."""
        return (init_settings,)


_current: list[Settings] = []
_firm: list[Settings] = []
_options: set[str] = set()
_kept: set[str] = set()
_lies_under: list[bool] = []


def get() -> Settings:
    """Return the settings in force."""
    if not _current:
        use(Settings())
    return _current[0]


def use(settings: Settings) -> Settings:
    """Make these the settings in force."""
    _current[:], _firm[:] = [settings], [settings]
    for memory in (_options, _kept, _lies_under):
        memory.clear()
    return settings


def load(**given: Any) -> Settings:
    """Read the settings, with `given` (not None) before everything else, and make them the ones in force."""
    options = {name: value for name, value in given.items() if value is not None}
    made = use(Settings(**options))
    _options.update(options)
    return made


def laid_under(kept: Mapping[str, object]) -> Settings:
    """Return the settings with what the page of settings says below options, environment and file.

    Raises pydantic's ValidationError when they do not fit.
    """
    get()
    firm = _firm[0]
    given = {name: getattr(firm, name) for name in firm.model_fields_set}
    return _AsGiven(**{**kept, **given})


def lay_under(kept: Mapping[str, object]) -> dict[str, str]:
    """Put what the page of settings says in force; return what does not fit any more, which is left out."""
    fits, wrong = dict(kept), {}
    try:
        made = laid_under(fits)
    except ValidationError:
        fits = {}
        for name, value in kept.items():
            try:
                laid_under({**fits, name: value})
                fits[name] = value
            except ValidationError as error:
                wrong[name] = str(error.errors(include_url=False, include_input=False)[0]["msg"])
        made = laid_under(fits)
    _current[:], _lies_under[:] = [made], [True]
    _kept.clear()
    _kept.update(fits)
    return wrong


def lies_under() -> bool:
    """Say whether what the page says was put in force since these settings were loaded."""
    return bool(_lies_under)


def origin(name: str) -> Origin:
    """Say where the value in force of a setting comes from; the first three cannot be changed on the page."""
    get()
    if name in _firm[0].model_fields_set:
        if name not in _options:
            if any(key.upper() == f"COMMONPLACE_{name.upper()}" for key in os.environ):
                return "environment"
            if name in _in_file(_firm[0].data_dir):
                return "file"
        return "option"
    return "page" if name in _kept else "default"


def _in_file(folder: Path) -> frozenset[str]:
    try:
        return frozenset(tomllib.loads((folder / "config.toml").read_text()))
    except FileNotFoundError:
        return frozenset()


def secret(settings: Settings | None = None) -> str:
    """Return the site's signing secret, made on first use and kept in the data folder."""
    return secret_in((settings or get()).data_dir)
