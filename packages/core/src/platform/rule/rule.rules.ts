import type { Span } from "./rule.entity.ts";

/** Pure rules of rules: which version is in force when. */

const isValidAt = ({ valid_from, valid_to }: Span, at: string): boolean =>
  valid_from <= at && (valid_to === null || at < valid_to);

/** The version in force at an instant: of those valid then the one published last. */
export const findActiveSpan = (spans: readonly Span[], at: string): Span | undefined =>
  spans
    .filter((span) => isValidAt(span, at))
    .reduce<Span | undefined>((last, each) => (last && last.number > each.number ? last : each), undefined);

/** Without the versions that are in force neither now nor at any later instant. */
export const dropExpired = (spans: readonly Span[], now: string): Span[] =>
  spans.filter((span) => {
    if (span.valid_to !== null && span.valid_to <= now) return false;
    const from = span.valid_from > now ? span.valid_from : now;
    return !spans.some(
      (other) =>
        other.number > span.number &&
        other.valid_from <= from &&
        (other.valid_to === null || (span.valid_to !== null && other.valid_to >= span.valid_to)),
    );
  });

/** The next instant after `now` at which another version is in force; null when that stays as it is. */
export function findNextChange(spans: readonly Span[], now: string): string | null {
  const present = findActiveSpan(spans, now)?.id;
  const instants = spans.flatMap(({ valid_from, valid_to }) => (valid_to === null ? [valid_from] : [valid_from, valid_to]));
  return (
    instants
      .filter((at) => at > now)
      .sort()
      .find((at) => findActiveSpan(spans, at)?.id !== present) ?? null
  );
}
