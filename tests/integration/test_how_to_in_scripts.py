"""The JavaScript of the how-to pages does what the pages say, in Node.js and in a browser."""

import json
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.integration import chromium
from tests.integration.npm import installed, program
from tests.integration.reader import PAGES
from tests.integration.service import PATIENCE, Service

TUS = Path(__file__).parent / "tus"
PART = 5 * 1024 * 1024
DEVICE = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}


def scripts(page: str) -> list[str]:
    text = (PAGES / f"{page}.md").read_text()
    return re.findall(r"^```js\n(.*?)^```", text, re.MULTILINE | re.DOTALL)


@pytest.fixture(scope="module")
def host(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    """A service that browsers know by a name, which takes files in parts early."""
    service = Service(tmp_path_factory.mktemp("host"), storage_multipart_threshold=str(PART))
    service.environment["CORE_PUBLIC_URL"] = f"http://localhost:{service.port}"
    with service:
        yield service


def run(script: str, told: dict[str, str], folder: Path) -> str:
    """Run a module in Node.js, which has what it is told as constants."""
    constants = "".join(f"const {name} = {json.dumps(value)}\n" for name, value in told.items())
    (folder / "page.mjs").write_text(constants + script)
    done = subprocess.run(  # noqa: S603 - the page's own code
        [program("node"), folder / "page.mjs"],
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_files_are_uploaded_as_the_page_says(host: Service, tmp_path: Path) -> None:
    ada = host.person()
    organization = ada.organization()
    at = f"/v1/organizations/{organization}/storage"
    ada.http.post(f"{at}/buckets", json={"name": "docs"}).raise_for_status()
    by_page, by_tus = scripts("upload-files")
    small = 'new File(["A note."], "note.txt", { type: "text/plain" })'
    large = f'new File([new Uint8Array({2 * PART + 1})], "large.bin")'
    told = {
        "api": f"{host.url}/v1",
        "organization": organization,
        "token": ada.tokens["access_token"],
    }

    each = f"for (const file of [{small}, {large}]) console.log((await upload(file)).status)"
    said = run(f"{by_page}\n{each}", told, tmp_path)
    run(
        f"""
        import {{ createRequire }} from "node:module"
        const tus = createRequire("{installed(TUS)}/")("tus-js-client")
        const about = {{ name: "tus.txt", type: "text/plain" }}
        const file = Object.assign(Buffer.from("By tus."), about)
        const at = "{host.url}{at}"
        {by_tus}
        """,
        told,
        tmp_path,
    )

    assert said.split() == ["available", "available"]
    found = ada.http.get(f"{at}/objects").json()["items"]
    assert {(one["filename"], one["size"], one["status"]) for one in found} == {
        ("note.txt", 7, "available"),
        ("large.bin", 2 * PART + 1, "available"),
        ("tus.txt", 7, "available"),
    }


@chromium.needed
async def test_somebody_signs_in_with_a_passkey_as_the_page_says(host: Service) -> None:
    ada = host.person()
    [code] = scripts("sign-in-with-passkeys")
    script = code.replace("export async", "async")

    async with chromium.opened(f"http://localhost:{host.port}") as tab:
        device = await tab.context.new_cdp_session(tab.page)
        await device.send("WebAuthn.enable")
        await device.send("WebAuthn.addVirtualAuthenticator", {"options": DEVICE})
        await tab.page.goto("/docs")
        said: dict[str, Any] = await tab.page.evaluate(
            f"""async token => {{
                {script}
                const added = await addPasskey(token, "Phone")
                return {{ added, session: await signIn() }}
            }}""",
            ada.tokens["access_token"],
        )

    assert said["added"]["name"] == "Phone"
    assert said["session"]["user"]["email"] == ada.email
    assert said["session"]["session_id"] != ada.tokens["session_id"]
