"""What came of reports, which is told again for a while."""

from datetime import datetime
from typing import Self

from core.models import Model, OrganizationId
from core.stats import schemas
from core.stats.reports import Report, ReportId


class Answer(Model):
    """What came of a report as it was: of its version, after so many erasures."""

    organization_id: OrganizationId
    report_id: ReportId
    version: int
    erasures: int
    result: schemas.Result

    @property
    def computed_at(self) -> datetime:
        return self.result.computed_at

    @classmethod
    def of(cls, report: Report, result: schemas.Result) -> Self:
        return cls(
            organization_id=report.organization_id,
            report_id=report.id,
            version=report.version,
            erasures=report.erasures,
            result=result,
        )

    def fits(self, report: Report) -> bool:
        """Tell whether the report is what it was."""
        return (self.version, self.erasures) == (report.version, report.erasures)
