import type { Span } from "./rule.entity.ts";

/** Pure rules for periods: which version of a rule is in force when. */

const isValidAt = ({ valid_from, valid_to }: Span, instant: string): boolean =>
  valid_from <= instant && (valid_to === null || instant < valid_to);

/** Returns the version in force at an instant: of those valid then, the one published last. */
export const findActiveSpan = (spans: readonly Span[], instant: string): Span | undefined =>
  spans
    .filter((span) => isValidAt(span, instant))
    .reduce<Span | undefined>((last, span) => (last && last.number > span.number ? last : span), undefined);

/** Returns the versions that are in force now or at a later instant. */
export const dropExpired = (spans: readonly Span[], now: string): Span[] =>
  spans.filter((span) => {
    if (span.valid_to !== null && span.valid_to <= now) return false;
    const from = span.valid_from > now ? span.valid_from : now;
    return !spans.some(
      (otherSpan) =>
        otherSpan.number > span.number &&
        otherSpan.valid_from <= from &&
        (otherSpan.valid_to === null || (span.valid_to !== null && otherSpan.valid_to >= span.valid_to)),
    );
  });

/** Returns the next instant after `now` at which another version is in force; null if there is none. */
export function findNextChange(spans: readonly Span[], now: string): string | null {
  const present = findActiveSpan(spans, now)?.id;
  const instants = spans.flatMap(({ valid_from, valid_to }) => (valid_to === null ? [valid_from] : [valid_from, valid_to]));
  return (
    instants
      .filter((instant) => instant > now)
      .sort()
      .find((instant) => findActiveSpan(spans, instant)?.id !== present) ?? null
  );
}

/** A time in which one version is in force; null is without an end. */
interface Period {
  readonly from: string;
  readonly to: string | null;
  readonly span: Span;
}

/** Returns the periods in which a version is in force, in order: the present one, since its beginning, and all later ones. */
export function listPeriods(spans: readonly Span[], now: string): Period[] {
  const periods: Period[] = [];
  const first = spans.map(({ valid_from }) => valid_from).sort()[0];
  for (let from: string | null = first ?? null; from !== null; ) {
    const span = findActiveSpan(spans, from);
    const to = findNextChange(spans, from);
    if (span && (to === null || to > now)) periods.push({ from, to, span });
    from = to;
  }
  return periods;
}
