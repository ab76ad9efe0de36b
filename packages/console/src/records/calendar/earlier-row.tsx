import { type RefObject, useCallback, useEffect, useState } from "react";
import { joinClasses } from "../../ui/kit/classes.ts";
import { DAY_MINUTES, hourNumbers } from "./day-column.tsx";
import { EarlierButton } from "./earlier-button.tsx";
import type { RecordEntry } from "./entry.ts";
import { countEarlier, type TimedEntry } from "./entry-layout.ts";

interface EarlierRowProps {
  readonly days: readonly (readonly TimedEntry<RecordEntry>[])[];
  /** What scrolls, and the hours in it. */
  readonly scroller: RefObject<HTMLElement | null>;
  readonly body: RefObject<HTMLElement | null>;
  readonly columns: string;
}

/** How many entries of each day begin above the hours that are in view. Scrolling draws it again only where a number changes, and nothing else. */
export function EarlierRow({ days, scroller, body, columns }: EarlierRowProps) {
  const [minute, setMinute] = useState(0);
  useEffect(() => {
    const { current: frame } = scroller;
    if (!frame) return undefined;
    const readMinute = (): void => {
      const next = Math.round((frame.scrollTop / (body.current?.offsetHeight ?? 1)) * DAY_MINUTES);
      const counts = countEarlier(days, next);
      setMinute((before) => (countEarlier(days, before).every(({ count }, day) => count === counts[day]?.count) ? before : next));
    };
    readMinute();
    frame.addEventListener("scroll", readMinute, { passive: true });
    return () => frame.removeEventListener("scroll", readMinute);
  }, [days, scroller, body]);
  const showMinute = useCallback(
    (first: number): void => {
      if (!scroller.current || !body.current) return;
      scroller.current.scrollTop = (Math.floor(first / 60) / hourNumbers.length) * body.current.offsetHeight;
    },
    [scroller, body],
  );
  // It keeps its place while nothing is above, so that the hours stay where they are.
  return (
    <div className={joinClasses("relative grid min-h-target pb-1", columns)}>
      {countEarlier(days, minute).map(({ count, first }, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: the place of a day is its identity
        <span key={index} className="flex min-w-0">
          {count === 0 ? null : <EarlierButton count={count} first={first} onShow={showMinute} />}
        </span>
      ))}
    </div>
  );
}
