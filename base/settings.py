"""Settings: from the environment (COMMONPLACE_…), then `config.toml` in the data folder, then the defaults here."""

import os
import secrets
from contextlib import suppress
from functools import cached_property
from pathlib import Path
from typing import Any, Final, Self

from pydantic import Field, model_validator
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict, TomlConfigSettingsSource

from base.limit_numbers import unknown

VERSION: Final = "0.1.0"
_POSTGRES: Final = ("postgres://", "postgresql://", "asyncpg://")
LOOPBACK: Final = frozenset({"127.0.0.1", "::1", "localhost"})


class Settings(BaseSettings):
    """Everything an operator may set; each is described in docs/settings.md."""

    model_config = SettingsConfigDict(env_prefix="COMMONPLACE_", extra="forbid", validate_default=True)

    data_dir: Path = Field(Path("data"), description="Folder of the database, the index, uploads and written mail.")
    database_url: str = Field("", description="Database address; empty means SQLite in the data folder.")
    host: str = Field("127.0.0.1", description="Address to listen on.")
    port: int = Field(8000, ge=0, le=65535, description="Port to listen on.")
    workers: int = Field(1, ge=1, le=64, description="Server processes; more than one need PostgreSQL.")
    base_url: str = Field("", description="Public address of the site, for links in mail; empty means host and port.")
    site_name: str = Field("Commonplace", min_length=1, max_length=60, description="Name of the site.")
    tagline: str = Field(
        "Someone in the network has already solved this.", max_length=120, description="Sentence on the front page."
    )
    demo: bool = Field(True, description="Fill an empty site with a demonstration network on first start.")
    behind_proxy: bool = Field(False, description="Trust X-Forwarded-For and -Proto of a proxy on this machine.")
    mail_server: str = Field("", description="SMTP server; empty means that mail is written to the data folder.")
    mail_port: int = Field(587, ge=1, le=65535, description="Port of the SMTP server.")
    mail_user: str = Field("", description="User name at the SMTP server.")
    mail_password: str = Field("", description="Password at the SMTP server.")
    mail_tls: str = Field("starttls", pattern="^(starttls|tls|none)$", description="starttls, tls or none.")
    mail_from: str = Field("commonplace@localhost", description="Sender address of all mail.")
    security_contact: str = Field(
        "",
        pattern=r"^(|mailto:[^\s@]+@[^\s@]+|https://\S+)$",
        description="Where weaknesses are reported, mailto:… or https://…; empty means the sender address of mail.",
    )
    mail_window_minutes: int = Field(10, ge=0, le=1440, description="How long notices are gathered into one mail.")
    session_days: int = Field(60, ge=1, le=365, description="Days after which a sign-in ends.")
    page_size: int = Field(20, ge=5, le=100, description="Posts or rows on one page.")
    upload_mb: int = Field(4, ge=1, le=100, description="Largest file that members may upload, in megabytes.")
    upload_mb_staff: int = Field(16, ge=1, le=100, description="The same for editors, moderators and administrators.")
    upload_scanner: str = Field(
        "",
        description="Command that gets every uploaded file on its input and ends with 0 when it is clean, such as "
        "`clamdscan -`; empty means none.",
    )
    search_engine: str = Field(
        "auto",
        pattern="^(auto|embedded|postgres)$",
        description="Where the search index lives: embedded in the data folder, or in postgres; auto is embedded.",
    )
    search_memory_mb: int = Field(256, ge=16, le=16384, description="Memory that search may use for its caches.")
    search_weights: dict[str, float] = Field(
        default_factory=dict,
        description='Factors of trust in search that differ from the usual ones, such as {"verified": 1.5}.',
    )
    backup_hours: int = Field(
        24, ge=0, le=720, description="Hours between the backups a server makes and checks by itself; 0 means none."
    )
    backup_keep: int = Field(
        7,
        ge=1,
        le=1000,
        description="How many of the newest of them are kept; besides, the newest of each of the four weeks before.",
    )
    backup_passphrase_file: str = Field(
        "", description="File whose first line encrypts every backup; empty means that they are not encrypted."
    )
    log_level: str = Field("info", pattern="^(debug|info|warning|error)$", description="How much is logged.")
    log_json: bool = Field(False, description="Write the log as JSON lines.")
    limits: bool = Field(True, description="Enforce the limits on how often one may post, sign in and search.")
    limit_numbers: dict[str, int] = Field(
        default_factory=dict,
        description='Limits on writing that differ from the usual ones (docs/limits.md), such as {"post_pause": 10}.',
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


_current: list[Settings] = []


def get() -> Settings:
    """Return the settings in force."""
    if not _current:
        _current.append(Settings())
    return _current[0]


def use(settings: Settings) -> Settings:
    """Make these the settings in force."""
    _current[:] = [settings]
    return settings


def load(**given: Any) -> Settings:
    """Read the settings, with `given` (not None) before everything else, and make them the ones in force."""
    return use(Settings(**{name: value for name, value in given.items() if value is not None}))


def secret(settings: Settings | None = None) -> str:
    """Return the site's signing secret, made on first use and kept in the data folder."""
    folder = (settings or get()).data_dir
    file = folder / "secret.key"
    if not file.exists():
        folder.mkdir(parents=True, exist_ok=True)
        fresh = folder / f".secret.{os.getpid()}"
        descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w") as out:
            out.write(secrets.token_urlsafe(48))
        try:
            with suppress(FileExistsError):  # another process was first; its secret is the one
                os.link(fresh, file)
        finally:
            fresh.unlink()
    return file.read_text().strip()
