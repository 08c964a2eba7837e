import { useState } from 'preact/hooks';
import type { ViewEvent, ViewFrame } from '../../src/protocol/details.ts';
import { ActionLink } from '../ui/actionLink.tsx';
import { Text } from '../ui/text.tsx';
import { foldFrames, foreignLabel } from './frames.ts';

type Exception = NonNullable<ViewEvent['exception']>;

interface ExceptionProps {
  exception: Exception;
  onFrame(target: number): void;
}

/** An exception as one reads it: what it says, the frames of one's own code, the others folded. */
export function ExceptionBlock({ exception, onFrame }: ExceptionProps) {
  const [isText, setText] = useState(false);
  const { type, message, stack, text } = exception;
  const title = [type, message].filter(part => part !== '').join(': ') || 'Exception without type or message';
  const [first, ...causes] = stack;
  return (
    <section class="exception" aria-label="Exception">
      <p class="exception-title">
        <Text text={title} />
      </p>
      {isText || !first ? (
        text !== '' && (
          <pre>
            <Text text={text} />
          </pre>
        )
      ) : (
        <>
          <Frames frames={first.frames} onFrame={onFrame} />
          {causes.map(cause => (
            <>
              <p class="exception-cause">
                <Text text={cause.title} />
              </p>
              <Frames frames={cause.frames} onFrame={onFrame} />
            </>
          ))}
        </>
      )}
      {first && text !== '' && (
        <button type="button" class="link quiet" aria-expanded={isText} onClick={() => setText(!isText)}>
          {isText ? 'show frames' : 'show as sent'}
        </button>
      )}
    </section>
  );
}

function Frames({ frames, onFrame }: { frames: ViewFrame[]; onFrame(target: number): void }) {
  return (
    <ol class="frames">
      {foldFrames(frames).map(run =>
        run.own ? (
          run.frames.map(frame => <Frame frame={frame} onFrame={onFrame} />)
        ) : (
          <ForeignFrames frames={run.frames} onFrame={onFrame} />
        ),
      )}
    </ol>
  );
}

function ForeignFrames({ frames, onFrame }: { frames: ViewFrame[]; onFrame(target: number): void }) {
  const [isOpen, setOpen] = useState(false);
  return (
    <>
      <li>
        <button type="button" class="frames-fold" aria-expanded={isOpen} onClick={() => setOpen(!isOpen)}>
          <span class={`codicon codicon-chevron-${isOpen ? 'down' : 'right'}`} aria-hidden="true" />
          <Text text={foreignLabel(frames)} />
        </button>
      </li>
      {isOpen && frames.map(frame => <Frame frame={frame} onFrame={onFrame} />)}
    </>
  );
}

function Frame({ frame, onFrame }: { frame: ViewFrame; onFrame(target: number): void }) {
  const { path, line, target } = frame;
  const place = <Text text={line === undefined ? path : `${path}:${line}`} />;
  return (
    <li class={frame.own ? 'own' : 'foreign'}>
      {target === undefined ? (
        <span class="place">{place}</span>
      ) : (
        <ActionLink class="place" onClick={() => onFrame(target)}>
          {place}
        </ActionLink>
      )}
      <span class="function">
        <Text text={frame.function} />
      </span>
    </li>
  );
}
