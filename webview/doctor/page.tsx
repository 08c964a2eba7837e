import { useState } from 'preact/hooks';
import type { DoctorSection, DoctorView, ViewFinding } from '../../src/protocol/doctor.ts';
import { anchorOf } from './anchor.ts';
import { Environments } from './environments.tsx';
import { Finding } from './finding.tsx';
import type { DoctorHost } from './host.ts';
import { Languages } from './languages.tsx';
import { Button, type Copy, SeverityIcon } from './parts.tsx';
import { Requests } from './requests.tsx';

/** So many causes are named at the top. */
const MOST_NAMED = 5;

/** The whole page. It is drawn anew every second at most; what has the focus stays where it is. */
export function DoctorPage({ view, host }: { view: DoctorView; host: DoctorHost }) {
  const [said, setSaid] = useState('');
  const copy: Copy = (text, what) => {
    host.post({ type: 'copy', text });
    setSaid(`Copied: ${what}`);
  };
  const press = (id: string) => host.post({ type: 'press', id });
  return (
    <main class="doctor">
      <header>
        <h1>Why do I see no spans?</h1>
        <p class={`verdict ${view.severity}`}>
          <SeverityIcon severity={view.severity} /> <span>{view.sentence}</span>
        </p>
        <div class="buttons">
          {view.buttons.map(button => (
            <Button key={button.id} button={button} onPress={press} />
          ))}
        </div>
        <Causes sections={view.sections} />
      </header>
      {view.sections.map(section => (
        <section key={section.id} aria-labelledby={`title-${section.id}`}>
          <h2 id={`title-${section.id}`}>
            <SeverityIcon severity={section.severity} /> {section.title}
          </h2>
          <p class="sentence">{section.sentence}</p>
          {section.id === 'listening' && <Endpoints urls={view.endpoints} />}
          {section.findings.map(finding => (
            <Finding key={finding.key} finding={finding} onPress={press} onCopy={copy} />
          ))}
          {section.id === 'requests' && <Requests requests={view.requests} causes={view.causes} />}
          {section.id === 'environment' && <Environments environments={view.environments} onPress={press} />}
          {section.id === 'languages' && <Languages languages={view.languages} onCopy={copy} />}
        </section>
      ))}
      <div class="screen-reader" role="status" aria-live="polite">
        {said}
      </div>
    </main>
  );
}

const RANK: Record<ViewFinding['severity'], number> = { problem: 0, warning: 1, info: 2, ok: 3 };

/** The worst of all sections, as ways to them. */
function Causes({ sections }: { sections: DoctorSection[] }) {
  const found = sections
    .flatMap(({ findings }) => findings)
    .filter(({ severity }) => severity === 'problem' || severity === 'warning')
    .sort((a, b) => RANK[a.severity] - RANK[b.severity] || a.rank - b.rank);
  if (found.length < 2) return null;
  return (
    <nav aria-label="Likely causes">
      <ol class="causes">
        {found.slice(0, MOST_NAMED).map(({ key, severity, title }) => (
          <li key={key}>
            <SeverityIcon severity={severity} />
            <a href={`#${anchorOf(key)}`} onClick={event => goTo(event, key)}>
              {title}
            </a>
          </li>
        ))}
      </ol>
    </nav>
  );
}

/** The editor takes links away from pages, so this one moves by itself. */
function goTo(event: Event, key: string): void {
  event.preventDefault();
  const target = document.getElementById(anchorOf(key));
  target?.scrollIntoView({ block: 'start' });
  target?.focus();
}

function Endpoints({ urls }: { urls: string[] }) {
  if (urls.length === 0) return null;
  return (
    <ul class="endpoints" aria-label="Addresses">
      {urls.map(url => (
        <li key={url}>
          <span class="codicon codicon-radio-tower" aria-hidden="true" /> <code>{url}</code>
        </li>
      ))}
    </ul>
  );
}
