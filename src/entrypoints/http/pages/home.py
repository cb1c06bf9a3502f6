from fastapi import APIRouter, Request, Response
from fastapi.responses import FileResponse

from entrypoints.http.dependencies import application
from entrypoints.http.pages.rendering import STYLESHEET, page, texts_for

router = APIRouter(include_in_schema=False)


@router.get("/")
async def home(request: Request) -> Response:
    words, settings = texts_for(request), application(request).settings
    links = [(words["home_docs"], "/docs")]
    if settings.environment == "development":
        links.append((words["home_mails"], "/dev/mails"))
    title = settings.product_name
    return page(request, "message.html", title=title, message=words["home_about"], links=links)


@router.get("/pages/page.css")
async def stylesheet() -> Response:
    return FileResponse(
        STYLESHEET, media_type="text/css", headers={"Cache-Control": "max-age=3600"}
    )
