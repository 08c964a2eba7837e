import { decides, HEADERS_VARIABLE, setsHeaders, type Variables } from './endpointVariable.ts';

/** The parts of a debug configuration that are looked at; all else passes through. */
export interface DebugConfigurationLike {
  type: string;
  request: string;
  [key: string]: unknown;
}

/** Debuggers that take a list of `{ name, value }` under `environment`. */
const LIST_TYPES = new Set(['cppdbg', 'cppvsdbg']);

/**
 * The configuration with the variables in its environment. The same object where nothing is to be added: an attached
 * program has its environment already, the JavaScript debugger's child sessions belong to a parent that got it, and what
 * the user has set wins.
 */
export function withVariables<T extends DebugConfigurationLike>(config: T, wanted: ReadonlyMap<string, string>): T {
  if (!startsProgram(config)) return config;
  if (LIST_TYPES.has(config.type)) {
    const list = config['environment'] ?? [];
    const added = Array.isArray(list) ? absent(wanted, variablesOfList(list)) : [];
    if (added.length === 0) return config;
    return { ...config, environment: [...added.map(([name, value]) => ({ name, value })), ...(list as unknown[])] };
  }
  const env = config['env'] ?? {};
  if (Array.isArray(env)) {
    // lldb-dap takes a list of KEY=value.
    const added = absent(wanted, variablesOfLines(env));
    return added.length === 0
      ? config
      : { ...config, env: [...added.map(([name, value]) => `${name}=${value}`), ...env] };
  }
  const added = typeof env === 'object' ? absent(wanted, env as Variables) : [];
  return added.length === 0 ? config : { ...config, env: { ...Object.fromEntries(added), ...(env as object) } };
}

/** What an environment lets be added: nothing where it sends elsewhere, and no headers beside its own. */
function absent(wanted: ReadonlyMap<string, string>, environment: Variables): [string, string][] {
  if (decides(environment)) return [];
  return [...wanted].filter(([name]) => name !== HEADERS_VARIABLE || !setsHeaders(environment));
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
