import { type ReactNode, useEffect, useRef, useState } from "react";

/** The share of its place that must be in view. */
const THRESHOLD = 0.5;

/** What reads its data when the user scrolls to it. */
export function SeenBlock({ children }: { readonly children: ReactNode }) {
  const place = useRef<HTMLDivElement>(null);
  const [isSeen, setSeen] = useState(false);
  useEffect(() => {
    const element = place.current;
    if (!element || isSeen) return undefined;
    const observer = new IntersectionObserver(
      (entries) => {
        if (entries.some(({ isIntersecting }) => isIntersecting)) setSeen(true);
      },
      { threshold: THRESHOLD },
    );
    observer.observe(element);
    return () => observer.disconnect();
  }, [isSeen]);
  return isSeen ? children : <div ref={place} className="h-chart" />;
}
