import type { CutFact } from "./cut-fact.ts";

const readText = (fact: Exclude<CutFact, undefined>): string => (typeof fact === "string" ? fact : fact.text);

interface CutFactsProps {
  readonly facts: readonly CutFact[];
  /** Of the weight of a text, for what decides. */
  readonly isStrong?: boolean;
  /** Shows all facts, in as many lines as they need. */
  readonly wraps?: boolean;
}

/** Short facts in one line with points between them. Facts stay whole: those without room are left out from the end, and stand in the tooltip. */
export function CutFacts({ facts, isStrong = false, wraps = false }: CutFactsProps) {
  const shown = facts.flatMap((fact) => (fact === undefined || readText(fact) === "" ? [] : [fact]));
  if (shown.length === 0) return null;
  return (
    <span
      className={`flex min-w-0 overflow-hidden text-control tabular-nums ${isStrong ? "text-text" : "text-text-muted"} ${wraps ? "" : "h-lh"}`}
      title={shown.map(readText).join(" · ")}
    >
      <span className="-ms-3 flex min-w-0 flex-wrap content-start">
        {shown.map((fact, index) => (
          <bdi
            // biome-ignore lint/suspicious/noArrayIndexKey: facts have places and no names
            key={index}
            className={`relative max-w-full min-w-0 ps-3 wrap-anywhere before:absolute before:start-0 before:w-3 before:text-center before:text-text-muted before:content-['·'] ${wraps ? "" : "truncate"} ${typeof fact !== "string" && fact.isLate ? "text-danger" : ""}`}
          >
            {readText(fact)}
          </bdi>
        ))}
      </span>
    </span>
  );
}
