import type { DoctorFacts, VirtualEnvironment } from './facts.ts';
import type { Finding } from './finding.ts';
import { effective } from './variables.ts';
import { isAtLeast } from './versions.ts';

const section = 'languages' as const;

/** What is installed in the workspace's virtual environments, and does not work together. Nothing of it is run. */
export function checkPythonPackages(facts: DoctorFacts): Finding[] {
  return facts.workspace.virtualEnvironments.flatMap(environment =>
    [
      importFails(environment),
      noExporter(environment),
      otherProtocol(environment, facts),
      noInstrumentation(environment),
    ]
      .filter(finding => finding !== undefined)
      .map(finding => ({ ...finding, section, subject: environment.folder })),
  );
}

type Check = Omit<Finding, 'section' | 'subject'> | undefined;

/** From 2.4 on it imports a module of its util package that 1.2 has no more; the loader swallows the error. */
function importFails({ name, packages }: VirtualEnvironment): Check {
  const openai = packages.get('opentelemetry-instrumentation-openai-v2');
  const util = packages.get('opentelemetry-util-genai');
  if (!openai || !util || !isAtLeast(openai, 2, 4) || !isAtLeast(util, 1, 2)) return undefined;
  return {
    id: 'python.genaiVersions',
    severity: 'problem',
    likelihood: 93,
    title: 'Python: the instrumentation of OpenAI cannot be imported, and says nothing',
    detail: `${name} has opentelemetry-instrumentation-openai-v2 ${openai} with opentelemetry-util-genai ${util}, which is too new for it. opentelemetry-instrument skips an instrumentation that fails to import.`,
    cure: 'Install the older util package, or the successor, opentelemetry-instrumentation-genai-openai.',
    snippets: [{ title: 'Run', text: "pip install 'opentelemetry-util-genai==0.4b0' 'openai<3'" }],
  };
}

function noExporter({ name, packages }: VirtualEnvironment): Check {
  if (!packages.has('opentelemetry-distro') || exportersOf(packages).length > 0) return undefined;
  return {
    id: 'python.noExporter',
    severity: 'problem',
    likelihood: 88,
    title: 'Python: there is no exporter',
    detail: `${name} has opentelemetry-distro, and no exporter for OTLP.`,
    cure: 'Install the exporter.',
    snippets: [{ title: 'Run', text: 'pip install opentelemetry-exporter-otlp' }],
  };
}

/** The distribution takes gRPC unless it is told otherwise. */
function otherProtocol({ name, packages }: VirtualEnvironment, facts: DoctorFacts): Check {
  const exporters = exportersOf(packages);
  if (!packages.has('opentelemetry-distro') || exporters.length !== 1) return undefined;
  const [only] = exporters;
  const said = facts.environments
    .map(each => effective(each, facts.environments))
    .map(
      variables => variables.get('OTEL_EXPORTER_OTLP_TRACES_PROTOCOL') ?? variables.get('OTEL_EXPORTER_OTLP_PROTOCOL'),
    );
  const right = only === 'grpc' ? 'grpc' : 'http/protobuf';
  const wrong = said.find(setting => setting && setting.value.trim() !== right);
  if (only === 'grpc' ? !wrong : said.some(setting => setting?.value.trim() === right)) return undefined;
  return {
    id: 'python.protocol',
    severity: 'problem',
    likelihood: 85,
    title: `Python: the exporter for ${wrong ? wrong.value.trim() : 'grpc'} is not installed`,
    detail: `${name} has the exporter for ${right} only, and ${wrong ? `${wrong.name} in ${wrong.from.name} asks for another` : 'the SDK takes gRPC unless it is told otherwise'}.`,
    cure: `Set the protocol, or install opentelemetry-exporter-otlp, which has both.`,
    snippets: [{ title: 'Set', text: `OTEL_EXPORTER_OTLP_PROTOCOL=${right}` }],
  };
}

function noInstrumentation({ name, packages }: VirtualEnvironment): Check {
  if (!packages.has('opentelemetry-distro')) return undefined;
  const some = [...packages.keys()].some(each =>
    /^(?:opentelemetry-instrumentation-|openinference-instrumentation-)/.test(each),
  );
  if (some) return undefined;
  return {
    id: 'python.noInstrumentation',
    severity: 'warning',
    likelihood: 50,
    title: 'Python: no library is instrumented',
    detail: `${name} has opentelemetry-distro, and no instrumentation: only spans that the program makes itself come.`,
    cure: 'Install the instrumentations of what is there.',
    snippets: [{ title: 'Run', text: 'opentelemetry-bootstrap -a install' }],
  };
}

function exportersOf(packages: ReadonlyMap<string, string>): ('grpc' | 'http')[] {
  const whole = packages.has('opentelemetry-exporter-otlp');
  return (['grpc', 'http'] as const).filter(kind => whole || packages.has(`opentelemetry-exporter-otlp-proto-${kind}`));
}
