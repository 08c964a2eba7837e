import type { ReceiverState } from '../../collector/api.ts';
import type { VariableCheck, VariableMistake } from './checkEnvironment.ts';
import { type Effective, type Setting, shownValue, withoutCredentials } from './variables.ts';

const BASE = 'OTEL_EXPORTER_OTLP_ENDPOINT';
const TRACES = 'OTEL_EXPORTER_OTLP_TRACES_ENDPOINT';
const PROTOCOLS = ['grpc', 'http/protobuf', 'http/json'];
const SIGNAL_PATH = /\/v1\/(?:traces|logs|metrics)\/?$/;
/** Names by which programs, also those in containers, reach this machine. */
const HERE = /^(?:localhost|.+\.localhost|127(?:\.\d+){3}|\[::1\]|0\.0\.0\.0|\[::\]|host\.docker\.internal)$/i;

type Mistake = Omit<VariableMistake, 'setting'>;

/** Where programs send, and whether that is here. */
export const checkEndpoint: VariableCheck = (variables, { receiver }) => {
  const { state } = receiver;
  const protocol = protocolOf(variables);
  // The one for traces is used for traces, whatever the other says.
  const setting = variables.get(TRACES) ?? variables.get(BASE);
  const isForTraces = setting !== undefined && setting.name.toUpperCase() === TRACES;
  const found: VariableMistake[] = [];
  if (setting) {
    const mistake = addressMistake(setting, isForTraces, protocol?.value.trim().toLowerCase(), state);
    if (mistake) found.push({ ...mistake, setting });
  }
  if (protocol && protocol.value.trim() !== '' && !PROTOCOLS.includes(protocol.value.trim().toLowerCase())) {
    found.push({ ...protocolMistake(protocol), setting: protocol });
  }
  const headers = variables.get('OTEL_EXPORTER_OTLP_TRACES_HEADERS') ?? variables.get('OTEL_EXPORTER_OTLP_HEADERS');
  if (headers && receiver.wantsToken && !/x-spanside-token\s*=|authorization\s*=\s*bearer/i.test(headers.value)) {
    found.push({ ...headersMistake(headers), setting: headers });
  }
  return found;
};

function protocolOf(variables: Effective): Setting | undefined {
  return variables.get('OTEL_EXPORTER_OTLP_TRACES_PROTOCOL') ?? variables.get('OTEL_EXPORTER_OTLP_PROTOCOL');
}

function addressMistake(
  { name, value }: Setting,
  isForTraces: boolean,
  protocol: string | undefined,
  state: ReceiverState,
): Mistake | undefined {
  const right = state.phase === 'listening' ? state.main.url : 'http://127.0.0.1:4318';
  const wanted = isForTraces && protocol !== 'grpc' ? `${right}/v1/traces` : right;
  const shown = shownValue(name, value);
  const base = {
    severity: 'problem',
    likelihood: 92,
    snippets: [{ title: 'Set', text: `${name}=${wanted}` }],
  } as const;
  const text = withoutCredentials(value.trim());
  if (text === '') {
    return state.phase === 'listening' && state.main.port !== 4318
      ? {
          ...base,
          id: 'endpointEmpty',
          title: `${name} is empty`,
          detail: `Programs send to the default port then, and this window listens on ${right}.`,
          cure: `Set it to ${wanted}, or remove it.`,
        }
      : undefined;
  }
  if (!/^[a-z][\w+.-]*:\/\//i.test(text)) {
    return {
      ...base,
      id: 'endpointScheme',
      title: `${name} has no http:// at its beginning`,
      detail: `"${shown}" is no address to most exporters; those of gRPC use TLS for it.`,
      cure: `Write ${wanted}.`,
    };
  }
  if (!URL.canParse(text)) {
    return {
      ...base,
      id: 'endpointInvalid',
      title: `${name} is no address`,
      detail: `"${shown}" cannot be read as one.`,
      cure: `Write ${wanted}.`,
    };
  }
  const url = new URL(text);
  if (!HERE.test(url.hostname)) {
    return {
      ...base,
      id: 'endpointElsewhere',
      severity: 'warning',
      likelihood: 80,
      title: `Spans are sent to ${url.host}, not here`,
      detail: `${name} names another machine.`,
      cure: `Set it to ${wanted} to see them here.`,
    };
  }
  if (url.protocol === 'https:') {
    return {
      ...base,
      id: 'endpointHttps',
      title: `${name} says https`,
      detail: 'This port speaks plain http, so the connection fails before anything is sent.',
      cure: `Write ${wanted}.`,
    };
  }
  const port = Number(url.port || 80);
  const served = portsOf(state);
  if (served.length > 0 && !served.includes(port)) {
    const ports = served.join(' and ');
    return {
      ...base,
      id: 'endpointPort',
      title: `Spans are sent to port ${port}, where this window does not listen`,
      detail: `This window listens on port ${ports}.`,
      cure: `Set ${name} to ${wanted}.`,
    };
  }
  return pathMistake(name, url.pathname, isForTraces, protocol, { base, wanted });
}

/** Ports at which this window gets what programs send: its own, and those of a window that hands over. */
function portsOf(state: ReceiverState): number[] {
  if (state.phase !== 'listening') return [];
  const own = [...state.endpoints, ...(state.kept ? [state.kept] : [])].map(({ port }) => port);
  return [...new Set([...own, ...(state.byWindow ? state.taken : [])])];
}

function pathMistake(
  name: string,
  path: string,
  isForTraces: boolean,
  protocol: string | undefined,
  { base, wanted }: { base: Pick<Mistake, 'severity' | 'likelihood' | 'snippets'>; wanted: string },
): Mistake | undefined {
  if (!isForTraces && protocol !== 'grpc' && SIGNAL_PATH.test(path)) {
    return {
      ...base,
      id: 'endpointDoubled',
      title: `${name} ends with a path that the SDK adds itself`,
      detail: 'Spans go to /v1/traces/v1/traces, which is refused.',
      cure: `Write ${wanted}, without a path.`,
    };
  }
  if (isForTraces && protocol !== 'grpc' && (path === '/' || path === '')) {
    return {
      ...base,
      ...(protocol === undefined && { severity: 'warning', likelihood: 60 }),
      id: 'endpointNoPath',
      title: `${name} lacks /v1/traces`,
      detail: 'This variable is used as it stands: over HTTP spans go to /, which is refused.',
      cure: `Write ${wanted}, or use ${BASE}.`,
    };
  }
  if (isForTraces && protocol?.startsWith('http') && !SIGNAL_PATH.test(path)) {
    return {
      ...base,
      id: 'endpointPath',
      title: `${name} has a wrong path`,
      detail: 'This variable is used as it stands, and nothing is received at that path.',
      cure: `Write ${wanted}.`,
    };
  }
  if (protocol === 'grpc' && path !== '/' && path !== '') {
    return {
      ...base,
      severity: 'warning',
      likelihood: 50,
      id: 'endpointGrpcPath',
      title: `${name} has a path, and the protocol is grpc`,
      detail: 'An endpoint of gRPC has none; some exporters fail.',
      cure: `Write ${wanted}, or set OTEL_EXPORTER_OTLP_PROTOCOL=http/protobuf.`,
    };
  }
  return undefined;
}

function protocolMistake({ name, value }: Setting): Mistake {
  return {
    id: 'protocol',
    severity: 'problem',
    likelihood: 85,
    title: `${name}=${shownValue(name, value)} is no protocol`,
    detail: 'Exporters fail, or take another one than was meant.',
    cure: `Write one of ${PROTOCOLS.join(', ')}; each of them is served here, on every port.`,
    snippets: [{ title: 'Set', text: `${name}=http/protobuf` }],
  };
}

function headersMistake({ name }: Setting): Mistake {
  return {
    id: 'headers',
    severity: 'problem',
    likelihood: 80,
    title: `${name} lacks the token of this receiver`,
    detail:
      'The receiver is open to other machines and refuses everybody without it; headers of your own are not changed.',
    cure: 'Add what Copy Endpoint copies.',
  };
}
