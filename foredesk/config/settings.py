"""Django's settings, all derived from the typed environment (plumbing/env.py)."""

from pathlib import Path

from csp.constants import NONCE, NONE, SELF

from foredesk.plumbing.database import GIVING_UP
from foredesk.plumbing.env import Env

ENV = Env.load()
ROOT = Path(__file__).resolve().parent.parent

DEBUG = ENV.debug
SECRET_KEY = ENV.secret_key
FOREDESK_ENCRYPTION_KEYS = ENV.encryption_keys
SITE_URL = ENV.url
ALLOWED_HOSTS = list(ENV.allowed_hosts)
SITE_HOST = SITE_URL.split("://", 1)[-1].split("/", 1)[0]
IS_HTTPS = SITE_URL.startswith("https://")
CSRF_TRUSTED_ORIGINS = [SITE_URL]

INSTALLED_APPS = [
    "foredesk.design",
    "foredesk.plumbing",
    "foredesk.logbook",
    "foredesk.files",
    "foredesk.realtime",
    "foredesk.people",
    "foredesk.tickets",
    "foredesk.sla",
    "foredesk.routing",
    "foredesk.notices",
    "foredesk.channels",
    "foredesk.surveys",
    "foredesk.automations",
    "foredesk.analytics",
    "foredesk.operations",
    "foredesk.demo",
    "foredesk.desk",
    "foredesk.api",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "django.contrib.humanize",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "procrastinate.contrib.django",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "foredesk.design.csp.Policy",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "foredesk.desk.account.recognising.Recognising",
    "django.contrib.messages.middleware.MessageMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "foredesk.desk.account.activity.Activity",
    "foredesk.desk.account.answering.Answering",
    "foredesk.desk.zones.Zones",
    "foredesk.desk.refusals.Refusals",
]

ROOT_URLCONF = "foredesk.config.urls"
WSGI_APPLICATION = None
ASGI_APPLICATION = None

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.jinja2.Jinja2",
        "APP_DIRS": True,
        "OPTIONS": {
            "environment": "foredesk.design.jinja.environment",
            "context_processors": [
                "django.contrib.messages.context_processors.messages",
                "foredesk.design.csrf.context",
                "foredesk.desk.navigation.context",
            ],
        },
    },
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ],
        },
    },
]
FORM_RENDERER = "django.forms.renderers.DjangoTemplates"

DATABASES = {
    "default": {
        # The lists are the same few statements all day: prepared, they are planned once.
        **ENV.database(
            pool={"min_size": 1, "max_size": 12, "timeout": 20, "reconnect_timeout": GIVING_UP},
            server_side_binding=True,
            prepare_threshold=3,
        ),
        "CONN_MAX_AGE": 0,
        "CONN_HEALTH_CHECKS": False,  # our engine looks itself, without a question
    }
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "plumbing_cache",
    }
}

AUTH_USER_MODEL = "people.Agent"
SILENCED_SYSTEM_CHECKS = ["auth.W004"]  # addresses are unique without regard to case
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "foredesk.people.limiting_passwords.LimitLength"},
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 12},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "foredesk.people.ending_invitations.EndInvitations"},
]
PASSWORD_RESET_TIMEOUT = 24 * 3600
ACCOUNT_PASSWORD_RESET_TOKEN_GENERATOR = "foredesk.desk.account.reset_links.ResetTokens"  # noqa: S105
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
ACCOUNT_ADAPTER = "foredesk.desk.account.adapter.AccountAdapter"
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_USER_MODEL_EMAIL_FIELD = "email"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_LOGOUT_REDIRECT_URL = "account_login"
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_REAUTHENTICATION_REQUIRED = True
ACCOUNT_SESSION_REMEMBER = None
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False
ACCOUNT_EMAIL_NOTIFICATIONS = True
ACCOUNT_RATE_LIMITS = {
    "reset_password": "20/m/ip,3/h/key",  # the key is the address that is typed
    "survey": "60/m/ip,30/h/key",  # the key is the survey; offices share an address
}
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes", "webauthn"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_TOTP_ISSUER = "Foredesk"
MFA_TOTP_TOLERANCE = 1  # one step of 30 s either way: clocks of phones are off
MFA_ADAPTER = "foredesk.desk.account.adapter.MFAAdapter"
USERSESSIONS_TRACK_ACTIVITY = False  # desk.account.activity does it without a write per request

SESSION_ENGINE = "foredesk.people.session_store"
SESSION_COOKIE_NAME = "foredesk_session"
SESSION_COOKIE_AGE = 7 * 24 * 3600
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = IS_HTTPS
CSRF_COOKIE_NAME = "foredesk_csrf"
CSRF_COOKIE_SECURE = IS_HTTPS
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
SECURE_HSTS_SECONDS = 31_536_000 if IS_HTTPS else 0
X_FRAME_OPTIONS = "DENY"

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF, NONCE],
        "style-src": [SELF],
        "img-src": [SELF, "data:", "blob:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "frame-src": [SELF],
        "base-uri": [NONE],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
        "manifest-src": [SELF],
        "report-uri": "/csp-report/",
    }
}

STATIC_URL = "/static/"
STATIC_ROOT = str(ENV.data_dir / "static")
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "blobs": ENV.file_storage(),
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
DATA_UPLOAD_MAX_MEMORY_SIZE = 35 * 1024 * 1024
FILE_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024

USE_TZ = True
TIME_ZONE = "UTC"
LANGUAGE_CODE = "en"
LANGUAGES = [("en", "English")]  # those that have a catalogue
USE_I18N = False  # English alone so far; looking words up in no catalogue costs every page

EMAIL_BACKEND = "foredesk.channels.account_mail.Backend"
DEFAULT_FROM_EMAIL = f"Foredesk <noreply@{SITE_HOST.split(':')[0]}>"

LOGGING = ENV.logging()
