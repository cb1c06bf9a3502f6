from opentelemetry.sdk.resources import OTELResourceDetector, Resource

from adapters.telemetry.config import TelemetryConfig


def resource(config: TelemetryConfig) -> Resource:
    """Say who tells. OTEL_SERVICE_NAME and OTEL_RESOURCE_ATTRIBUTES have the last word."""
    ours = Resource.create(
        {
            "service.name": config.service_name,
            "service.version": config.service_version,
            "deployment.environment.name": config.environment,
        }
    )
    return ours.merge(OTELResourceDetector().detect())
