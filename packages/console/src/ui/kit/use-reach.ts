import { type RefObject, useEffect, useState } from "react";

/**
 * Whether the pointer or the focus has come to an element, or to what encloses it by `selector`. Hundreds of entries are drawn at once, and the tools of one
 * only then. A finger does not announce itself.
 */
export function useReach(element: RefObject<HTMLElement | null>, selector: string): boolean {
  const [isReached, setReached] = useState(() => matchMedia("(pointer: coarse)").matches);
  useEffect(() => {
    const place = isReached ? null : element.current?.closest(selector);
    if (!place) return undefined;
    const reach = (): void => setReached(true);
    for (const type of ["pointerenter", "focusin"]) place.addEventListener(type, reach);
    if (place.contains(document.activeElement)) reach();
    return () => {
      for (const type of ["pointerenter", "focusin"]) place.removeEventListener(type, reach);
    };
  }, [element, selector, isReached]);
  return isReached;
}
