import { useEffect, useRef, useState } from 'preact/hooks';
import { Details } from './details/details.tsx';
import { SelectionStrip } from './details/selectionStrip.tsx';
import { Header } from './header/header.tsx';
import { layoutOf } from './layout.ts';
import type { Inspector } from './state/inspector.ts';
import type { TraceView } from './state/traceView.ts';
import { Button } from './ui/controls.tsx';
import { useSize } from './ui/measure.ts';
import { Splitter } from './ui/splitter.tsx';
import { onThemeChange, readSizes, type Sizes } from './ui/theme.ts';
import { Waterfall } from './waterfall/waterfall.tsx';

/** The whole page in the phase it is in. */
export function App({ page }: { page: Inspector }) {
  const sizes = useSizes();
  const trace = page.trace.value;
  const phase = page.phase.value;
  return (
    <>
      {phase === 'gone' ? (
        <Notice
          sentence="This trace is no longer stored. It was deleted, or its store was cleared."
          action="Look again"
          onAction={() => page.start()}
        />
      ) : phase === 'loading' || !trace ? (
        <Loading page={page} />
      ) : trace.columns.rows === 0 ? (
        <Notice sentence="This trace has no spans yet." action="Look again" onAction={() => page.start()} />
      ) : (
        <Trace page={page} trace={trace} sizes={sizes} />
      )}
      <div class="screen-reader" aria-live="polite" role="status">
        {page.announcement.value}
      </div>
    </>
  );
}

/** A trace usually comes within a few frames; an answer that takes long gets words and a way on. */
function Loading({ page }: { page: Inspector }) {
  return (
    <div class="late">
      <Notice sentence="Loading the trace…" action="Ask again" onAction={() => page.start()} />
    </div>
  );
}

interface NoticeProps {
  sentence: string;
  action: string;
  onAction(): void;
}

function Notice({ sentence, action, onAction }: NoticeProps) {
  return (
    <main class="notice">
      <p>{sentence}</p>
      <Button onClick={onAction}>{action}</Button>
    </main>
  );
}

function Trace({ page, trace, sizes }: { page: Inspector; trace: TraceView; sizes: Sizes }) {
  const body = useRef<HTMLElement>(null);
  const size = useSize(body);
  const layout = layoutOf(size.value, page.detailsShare.value);
  const isPage = layout.mode === 'page';
  const showsWaterfall = !isPage || !page.detailsPage.value;
  const showsDetails = !isPage || page.detailsPage.value;

  const focus = (selector: string) => body.current?.querySelector<HTMLElement>(selector)?.focus();
  const toDetails = () => {
    page.detailsPage.value = true;
    // A page that has just been opened is drawn before it can take the focus.
    requestAnimationFrame(() => focus(isPage ? '.back' : '.details [role=tab][aria-selected=true]'));
  };
  const toWaterfall = () => {
    page.detailsPage.value = false;
    requestAnimationFrame(() => focus('[role=treegrid]'));
  };

  const detailsSize = layout.mode === 'beside' ? { width: `${layout.details}px` } : { height: `${layout.details}px` };
  return (
    <main ref={body} class={`trace ${layout.mode}`}>
      {showsWaterfall && (
        <div class="overview">
          <Header page={page} trace={trace} />
          <Waterfall page={page} trace={trace} sizes={sizes} onDetails={toDetails} />
          {isPage && <SelectionStrip page={page} trace={trace} onDetails={toDetails} />}
        </div>
      )}
      {!isPage && (
        <Splitter
          orientation={layout.mode === 'beside' ? 'vertical' : 'horizontal'}
          class="details-splitter"
          label="Size of the details"
          value={layout.details}
          min={layout.least}
          max={layout.most}
          reversed
          onChange={value => page.setDetailsShare(value / layout.whole)}
        />
      )}
      {showsDetails && (
        <div class="details-pane" style={isPage ? {} : detailsSize}>
          <Details page={page} trace={trace} onLeave={toWaterfall} isPage={isPage} />
        </div>
      )}
    </main>
  );
}

/** Sizes that follow the editor's font. */
function useSizes(): Sizes {
  const [sizes, setSizes] = useState(readSizes);
  useEffect(
    () =>
      onThemeChange(() => {
        const next = readSizes();
        setSizes(now => (now.rowHeight === next.rowHeight && now.labelSize === next.labelSize ? now : next));
      }),
    [],
  );
  useEffect(() => {
    const style = document.documentElement.style;
    style.setProperty('--row-height', `${sizes.rowHeight}px`);
    style.setProperty('--label-size', `${sizes.labelSize}px`);
    style.setProperty('--indent', `${sizes.indent}px`);
  }, [sizes]);
  return sizes;
}
