"""What the pages say, by language. A new language is one more table with the same keys."""

from collections.abc import Mapping
from typing import Final

from core.mails.models import Locale

ENGLISH: Final = {
    "verify_title": "Confirm your email address",
    "verify_about": "Press the button to confirm that this address is yours.",
    "verify_button": "Confirm",
    "verify_done": "Your address is confirmed. You can sign in now.",
    "reset_title": "Choose a password",
    "reset_about": "Use at least {least} characters: a few words make a good password.",
    "reset_button": "Save",
    "reset_done": "Your password is set and you are signed out everywhere: sign in with it.",
    "forgot_title": "Forgotten your password?",
    "forgot_about": "We mail you a link to choose a new one.",
    "forgot_button": "Send the link",
    "forgot_done": "If there is an account with this address, the link is on its way.",
    "invite_title": "Join {organization}",
    "invite_about": "{email} is invited as {role}.",
    "invite_known": "I have an account",
    "invite_new": "I am new here",
    "invite_join": "Sign in and join",
    "invite_register": "Open an account and join",
    "invite_decline": "Decline",
    "invite_done": "You are a member of {organization} now.",
    "invite_declined": "The invitation is declined.",
    "home_about": "The service is running.",
    "home_docs": "What the API can do",
    "home_mails": "Mails of this development service",
    "email": "Email address",
    "password": "Password",
    "new_password": "New password",
    "name": "Your name (optional)",
    "refused": "That did not work",
    "again": "Ask for a new link",
    "mails_title": "Mails",
    "mails_none": "No mail was sent yet.",
    "back": "Back",
}

GERMAN: Final = {
    "verify_title": "E-Mail-Adresse bestätigen",
    "verify_about": "Bestätigen Sie mit dem Knopf, dass diese Adresse Ihnen gehört.",
    "verify_button": "Bestätigen",
    "verify_done": "Ihre Adresse ist bestätigt. Sie können sich jetzt anmelden.",
    "reset_title": "Passwort wählen",
    "reset_about": "Mindestens {least} Zeichen: Ein paar Wörter ergeben ein gutes Passwort.",
    "reset_button": "Speichern",
    "reset_done": "Ihr Passwort ist gesetzt. Sie sind überall abgemeldet: Melden Sie sich neu an.",
    "forgot_title": "Passwort vergessen?",
    "forgot_about": "Wir senden Ihnen einen Link, um ein neues zu wählen.",
    "forgot_button": "Link senden",
    "forgot_done": "Gibt es ein Konto mit dieser Adresse, so ist der Link unterwegs.",
    "invite_title": "{organization} beitreten",
    "invite_about": "{email} ist als {role} eingeladen.",
    "invite_known": "Ich habe ein Konto",
    "invite_new": "Ich bin neu hier",
    "invite_join": "Anmelden und beitreten",
    "invite_register": "Konto eröffnen und beitreten",
    "invite_decline": "Ablehnen",
    "invite_done": "Sie sind jetzt Mitglied von {organization}.",
    "invite_declined": "Die Einladung ist abgelehnt.",
    "home_about": "Der Dienst läuft.",
    "home_docs": "Was die API kann",
    "home_mails": "Mails dieses Entwicklungsdienstes",
    "email": "E-Mail-Adresse",
    "password": "Passwort",
    "new_password": "Neues Passwort",
    "name": "Ihr Name (freiwillig)",
    "refused": "Das hat nicht geklappt",
    "again": "Neuen Link anfordern",
    "mails_title": "Mails",
    "mails_none": "Noch wurde keine Mail gesendet.",
    "back": "Zurück",
}

TEXTS: Final[Mapping[Locale, Mapping[str, str]]] = {"en": ENGLISH, "de": GERMAN}


def locale_of(accept_language: str) -> Locale:
    """Return the language a browser likes best among ours (RFC 9110 12.5.4, quality ignored)."""
    for one in accept_language.lower().split(","):
        if one.strip().startswith("de"):
            return "de"
        if one.strip().startswith("en"):
            return "en"
    return "en"
