"""Somebody's files, as a client sees them."""

from typing import Any

import httpx
import psycopg

from tests.integration.service import Person, Service


class Files:
    """Somebody's organization with a bucket, and what they do with files in it."""

    def __init__(self, service: Service) -> None:
        self.service = service
        self.owner: Person = service.person()
        self.http = self.owner.http
        self.id = self.owner.organization()
        self.at = f"/v1/organizations/{self.id}/storage"
        self.bucket("docs")

    def bucket(self, name: str, **rules: Any) -> dict[str, Any]:
        answer = self.http.post(f"{self.at}/buckets", json={"name": name} | rules)
        assert answer.status_code == 201, answer.text
        made: dict[str, Any] = answer.json()
        return made

    def announce(self, data: bytes, **about: Any) -> dict[str, Any]:
        declared = {
            "bucket": "docs",
            "filename": "notes.txt",
            "content_type": "text/plain",
            "size": len(data),
        }
        answer = self.http.post(f"{self.at}/uploads", json=declared | about)
        assert answer.status_code == 201, answer.text
        opened: dict[str, Any] = answer.json()
        return opened

    def complete(self, opened: dict[str, Any], **body: Any) -> httpx.Response:
        path = f"{self.at}/uploads/{opened['upload']['id']}/complete"
        return self.http.post(path, json=body or None)

    def upload(self, data: bytes = b"hello", **about: Any) -> dict[str, Any]:
        opened = self.announce(data, **about)
        assert sent(opened, data).status_code == 200
        answer = self.complete(opened)
        assert answer.status_code == 200, answer.text
        stored: dict[str, Any] = answer.json()
        return stored

    def download(self, stored: dict[str, Any], **options: Any) -> httpx.Response:
        path = f"{self.at}/objects/{stored['id']}/download-url"
        signed = self.http.post(path, json=options or None)
        assert signed.status_code == 200, signed.text
        return httpx.get(signed.json()["url"])

    @property
    def usage(self) -> tuple[int, int, int]:
        told = self.http.get(f"{self.at}/usage").json()
        return told["used"], told["reserved"], told["objects"]

    def sql(self, query: Any, *values: object) -> list[Any]:
        with psycopg.connect(self.service.owner_url) as owner:
            cursor = owner.execute(query, values)
            return cursor.fetchall() if cursor.description else []


def sent(opened: dict[str, Any], data: bytes, **changes: str) -> httpx.Response:
    """Put bytes where the answer says, with the headers it says, or some that differ."""
    request = opened["upload"]["request"]
    headers = {k: v for k, v in (request["headers"] | changes).items() if v}
    return httpx.put(request["url"], content=data, headers=headers)


def code(answer: httpx.Response) -> tuple[int, str]:
    assert answer.headers["content-type"] == "application/problem+json", answer.text
    return answer.status_code, answer.json()["code"]
