import { Command } from '../../contributions.ts';
import { oneLine } from '../../model/text.ts';
import type { RecentRequest, RefusalCause, RefusalCount } from '../../receiver/requestLog.ts';
import { plural } from '../traces/labels.ts';
import type { DoctorFacts } from './facts.ts';
import { commandAction, type Finding } from './finding.ts';

const section = 'requests' as const;
/** What was turned away so long before the newest request that was accepted is history. */
const PAST_MS = 60_000;

interface Words {
  title: string;
  cure: string;
  likelihood: number;
  severity?: Finding['severity'];
  snippet?(url: string): string;
}

const ENDPOINT = (url: string) => `OTEL_EXPORTER_OTLP_ENDPOINT=${url}`;
const HTTP_PROTOBUF = () => 'OTEL_EXPORTER_OTLP_PROTOCOL=http/protobuf';

const CAUSES: Record<RefusalCause, Words> = {
  tls: {
    title: 'A program sends over https',
    cure: 'This port speaks plain http: write http:// instead of https:// in OTEL_EXPORTER_OTLP_ENDPOINT; a gRPC exporter in code wants "insecure".',
    likelihood: 95,
    snippet: ENDPOINT,
  },
  notHttp: {
    title: 'A program sends something that is not HTTP',
    cure: 'Point only OTLP exporters at this port. Exporters of Jaeger, Zipkin or StatsD want another one, or to be replaced by the exporter for OTLP.',
    likelihood: 60,
  },
  http2: {
    title: 'A program speaks broken HTTP/2',
    cure: 'Something between it and this port, such as a proxy, changes what is sent: send directly, or use OTLP over HTTP.',
    likelihood: 60,
    snippet: HTTP_PROTOBUF,
  },
  silent: {
    title: 'A connection was opened on which nothing came',
    cure: 'Nothing to do where that was a probe or a browser. A program that waits for the other side to speak first is no OTLP exporter.',
    likelihood: 10,
    severity: 'info',
  },
  path: {
    title: 'A program sends to a wrong path',
    cure: 'Give OTEL_EXPORTER_OTLP_ENDPOINT without a path: the SDK adds /v1/traces itself. OTEL_EXPORTER_OTLP_TRACES_ENDPOINT, and an address in code, want it at the end.',
    likelihood: 95,
    snippet: ENDPOINT,
  },
  method: {
    title: 'A program asks with another method than POST',
    cure: 'Nothing to do where that was a browser or a health check; telemetry is sent by POST.',
    likelihood: 20,
    severity: 'info',
  },
  contentType: {
    title: 'A program sends a content type that is not OTLP',
    cure: 'Send application/x-protobuf or application/json: use an exporter for OTLP, or set its protocol.',
    likelihood: 90,
    snippet: HTTP_PROTOBUF,
  },
  encodingMixUp: {
    title: 'The content type says another encoding than the body has',
    cure: 'Send JSON as application/json and protobuf as application/x-protobuf.',
    likelihood: 90,
    snippet: () => 'content-type: application/json',
  },
  grpcOverHttp1: {
    title: 'A program sends gRPC over HTTP/1.1',
    cure: 'A proxy is in between, most likely: let it leave out localhost by NO_PROXY, or send OTLP over HTTP.',
    likelihood: 90,
    snippet: () => 'NO_PROXY=localhost,127.0.0.1',
  },
  grpcMethod: {
    title: 'A program calls a gRPC method that is not OTLP',
    cure: 'The service is opentelemetry.proto.collector.trace.v1.TraceService, its method Export: use the exporter for OTLP over gRPC, not one of Jaeger or OpenCensus.',
    likelihood: 90,
  },
  compression: {
    title: 'A program compresses in a way that cannot be read',
    cure: 'Set the compression to gzip or none.',
    likelihood: 85,
    snippet: () => 'OTEL_EXPORTER_OTLP_COMPRESSION=gzip',
  },
  malformed: {
    title: 'A program sends requests that are not valid OTLP',
    cure: 'Update its exporter; where requests are made by hand, correct the field that the reason names.',
    likelihood: 85,
  },
  host: {
    title: 'A program calls this port by a name that is not allowed',
    cure: 'Let it use localhost, or add the name to the setting spanside.receiver.allowedHosts.',
    likelihood: 85,
  },
  origin: {
    title: 'A web page of another origin tried to send',
    cure: 'Serve the page from localhost; pages of other sites may not send here.',
    likelihood: 70,
  },
  token: {
    title: 'A program sends without the right token',
    cure: 'The receiver is open to other machines, so everybody needs its token: give the program the two variables that Copy Endpoint copies.',
    likelihood: 95,
  },
  size: {
    title: 'A program sends requests that are too large',
    cure: 'Let it send smaller batches.',
    likelihood: 80,
    snippet: () => 'OTEL_BSP_MAX_EXPORT_BATCH_SIZE=512',
  },
  headers: {
    title: 'A program sends too many or too large headers',
    cure: 'Take out of OTEL_EXPORTER_OTLP_HEADERS what was meant for another service.',
    likelihood: 80,
  },
  timeout: {
    title: 'A request did not arrive whole in time',
    cure: 'The program was stopped while it sent, or the machine is very busy. It sends again if it still runs.',
    likelihood: 50,
    severity: 'info',
  },
  connections: {
    title: 'Too many connections are open at once',
    cure: 'Make one exporter, or one tracer provider, per program and use it for everything.',
    likelihood: 70,
  },
  busy: {
    title: 'Requests could not be taken for a while',
    cure: 'Programs are asked to send again. Where it lasts, look at the log: the disk may be full.',
    likelihood: 75,
  },
};

/** What came and was turned away, by cause, and whether anything came at all. */
export function checkRequests({ receiver, requests }: DoctorFacts): Finding[] {
  if (requests === undefined || receiver.state.phase !== 'listening') return [];
  const { url } = receiver.state.main;
  const found = requests.causes.map(cause => causeFinding(cause, requests.requests, url));
  const partly = requests.requests.find(({ rejected = 0 }) => rejected > 0);
  if (partly) found.push(partlyFinding(partly));
  if (requests.accepted > 0 && receiver.counts.spans === 0 && receiver.counts.muted > 0) found.push(mutedFinding());
  if (requests.accepted > 0 && receiver.counts.spans === 0 && receiver.counts.muted === 0) found.push(noTraces());
  if (requests.accepted === 0 && requests.refused === 0) found.push(nothingCame(url));
  return found;
}

function causeFinding(
  { cause, count, at, reason }: RefusalCount,
  requests: readonly RecentRequest[],
  url: string,
): Finding {
  const { title, cure, likelihood, severity, snippet } = CAUSES[cause];
  const isPast = requests.some(each => each.outcome === 'accepted' && each.at - at > PAST_MS);
  const senders = [...new Set(requests.filter(each => each.cause === cause).flatMap(each => each.sender ?? []))];
  const who = senders.length > 0 ? ` Sent by ${senders.slice(0, 3).join(', ')}.` : '';
  return {
    id: `requests.${cause}`,
    section,
    severity: isPast ? 'info' : (severity ?? 'problem'),
    likelihood: isPast ? 15 : likelihood,
    title: count > 1 ? `${title} (${count} times)` : title,
    detail: `${oneLine(reason, 600)}${who}${isPast ? ' That is a while ago; others were accepted since.' : ''}`,
    cure,
    ...(snippet && { snippets: [{ title: 'Set', text: snippet(url) }] }),
    ...(cause === 'token' && { actions: [commandAction('Copy Endpoint', Command.copyEndpoint, 'copy')] }),
  };
}

function partlyFinding({ rejected = 0, reason = '', services = [] }: RecentRequest): Finding {
  return {
    id: 'requests.partly',
    section,
    severity: 'warning',
    likelihood: 70,
    title: `${plural(rejected, 'item')} of a request could not be kept`,
    detail: `${oneLine(reason, 600)}${services.length > 0 ? ` Sent by ${services.join(', ')}.` : ''}`,
    cure: 'The rest was kept. Spans need a trace id and a span id of the right length: update the exporter.',
  };
}

function mutedFinding(): Finding {
  return {
    id: 'requests.muted',
    section,
    severity: 'problem',
    likelihood: 85,
    title: 'What came was of muted services',
    detail: 'It was taken and not kept.',
    cure: 'Unmute the service.',
    actions: [commandAction('Unmute Services…', Command.unmuteServices, 'unmute')],
  };
}

function noTraces(): Finding {
  return {
    id: 'requests.noTraces',
    section,
    severity: 'warning',
    likelihood: 60,
    title: 'Requests came, but no spans',
    detail: 'Programs sent logs or metrics only, or nothing new.',
    cure: 'Turn the exporter for traces on in the program.',
    snippets: [{ title: 'Set', text: 'OTEL_TRACES_EXPORTER=otlp' }],
  };
}

function nothingCame(url: string): Finding {
  return {
    id: 'requests.none',
    section,
    severity: 'info',
    likelihood: 30,
    title: 'No program has sent anything since the ports were opened',
    detail: `Programs have to send to ${url}. Either none runs, or it sends elsewhere, or it makes no spans.`,
    cure: 'Send a test trace to see that receiving works; then look at the other causes here.',
    actions: [commandAction('Send a Test Trace', Command.sendSampleTrace, 'play')],
    snippets: [{ title: 'Send to this window', text: ENDPOINT(url) }],
  };
}
