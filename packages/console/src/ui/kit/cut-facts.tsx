import type { ReactNode } from "react";
import type { CutFact } from "./cut-fact.ts";

type Fact = Exclude<CutFact, undefined>;

const readText = (fact: Fact): string => (typeof fact === "string" ? fact : fact.text);

/** Splits a late fact around the words that say how late it is; all of them, if they are not named. */
function splitLate(fact: Fact): readonly [before: string, late: string, after: string] {
  if (typeof fact === "string" || !fact.isLate) return [readText(fact), "", ""];
  const { text, late = text } = fact;
  const at = text.indexOf(late);
  return at === -1 ? ["", text, ""] : [text.slice(0, at), late, text.slice(at + late.length)];
}

function FactText({ fact }: { readonly fact: Fact }) {
  const [before, late, after] = splitLate(fact);
  return (
    <bdi>
      {before}
      {late === "" ? null : <span className="text-danger">{late}</span>}
      {after}
    </bdi>
  );
}

interface CutFactsProps {
  /** What the facts are about stands before them, such as a link. */
  readonly subject?: { readonly text: string; readonly content: ReactNode };
  readonly facts: readonly CutFact[];
  /** Of the weight of a text, for what decides. */
  readonly isStrong?: boolean;
  /** Shows all facts, in as many lines as they need. */
  readonly wraps?: boolean;
}

/** Short facts in one line with points between them. Facts stay whole: those without room are left out from the end, and stand in the tooltip. */
export function CutFacts({ subject, facts, isStrong = false, wraps = false }: CutFactsProps) {
  const shown = facts.flatMap((fact) => (fact === undefined || readText(fact) === "" ? [] : [fact]));
  const texts = [...(subject ? [subject.text] : []), ...shown.map(readText)];
  if (texts.length === 0) return null;
  // One that is longer than the line is cut all the same.
  const cut = wraps ? "" : "truncate";
  return (
    <span
      className={`flex min-w-0 overflow-hidden text-control tabular-nums ${isStrong ? "text-text" : "text-text-muted"} ${wraps ? "" : "h-lh"}`}
      title={texts.join(" · ")}
    >
      <span className="-ms-3 flex min-w-0 flex-wrap content-start">
        {subject ? (
          <span className={`max-w-full min-w-0 ps-3 wrap-anywhere ${cut}`}>
            <bdi>{subject.content}</bdi>
          </span>
        ) : null}
        {shown.map((fact, index) => (
          // The space before a fact is that of the page, and the fact has its own direction.
          <span
            // biome-ignore lint/suspicious/noArrayIndexKey: facts have places and no names
            key={index}
            className={`relative max-w-full min-w-0 ps-3 wrap-anywhere before:absolute before:start-0 before:w-3 before:text-center before:text-text-muted before:content-['·'] ${cut}`}
          >
            <FactText fact={fact} />
          </span>
        ))}
      </span>
    </span>
  );
}
