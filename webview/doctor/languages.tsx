import type { ViewLanguage } from '../../src/protocol/doctor.ts';
import { type Copy, Snippet } from './parts.tsx';

/** What to set and to run, for each language that is used here. */
export function Languages({ languages, onCopy }: { languages: ViewLanguage[]; onCopy: Copy }) {
  return (
    <>
      {languages.map(({ name, found, snippets, notes }) => (
        <div class="language" key={name}>
          <h3>{name}</h3>
          <p class="quiet">{found}</p>
          {snippets.map(snippet => (
            <Snippet key={snippet.title} snippet={snippet} onCopy={onCopy} />
          ))}
          {notes.map(note => (
            <p class="note" key={note}>
              {note}
            </p>
          ))}
        </div>
      ))}
    </>
  );
}
