import { type RefObject, useLayoutEffect, useState } from "react";

/** Returns the height of an element in pixels. It changes with the window. */
export function useHeight(ref: RefObject<HTMLElement | null>): number {
  const [height, setHeight] = useState(0);
  useLayoutEffect(() => {
    const element = ref.current;
    if (!element) return undefined;
    const read = (): void => setHeight(Math.floor(element.clientHeight));
    const observer = new ResizeObserver(read);
    observer.observe(element);
    read();
    return () => observer.disconnect();
  }, [ref]);
  return height;
}
