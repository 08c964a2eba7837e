"""Makes a few traces and prints every span that it has made, for who compares them with what arrived."""

import json

from opentelemetry import trace

tracer = trace.get_tracer("orders")


def tell(span: trace.Span, name: str) -> None:
    context = span.get_span_context()
    ids = {"traceId": f"{context.trace_id:032x}", "spanId": f"{context.span_id:016x}", "name": name}
    print("span", json.dumps(ids))


for order in range(4):
    with tracer.start_as_current_span("order") as parent:
        tell(parent, "order")
        for item in range(40):
            name = f"pick {item % 3}"
            with tracer.start_as_current_span(name, attributes={"item": item, "größe": [1.5, 2.5]}) as span:
                tell(span, name)
