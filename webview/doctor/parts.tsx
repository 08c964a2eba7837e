import type { DoctorButton, DoctorSeverity, DoctorSnippet } from '../../src/protocol/doctor.ts';

/** Copies a text; `what` names it for screen readers. */
export type Copy = (text: string, what: string) => void;
export type Press = (id: string) => void;

const ICONS: Record<DoctorSeverity, string> = { ok: 'pass', info: 'info', warning: 'warning', problem: 'error' };
const WORDS: Record<DoctorSeverity, string> = { ok: 'OK', info: 'Note', warning: 'Warning', problem: 'Problem' };

/** Says by shape, colour and word how bad something is. */
export function SeverityIcon({ severity }: { severity: DoctorSeverity }) {
  return (
    <span class={`codicon codicon-${ICONS[severity]} severity ${severity}`} role="img" aria-label={WORDS[severity]} />
  );
}

export function Button({ button, onPress }: { button: DoctorButton; onPress: Press }) {
  return (
    <button type="button" class="button" onClick={() => onPress(button.id)}>
      <span class={`codicon codicon-${button.icon}`} aria-hidden="true" /> {button.label}
    </button>
  );
}

export function Snippet({ snippet, onCopy }: { snippet: DoctorSnippet; onCopy: Copy }) {
  const { title, text } = snippet;
  return (
    <div class="snippet">
      <span class="snippet-title">{title}</span>
      <pre>
        <code>{text}</code>
      </pre>
      <button
        type="button"
        class="icon-button"
        title={`Copy (${title})`}
        aria-label={`Copy: ${text}`}
        onClick={() => onCopy(text, text)}
      >
        <span class="codicon codicon-copy" aria-hidden="true" />
      </button>
    </div>
  );
}
