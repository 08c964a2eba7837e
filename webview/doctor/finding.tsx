import type { ViewFinding } from '../../src/protocol/doctor.ts';
import { anchorOf } from './anchor.ts';
import { Button, type Copy, type Press, SeverityIcon, Snippet } from './parts.tsx';

interface FindingProps {
  finding: ViewFinding;
  onPress: Press;
  onCopy: Copy;
}

/** A cause, what follows from it, and the cure. */
export function Finding({ finding, onPress, onCopy }: FindingProps) {
  const { key, severity, title, detail, cure, buttons, snippets } = finding;
  return (
    <article class={`finding ${severity}`} id={anchorOf(key)} tabIndex={-1}>
      <h3>
        <SeverityIcon severity={severity} /> {title}
      </h3>
      <p class="detail">{detail}</p>
      <p class="cure">
        <strong>Cure:</strong> {cure}
      </p>
      {snippets.map(snippet => (
        <Snippet key={snippet.title} snippet={snippet} onCopy={onCopy} />
      ))}
      {buttons.length > 0 && (
        <div class="buttons">
          {buttons.map(button => (
            <Button key={button.id} button={button} onPress={onPress} />
          ))}
        </div>
      )}
    </article>
  );
}
