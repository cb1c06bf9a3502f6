from core.models import Actor
from core.service import UseCase
from core.stats import constants, drawing, ports, schemas
from core.stats.answering import Trends


class DrawStats(UseCase):
    """Ask for numbers over time and by group, and draw them."""

    trends: Trends
    charts: ports.Charts

    async def __call__(self, query: schemas.DrawStats, actor: Actor) -> bytes:
        answer = await self.trends(query.query, actor.require(constants.STATS_READ))
        chart = schemas.Chart.of(answer)
        drawn = drawing.of_chart(query.title, chart, query.interval, query.chart)
        return await self.charts.draw(drawn.evolve(width=query.width, height=query.height))
