"""Tools that hook botocore: calls work, and their spans carry the simulated answers."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

APPLICATION = """
import boto3
from pytest_appsync import AppSync

def application(appsync):
    api = appsync.add_api()
    client = boto3.client("appsync")
    appsync.fail("CreateApiKey", "InternalFailureException", times=1)
    created = client.create_api_key(apiId=api.id)
    assert [a.http_status for a in appsync.calls[0].attempts] == [500, 200]
    assert appsync.calls[0].site.function == "application"
    try:
        client.delete_api_key(apiId=api.id, id="da2-none")
    except client.exceptions.NotFoundException as error:
        refused = error.response
    assert len(appsync.api_keys(api)) == 1
    return created["ResponseMetadata"]["RequestId"], refused["ResponseMetadata"]["RequestId"]
"""

OPENTELEMETRY = """
from opentelemetry.instrumentation.botocore import BotocoreInstrumentor
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

exporter, provider = InMemorySpanExporter(), TracerProvider()
provider.add_span_processor(SimpleSpanProcessor(exporter))
{before}
BotocoreInstrumentor().instrument(tracer_provider=provider)
with AppSync() as appsync:
    created, refused = application(appsync)
one, two = exporter.get_finished_spans()
assert one.attributes["http.status_code"] == 200, dict(one.attributes)
assert two.attributes["http.status_code"] == 404, dict(two.attributes)
assert created in one.attributes.values() and refused in two.attributes.values()
BotocoreInstrumentor().uninstrument()
with AppSync() as appsync:
    application(appsync)
assert len(exporter.get_finished_spans()) == 2
"""

XRAY = """
from aws_xray_sdk.core import patch, xray_recorder
xray_recorder.configure(sampling=False, context_missing="LOG_ERROR", streaming_threshold=1000)
{before}
patch(["botocore"])
segment = xray_recorder.begin_segment("test")
with AppSync() as appsync:
    created, refused = application(appsync)
spans = [s for s in segment.subsegments if s.name.lower() == "appsync"]
assert [s.http["response"]["status"] for s in spans] == [200, 404]
assert [s.aws["request_id"] for s in spans] == [created, refused]
"""

SENTRY = """
import sentry_sdk
from sentry_sdk.integrations.boto3 import Boto3Integration
events = []
sentry_sdk.init(
    dsn="https://key@sentry.invalid/1", traces_sample_rate=1.0, default_integrations=False,
    integrations=[Boto3Integration()],
    before_send_transaction=lambda event, hint: events.append(event),
)
{before}
with AppSync() as appsync, sentry_sdk.start_transaction(name="test"):
    application(appsync)
[event] = events
spans = [span["description"] for span in event["spans"]]
assert any("CreateApiKey" in name for name in spans), spans
assert any("DeleteApiKey" in name for name in spans), spans
"""

DATADOG = """
import os
os.environ["DD_TRACE_ENABLED"] = "true"
os.environ["DD_INSTRUMENTATION_TELEMETRY_ENABLED"] = "false"
os.environ["DD_REMOTE_CONFIGURATION_ENABLED"] = "false"
from ddtrace.trace import TraceFilter, tracer
spans = []

class Keep(TraceFilter):
    def process_trace(self, trace):
        spans.extend(trace)
        return None

tracer.configure(trace_processors=[Keep()])
from ddtrace import patch
{before}
patch(botocore=True)
with AppSync() as appsync:
    created, refused = application(appsync)
tracer.flush()
found = [span for span in spans if "appsync" in (span.resource or "")]
statuses = [span.get_tag("http.status_code") for span in found]
assert statuses == ["200", "404"], statuses
assert [span.get_tag("aws.requestid") for span in found] == [created, refused]
"""

TOOLS = {
    "opentelemetry.instrumentation.botocore": OPENTELEMETRY,
    "aws_xray_sdk": XRAY,
    "sentry_sdk": SENTRY,
    "ddtrace": DATADOG,
}


@pytest.mark.parametrize("order", ["instrumented before", "instrumented after a simulation"])
@pytest.mark.parametrize("package", TOOLS)
def test_spans_carry_the_simulated_answers(package: str, order: str) -> None:
    pytest.importorskip(package)
    before = "" if order == "instrumented before" else "with AppSync() as a: application(a)"
    code = APPLICATION + TOOLS[package].format(before=before)
    # X-Ray opens a socket to its daemon on this machine.
    environment = {**os.environ, "PYTEST_APPSYNC_TESTS_LOOPBACK": "1"}
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=False, env=environment
    )
    assert done.returncode == 0, done.stderr
