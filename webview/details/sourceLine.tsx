import { useState } from 'preact/hooks';
import type { ViewLocation } from '../../src/protocol/details.ts';
import { ActionLink } from '../ui/actionLink.tsx';
import { Text } from '../ui/text.tsx';

interface SourceLineProps {
  location: ViewLocation;
  /** `candidate` is the number of the one chosen of several. */
  onOpen(candidate?: number): void;
}

/** Where the span was made, how that was found, and what else it may be. */
export function SourceLine({ location, onOpen }: SourceLineProps) {
  const [isOpen, setOpen] = useState(false);
  const { tier, how, label, candidates } = location;
  if (tier === 'none') {
    return (
      <p class="source none">
        <span class="codicon codicon-circle-slash" aria-hidden="true" />
        <Text text={how} />
      </p>
    );
  }
  // A choice has to be made, or is there to be made by who doubts the answer.
  const isChoice = tier === 'several' || label === undefined;
  return (
    <div class="source">
      <p>
        <span class="codicon codicon-go-to-file" aria-hidden="true" />
        {!isChoice && <SourceLink label={label} onOpen={() => onOpen()} />}
        <span class="how">
          <span class={`tier ${tier}`}>{tier}</span> <Text text={how} />
        </span>
        {!isChoice && candidates.length > 1 && (
          <button type="button" class="link quiet" aria-expanded={isOpen} onClick={() => setOpen(!isOpen)}>
            Wrong line?
          </button>
        )}
      </p>
      {(isChoice || isOpen) && (
        <ol class="candidates">
          {candidates.map((candidate, i) => (
            <li>
              <SourceLink label={candidate.label} onOpen={() => onOpen(i)} />
              <span class="why">
                <Text text={candidate.why.join(' · ')} />
              </span>
            </li>
          ))}
        </ol>
      )}
    </div>
  );
}

export function SourceLink({ label, onOpen }: { label: string; onOpen(): void }) {
  return (
    <ActionLink class="source-link" onClick={onOpen}>
      <Text text={label} />
    </ActionLink>
  );
}
