import type { SpanDetails } from '../../src/protocol/details.ts';
import type { Inspector } from '../state/inspector.ts';
import { ActionLink } from '../ui/actionLink.tsx';
import { Text } from '../ui/text.tsx';
import { AttributeList, DroppedNote, Fact } from './attributeList.tsx';
import { valueOpener } from './openValue.ts';

/** What sent the span: the resource, the instrumentation scope, and the schemas both follow. */
export function ResourceTab({ page, details }: { page: Inspector; details: SpanDetails }) {
  const { resource, scope } = details;
  const copy = (text: string, what: string) => page.copy(text, what);
  return (
    <>
      <section class="entry">
        <h3>Resource</h3>
        {resource.attributes.length === 0 && <p class="quiet">The resource has no attributes.</p>}
        <AttributeList
          attributes={resource.attributes}
          copy={copy}
          onOpen={valueOpener(page, details, 'resource', resource.attributes)}
        >
          <Schema page={page} url={resource.schemaUrl} />
        </AttributeList>
        <DroppedNote count={resource.droppedAttributesCount} what="attributes" />
      </section>
      <section class="entry">
        <h3>Instrumentation scope</h3>
        <AttributeList
          attributes={scope.attributes}
          copy={copy}
          onOpen={valueOpener(page, details, 'scope', scope.attributes)}
        >
          <Fact label="name">
            {scope.name === '' ? <span class="faint">not named</span> : <Code text={scope.name} />}
          </Fact>
          {scope.version !== '' && (
            <Fact label="version">
              <Code text={scope.version} />
            </Fact>
          )}
          <Schema page={page} url={scope.schemaUrl} />
        </AttributeList>
        <DroppedNote count={scope.droppedAttributesCount} what="attributes" />
      </section>
    </>
  );
}

function Schema({ page, url }: { page: Inspector; url: string }) {
  if (url === '') return null;
  return (
    <Fact label="schema">
      {/^https:\/\//.test(url) ? (
        <ActionLink onClick={() => page.post({ type: 'openUrl', url })}>
          <Code text={url} />
        </ActionLink>
      ) : (
        <Code text={url} />
      )}
    </Fact>
  );
}

function Code({ text }: { text: string }) {
  return (
    <code>
      <Text text={text} />
    </code>
  );
}
