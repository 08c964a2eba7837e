import { signal } from '@preact/signals';
import type { RefObject } from 'preact';
import { useLayoutEffect, useMemo } from 'preact/hooks';

/** The size of an element's content box in CSS pixels, followed as it changes; zero until it is laid out. */
export function useSize(ref: RefObject<HTMLElement | null>) {
  const size = useMemo(() => signal({ width: 0, height: 0 }), []);
  useLayoutEffect(() => {
    const element = ref.current;
    if (!element) return;
    const measure = () => {
      const { clientWidth: width, clientHeight: height } = element;
      const known = size.peek();
      if (known.width !== width || known.height !== height) size.value = { width, height };
    };
    measure();
    const observer = new ResizeObserver(measure);
    observer.observe(element);
    return () => observer.disconnect();
  }, []);
  return size;
}
