import type { VariableCheck, VariableMistake } from './checkEnvironment.ts';
import type { Setting } from './variables.ts';
import { shownValue } from './variables.ts';

type Rule = (
  setting: Setting,
  others: (name: string) => string | undefined,
) => Omit<VariableMistake, 'setting'> | undefined;

const again = 'then start the program again';
const LONG_DELAY_MS = 10_000;

/** By variable: the values of it by which no span is sent, or late. */
const RULES: Record<string, Rule> = {
  OTEL_SDK_DISABLED: ({ value }) =>
    isTrue(value)
      ? {
          id: 'sdkDisabled',
          severity: 'problem',
          likelihood: 98,
          title: 'OTEL_SDK_DISABLED turns OpenTelemetry off',
          detail: 'Programs that have it make no spans at all.',
          cure: `Remove OTEL_SDK_DISABLED there, ${again}.`,
        }
      : undefined,
  OTEL_JAVAAGENT_ENABLED: ({ value }) =>
    value.trim().toLowerCase() === 'false'
      ? {
          id: 'agentDisabled',
          severity: 'problem',
          likelihood: 90,
          title: 'OTEL_JAVAAGENT_ENABLED=false turns the Java agent off',
          detail: 'Java programs that have it make no spans by themselves.',
          cure: `Remove it there, ${again}.`,
        }
      : undefined,
  OTEL_TRACES_EXPORTER: setting => {
    const names = setting.value
      .toLowerCase()
      .split(',')
      .map(name => name.trim());
    if (setting.value.trim() === '' || names.some(name => name.startsWith('otlp'))) return undefined;
    const shown = shownValue(setting.name, setting.value);
    return {
      id: 'exporter',
      severity: 'problem',
      likelihood: 97,
      title: `OTEL_TRACES_EXPORTER=${shown} sends no spans here`,
      detail: names.includes('none')
        ? 'Spans are made and thrown away.'
        : 'Spans go to that exporter and nowhere else.',
      cure: `Set it to otlp, or remove it, ${again}.`,
      snippets: [{ title: 'Set', text: 'OTEL_TRACES_EXPORTER=otlp' }],
    };
  },
  OTEL_TRACES_SAMPLER: (setting, other) => {
    const sampler = setting.value.trim().toLowerCase();
    const share = sampler.endsWith('traceidratio') ? Number(other('OTEL_TRACES_SAMPLER_ARG') ?? 1) : 1;
    const off = /(?:^|_)always_off$/.test(sampler) || share === 0;
    if (!off && !(share > 0 && share < 1)) return undefined;
    return {
      id: off ? 'samplerOff' : 'samplerShare',
      severity: off ? 'problem' : 'warning',
      likelihood: off ? 97 : 50,
      title: off
        ? `The sampler ${sampler} keeps no trace`
        : `The sampler keeps ${Number((share * 100).toPrecision(3))} % of the traces`,
      detail: off ? 'Spans are made and thrown away.' : 'Most runs of a program may leave nothing to see.',
      cure: `Set OTEL_TRACES_SAMPLER=parentbased_always_on, ${again}.`,
      snippets: [{ title: 'Set', text: 'OTEL_TRACES_SAMPLER=parentbased_always_on' }],
    };
  },
  OTEL_BSP_SCHEDULE_DELAY: ({ value }) => {
    const delay = Number(value);
    if (!(delay > LONG_DELAY_MS)) return undefined;
    return {
      id: 'delay',
      severity: 'warning',
      likelihood: 45,
      title: `Spans are sent every ${Math.round(delay / 1000)} s only`,
      detail: 'A program that ends sooner, without shutting its SDK down, loses them.',
      cure: `Set OTEL_BSP_SCHEDULE_DELAY to 1000 while you develop, ${again}.`,
      snippets: [{ title: 'Set', text: 'OTEL_BSP_SCHEDULE_DELAY=1000' }],
    };
  },
  OTEL_EXPORTER_OTLP_TIMEOUT: ({ name, value }) => {
    const timeout = Number(value);
    // The specification says milliseconds; Python reads seconds, so that 10 is no mistake there.
    if (value.trim() === '' || !(timeout < 5)) return undefined;
    return {
      id: 'timeout',
      severity: 'warning',
      likelihood: 30,
      title: `${name} gives an export ${timeout} ms`,
      detail: 'Most exporters read milliseconds and give up before an answer can come.',
      cure: `Remove it there, ${again}.`,
    };
  },
  OTEL_CONFIG_FILE: configFile,
  OTEL_EXPERIMENTAL_CONFIG_FILE: configFile,
  LANGFUSE_TRACING_ENABLED: ({ value }) =>
    value.trim().toLowerCase() === 'false'
      ? {
          id: 'langfuseOff',
          severity: 'warning',
          likelihood: 60,
          title: 'LANGFUSE_TRACING_ENABLED=false turns tracing by Langfuse off',
          detail: 'Programs that trace by Langfuse make no spans.',
          cure: `Remove it there, ${again}.`,
        }
      : undefined,
};

export const checkSwitches: VariableCheck = variables =>
  Object.entries(RULES).flatMap(([name, rule]) => {
    const setting = variables.get(name);
    const mistake = setting && rule(setting, other => variables.get(other)?.value);
    return mistake && setting ? [{ ...mistake, setting }] : [];
  });

function configFile({ name }: Setting): ReturnType<Rule> {
  return {
    id: 'configFile',
    severity: 'warning',
    likelihood: 40,
    title: `${name} takes the place of the other variables`,
    detail: 'An SDK that reads such a file ignores OTEL_EXPORTER_OTLP_ENDPOINT and most others.',
    cure: 'Name the endpoint in that file, or remove the variable.',
  };
}

function isTrue(value: string): boolean {
  return value.trim().toLowerCase() === 'true';
}
