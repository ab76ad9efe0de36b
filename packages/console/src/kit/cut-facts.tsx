import { Fragment } from "react";
import type { CutFact } from "./cut-fact.ts";

const readText = (fact: Exclude<CutFact, undefined>): string => (typeof fact === "string" ? fact : fact.text);

interface CutFactsProps {
  readonly facts: readonly CutFact[];
  /** Of the weight of a text, for what decides. */
  readonly isStrong?: boolean;
}

/** Facts in one line with points between them. What has no room is cut, and stands in the tooltip. */
export function CutFacts({ facts, isStrong = false }: CutFactsProps) {
  const shown = facts.flatMap((fact) => (fact === undefined || readText(fact) === "" ? [] : [fact]));
  if (shown.length === 0) return null;
  return (
    <span
      className={`block min-w-0 truncate text-control tabular-nums ${isStrong ? "text-text" : "text-text-muted"}`}
      title={shown.map(readText).join(" · ")}
    >
      {shown.map((fact, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: facts have places and no names
        <Fragment key={index}>
          {index === 0 ? null : " · "}
          <bdi className={typeof fact !== "string" && fact.isLate ? "text-danger" : undefined}>{readText(fact)}</bdi>
        </Fragment>
      ))}
    </span>
  );
}
