import type { SpanDetails } from '../../src/protocol/details.ts';
import type { Inspector } from '../state/inspector.ts';
import { Text } from '../ui/text.tsx';
import { AttributeList, DroppedNote, Fact } from './attributeList.tsx';

/** What sent the span: the resource, the instrumentation scope, and the schemas both follow. */
export function ResourceTab({ page, details }: { page: Inspector; details: SpanDetails }) {
  const { resource, scope } = details;
  const copy = (text: string, what: string) => page.copy(text, what);
  return (
    <>
      <section class="entry">
        <h3>Resource</h3>
        {resource.attributes.length === 0 && <p class="quiet">The resource has no attributes.</p>}
        <AttributeList attributes={resource.attributes} copy={copy} />
        <Schema url={resource.schemaUrl} />
        <DroppedNote count={resource.droppedAttributesCount} what="attributes" />
      </section>
      <section class="entry">
        <h3>Instrumentation scope</h3>
        <dl class="attributes">
          <Fact label="name">
            {scope.name === '' ? <span class="faint">not named</span> : <Code text={scope.name} />}
          </Fact>
          {scope.version !== '' && (
            <Fact label="version">
              <Code text={scope.version} />
            </Fact>
          )}
        </dl>
        <AttributeList attributes={scope.attributes} copy={copy} />
        <Schema url={scope.schemaUrl} />
        <DroppedNote count={scope.droppedAttributesCount} what="attributes" />
      </section>
    </>
  );
}

function Schema({ url }: { url: string }) {
  if (url === '') return null;
  return (
    <dl class="attributes">
      <Fact label="schema">
        <Code text={url} />
      </Fact>
    </dl>
  );
}

function Code({ text }: { text: string }) {
  return (
    <code>
      <Text text={text} />
    </code>
  );
}
