import { Command } from '../../contributions.ts';
import { oneLine } from '../../model/text.ts';
import type {
  DoctorButton,
  DoctorSection,
  DoctorSectionId,
  DoctorSeverity,
  DoctorView,
  ViewEnvironment,
  ViewFinding,
  ViewLanguage,
  ViewRequest,
} from '../../protocol/doctor.ts';
import type { RecentRequest } from '../../receiver/requestLog.ts';
import { plural } from '../traces/labels.ts';
import type { DoctorFacts } from './facts.ts';
import { commandAction, type DoctorAction, type Finding, fileAction, settingAction } from './finding.ts';
import { LANGUAGE_IDS, LANGUAGES } from './languages.ts';
import { recipeOf } from './recipes.ts';
import { environmentsToShow, isShownAtAll, shownValue } from './variables.ts';

/** What the page shows, and what its buttons do. */
export interface Drawn {
  view: DoctorView;
  actions: ReadonlyMap<string, DoctorAction>;
}

const RANK: Record<DoctorSeverity, number> = { ok: 0, info: 1, warning: 2, problem: 3 };
const TITLES: Record<DoctorSectionId, string> = {
  listening: 'Listening',
  requests: 'Last requests',
  environment: 'Variables of terminals, tasks and debug sessions',
  languages: 'Languages of this workspace',
};
const IDS = Object.keys(TITLES) as DoctorSectionId[];
const KIBI = 1024;

/** The page, from facts and findings; nothing in it is secret. */
export function drawDoctor(facts: DoctorFacts, findings: readonly Finding[]): Drawn {
  const actions = new Map<string, DoctorAction>();
  const button = (id: string, action: DoctorAction): DoctorButton => {
    actions.set(id, action);
    return { id, label: action.label, icon: action.icon };
  };
  const sections = IDS.map((id): DoctorSection => {
    const own = findings.flatMap((each, rank) => (each.section === id ? [viewFinding(each, rank, button)] : []));
    return { id, title: TITLES[id], findings: own, ...verdict(id, own, facts) };
  });
  const view: DoctorView = {
    ...overall(findings, facts),
    sections,
    endpoints: facts.receiver.state.phase === 'listening' ? facts.receiver.state.endpoints.map(({ url }) => url) : [],
    requests: (facts.requests?.requests ?? []).map(viewRequest),
    causes: causesOf(facts),
    environments: viewEnvironments(facts, button),
    languages: viewLanguages(facts),
    buttons: [
      button('test', commandAction('Send a Test Trace', Command.sendSampleTrace, 'play')),
      button('again', { type: 'command', label: 'Check Again', icon: 'refresh', command: CHECK_AGAIN }),
      button('report', { type: 'command', label: 'Copy Report', icon: 'copy', command: COPY_REPORT }),
    ],
  };
  return { view, actions };
}

/** What the page itself is asked for; no commands of the editor. */
export const CHECK_AGAIN = 'again';
export const COPY_REPORT = 'report';

type MakeButton = (id: string, action: DoctorAction) => DoctorButton;

function viewFinding(finding: Finding, rank: number, button: MakeButton): ViewFinding {
  const { id, subject = '', severity, title, detail, cure, actions = [], snippets = [] } = finding;
  const key = `${id} ${subject}`;
  return {
    key,
    severity,
    rank,
    title: oneLine(title, 300),
    detail: oneLine(detail, 1200),
    cure: oneLine(cure, 600),
    buttons: actions.map((action, at) => button(`${key} ${at}`, action)),
    snippets: [...snippets],
  };
}

function verdict(
  id: DoctorSectionId,
  findings: readonly ViewFinding[],
  facts: DoctorFacts,
): { severity: DoctorSeverity; sentence: string } {
  const [worst] = findings;
  const severity = worst?.severity ?? 'ok';
  if (worst && RANK[severity] > RANK.info) {
    const found = `${plural(findings.length, 'finding')}${findings.length > 1 ? ', the likeliest first' : ''}.`;
    return {
      severity,
      sentence: `${found} ${id === 'environment' || id === 'languages' ? '' : calm(id, facts)}`.trim(),
    };
  }
  return { severity, sentence: calm(id, facts) };
}

/** What is said where nothing is wrong. */
function calm(id: DoctorSectionId, { receiver, requests, workspace, environments }: DoctorFacts): string {
  if (id === 'listening') {
    return receiver.state.phase === 'listening'
      ? `Receiving on ${receiver.state.main.url}, over HTTP and gRPC alike.`
      : 'Nothing is received.';
  }
  if (id === 'requests') {
    const { accepted = 0, refused = 0 } = requests ?? {};
    return `${plural(accepted, 'request')} accepted with ${plural(receiver.counts.spans, 'span')}, ${refused === 0 ? 'none' : refused} refused.`;
  }
  if (id === 'environment') {
    const starts = environments.filter(({ start }) => start).length;
    return `No variable was found that keeps spans away; ${starts} launch configurations and tasks were looked at.`;
  }
  const names = LANGUAGE_IDS.filter(each => workspace.manifests.some(({ language }) => language === each));
  return names.length === 0
    ? 'No manifest of a language that is known here was found.'
    : `${names.map(each => LANGUAGES[each].name).join(', ')}: nothing was found that keeps spans away.`;
}

function overall(
  findings: readonly Finding[],
  { receiver }: DoctorFacts,
): { severity: DoctorSeverity; sentence: string } {
  const problems = findings.filter(({ severity }) => severity === 'problem').length;
  const warnings = findings.filter(({ severity }) => severity === 'warning').length;
  const arrived = receiver.counts.spans > 0 ? `${plural(receiver.counts.spans, 'span')} came since the start. ` : '';
  if (problems > 0) {
    return {
      severity: 'problem',
      sentence: `${arrived}${plural(problems, 'likely cause')} of missing spans, the likeliest first.`,
    };
  }
  if (warnings > 0)
    return { severity: 'warning', sentence: `${arrived}${plural(warnings, 'possible cause')} of missing spans.` };
  return arrived !== ''
    ? { severity: 'ok', sentence: `${arrived}Nothing was found that keeps others away.` }
    : { severity: 'info', sentence: 'Everything is ready here; no program has sent a span yet.' };
}

function viewRequest(request: RecentRequest, at: number): ViewRequest {
  const {
    outcome,
    status,
    signal,
    protocol,
    path,
    services = [],
    sender,
    items,
    bytes,
    reason = '',
    rejected = 0,
  } = request;
  const amount = [
    ...(items === undefined
      ? []
      : [plural(items, signal === 'traces' ? 'span' : signal === 'logs' ? 'log' : 'metric')]),
    ...(bytes === undefined ? [] : [sizeText(bytes)]),
  ];
  return {
    key: `${request.at} ${at}`,
    severity: outcome === 'refused' ? 'problem' : outcome === 'closed' ? 'info' : rejected > 0 ? 'warning' : 'ok',
    at: request.at,
    outcome: outcome === 'refused' ? `refused ${status ?? ''}`.trim() : rejected > 0 ? `${rejected} not kept` : outcome,
    what: [signal ?? path, PROTOCOL_NAMES[protocol] ?? protocol].filter(each => each !== undefined).join(' · '),
    from: [...services, ...(services.length === 0 && sender !== undefined ? [sender] : []), ...amount].join(' · '),
    reason: oneLine(reason, 600),
  };
}

const PROTOCOL_NAMES: Partial<Record<RecentRequest['protocol'], string>> = {
  grpc: 'gRPC',
  tls: 'https',
  tcp: 'no HTTP',
};

function sizeText(bytes: number): string {
  if (bytes < KIBI) return `${bytes} B`;
  return bytes < KIBI * KIBI ? `${(bytes / KIBI).toFixed(1)} KiB` : `${(bytes / KIBI / KIBI).toFixed(1)} MiB`;
}

function causesOf({ requests }: DoctorFacts): string[] {
  if (!requests) return [];
  const { accepted, causes, requests: listed } = requests;
  const isSample = accepted > listed.filter(({ outcome }) => outcome === 'accepted').length;
  return [
    ...(isSample ? ['Of what is accepted, the newest are listed, ten a second at most'] : []),
    ...causes.map(({ cause, count }) => `${CAUSE_NAMES[cause] ?? cause}: ${count}`),
  ];
}

const CAUSE_NAMES: Record<string, string> = {
  tls: 'https',
  notHttp: 'not HTTP',
  http2: 'broken HTTP/2',
  silent: 'connection without a request',
  contentType: 'content type',
  encodingMixUp: 'other encoding than said',
  grpcOverHttp1: 'gRPC over HTTP/1.1',
  grpcMethod: 'gRPC method',
  malformed: 'not valid OTLP',
};

function viewEnvironments(facts: DoctorFacts, button: MakeButton): ViewEnvironment[] {
  const { injected } = facts.receiver;
  const given: ViewEnvironment[] =
    injected.size === 0
      ? []
      : [{ key: 'given', name: 'new terminals and tasks, set by Spanside', variables: viewVariables(injected) }];
  const others = environmentsToShow(facts).map(each => {
    const { id, name, own, file, setting } = each;
    const action =
      file !== undefined
        ? fileAction(file.split(/[\\/]/).at(-1) ?? 'File', file)
        : setting !== undefined
          ? settingAction(setting)
          : undefined;
    return {
      key: id,
      name,
      variables: viewVariables(own),
      ...(action && { button: button(`environment ${id}`, action) }),
    };
  });
  return [...given, ...others];
}

function viewVariables(own: ReadonlyMap<string, string>) {
  return [...own]
    .filter(([name]) => isShownAtAll(name))
    .map(([name, value]) => ({ name: oneLine(name, 100), value: shownValue(name, value) }));
}

function viewLanguages(facts: DoctorFacts): ViewLanguage[] {
  const { state } = facts.receiver;
  const url = state.phase === 'listening' ? state.main.url : 'http://127.0.0.1:4318';
  return LANGUAGE_IDS.flatMap(id => {
    const manifests = facts.workspace.manifests.filter(({ language }) => language === id);
    if (manifests.length === 0) return [];
    const names = manifests.map(({ name }) => name);
    const found = `Found ${names.slice(0, 3).join(', ')}${names.length > 3 ? ` and ${names.length - 3} more` : ''}.`;
    return [
      {
        name: LANGUAGES[id].name,
        found,
        ...recipeOf(
          id,
          url,
          manifests.map(({ text }) => text),
        ),
      },
    ];
  });
}
