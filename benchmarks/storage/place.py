"""An organization with a bucket, for files to be uploaded to."""

from typing import NamedTuple

from benchmarks.client import UNIQUE, ask, render, sign_in
from benchmarks.samples import Request
from benchmarks.servers import Server
from benchmarks.tenant import Tenant


class Place(NamedTuple):
    organization_id: str
    token: str

    @property
    def path(self) -> str:
        return f"/v1/organizations/{self.organization_id}/storage"

    def announcement(self, size: int) -> Request:
        body = {
            "bucket": "files",
            "filename": f"picture-{UNIQUE}.png",
            "content_type": "image/png",
            "size": size,
        }
        return render("POST", f"{self.path}/uploads", token=self.token, body=body)


def founded(server: Server, tenant: Tenant, name: str) -> Place:
    """Found an organization of the reader's for one benchmark."""
    token = sign_in(server, tenant.reader)
    body = {"name": name, "slug": name}
    place = Place(ask(server, "POST", "/v1/organizations", token=token, json=body)["id"], token)
    ask(server, "POST", f"{place.path}/buckets", token=token, json={"name": "files"})
    return place
