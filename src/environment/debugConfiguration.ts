import { decides, ENDPOINT_VARIABLE, type Variables } from './endpointVariable.ts';

/** The parts of a debug configuration that are looked at; all else passes through. */
export interface DebugConfigurationLike {
  type: string;
  request: string;
  [key: string]: unknown;
}

/** Debuggers that take a list of `{ name, value }` under `environment`. */
const LIST_TYPES = new Set(['cppdbg', 'cppvsdbg']);

/**
 * The configuration with the endpoint in its environment. The same object where nothing is to be added: an attached
 * program has its environment already, the JavaScript debugger's child sessions belong to a parent that got it, and what
 * the user has set wins.
 */
export function withEndpoint<T extends DebugConfigurationLike>(config: T, endpoint: string): T {
  if (!startsProgram(config)) return config;
  if (LIST_TYPES.has(config.type)) {
    const list = config['environment'] ?? [];
    if (!Array.isArray(list) || decides(variablesOfList(list))) return config;
    return { ...config, environment: [{ name: ENDPOINT_VARIABLE, value: endpoint }, ...list] };
  }
  const env = config['env'] ?? {};
  if (Array.isArray(env)) {
    // lldb-dap takes a list of KEY=value.
    if (decides(variablesOfLines(env))) return config;
    return { ...config, env: [`${ENDPOINT_VARIABLE}=${endpoint}`, ...env] };
  }
  if (typeof env !== 'object' || decides(env as Variables)) return config;
  return { ...config, env: { [ENDPOINT_VARIABLE]: endpoint, ...env } };
}

export function startsProgram(config: DebugConfigurationLike): boolean {
  return config.request !== 'attach' && config['__pendingTargetId'] === undefined;
}

/** The files a configuration reads variables from; one or several, by debugger. */
export function envFilesOf(config: DebugConfigurationLike): string[] {
  const files = config['envFile'];
  return (Array.isArray(files) ? files : [files]).filter(
    (file): file is string => typeof file === 'string' && file !== '',
  );
}

function variablesOfList(list: readonly unknown[]): Variables {
  const pairs = list.flatMap(item =>
    typeof item === 'object' && item !== null && 'name' in item
      ? [[String(item.name), 'value' in item ? item.value : '']]
      : [],
  );
  return Object.fromEntries(pairs);
}

function variablesOfLines(lines: readonly unknown[]): Variables {
  return Object.fromEntries(lines.map(line => [String(line).split('=', 1)[0], '']));
}
