import type { DoctorSeverity, DoctorView, ViewFinding } from '../../protocol/doctor.ts';

const SIGNS: Record<DoctorSeverity, string> = { ok: 'ok', info: 'info', warning: 'warning', problem: 'PROBLEM' };

/** The page as Markdown, for an issue. It is made of what the page shows, so that there is nothing secret in it. */
export function reportText(view: DoctorView, versions: string): string {
  const lines = [
    '# Spanside: why do I see no spans?',
    '',
    versions,
    '',
    `**${SIGNS[view.severity]}**: ${text(view.sentence)}`,
  ];
  for (const { id, title, severity, sentence, findings } of view.sections) {
    lines.push('', `## ${title}`, '', `**${SIGNS[severity]}**: ${text(sentence)}`);
    if (id === 'listening') lines.push(...view.endpoints.map(url => `- ${text(url)}`));
    for (const finding of findings) lines.push(...findingLines(finding));
    if (id === 'requests') lines.push(...requestLines(view));
    if (id === 'environment') lines.push(...environmentLines(view));
    if (id === 'languages') lines.push(...view.languages.map(({ name, found }) => `- ${name}: ${text(found)}`));
  }
  return `${lines.join('\n')}\n`;
}

function findingLines({ severity, title, detail, cure }: ViewFinding): string[] {
  return ['', `- **${SIGNS[severity]}**: ${text(title)}. ${text(detail)} *${text(cure)}*`];
}

function requestLines({ causes, requests }: DoctorView): string[] {
  const rows = requests.map(({ at, outcome, what, from, reason }) => {
    const time = new Date(at).toISOString().slice(11, 19);
    return `| ${[time, outcome, what, from, reason].map(text).join(' | ')} |`;
  });
  const table =
    rows.length > 0 ? ['', '| time (UTC) | | what | from | |', '| --- | --- | --- | --- | --- |', ...rows] : [];
  return [...causes.map(cause => `- ${text(cause)}`), ...table];
}

function environmentLines({ environments }: DoctorView): string[] {
  return environments.flatMap(({ name, variables }) => [
    `- ${text(name)}: ${variables.map(each => `${text(each.name)}=${text(each.value)}`).join(', ')}`,
  ]);
}

/** Text of programs and files: nothing of it is markup. */
function text(value: string): string {
  return value.replace(/[\\`*_{}[\]<>#|!~]/g, '\\$&').replace(/\s+/g, ' ');
}
