import type { VariableCheck } from './checkEnvironment.ts';
import { type Effective, shownValue } from './variables.ts';

/** In the order in which the usual HTTP clients look. `https_proxy` is for https, which is not spoken here. */
const PROXIES = ['HTTP_PROXY', 'ALL_PROXY', 'GRPC_PROXY'];

/** A proxy that is not told to leave this machine out: it is asked for `localhost` and finds its own. */
export const checkProxy: VariableCheck = variables => {
  const setting = PROXIES.map(name => variables.get(name)).find(each => each !== undefined && each.value.trim() !== '');
  if (!setting) return [];
  const host = hostOf(variables);
  if (host === undefined || isLeftOut(host, variables.get('NO_PROXY')?.value ?? '')) return [];
  return [
    {
      id: 'proxy',
      severity: 'warning',
      likelihood: 75,
      setting,
      title: `${setting.name} may send spans to a proxy`,
      detail: `The proxy ${shownValue(setting.name, setting.value)} cannot reach ${host} of this machine, and NO_PROXY does not leave it out. Python, Ruby, PHP and gRPC exporters ask it; Go and Java do not.`,
      cure: `Add ${host} to NO_PROXY where the proxy is set, then start the program again.`,
      snippets: [{ title: 'Set', text: 'NO_PROXY=localhost,127.0.0.1,::1' }],
    },
  ];
};

/** The host that programs send to, where it is of this machine. */
function hostOf(variables: Effective): string | undefined {
  const { value } = variables.get('OTEL_EXPORTER_OTLP_TRACES_ENDPOINT') ??
    variables.get('OTEL_EXPORTER_OTLP_ENDPOINT') ?? { value: '' };
  const address = value.trim() === '' ? 'http://localhost' : value.trim();
  if (!URL.canParse(address)) return undefined;
  const { hostname } = new URL(address);
  return /^(?:localhost|127(?:\.\d+){3}|\[::1\])$/i.test(hostname) ? hostname.replace(/^\[|\]$/g, '') : undefined;
}

/** As the usual clients read it: names with and without a leading dot or port, `*` for all. */
function isLeftOut(host: string, list: string): boolean {
  return list.split(/[\s,]+/).some(entry => {
    const name = entry
      .trim()
      .toLowerCase()
      .replace(/^\[?([^\]]*?)\]?(?::\d+)?$/, (whole, inner: string) => (whole.startsWith('::') ? whole : inner))
      .replace(/^\*?\./, '');
    if (name === '*' || name === host) return true;
    return name === '127.0.0.0/8' && host.startsWith('127.');
  });
}
