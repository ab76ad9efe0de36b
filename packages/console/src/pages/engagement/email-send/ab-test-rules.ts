import type { Translate } from "../../../ui/i18n/use-text.ts";

/** A/B tests in words and figures. The server decides; this only says what it found. */

export interface TestPair {
  readonly a: string;
  readonly b: string;
  readonly p_holm: number;
  readonly is_significant: boolean;
}

/** A share from 0 to 1 with its interval. */
export interface TestInterval {
  readonly id: string;
  readonly rate: number | null;
  readonly low: number;
  readonly high: number;
}

/** Where an interval stands on a scale from 0 to `max`, in percent of the width. */
interface IntervalPlace {
  readonly start: number;
  readonly width: number;
  readonly mark: number;
}

/** The highest numbers that scales end with, in percent. */
const SCALES = [0.5, 1, 2, 5, 10, 20, 25, 50, 75, 100];

/** Returns the end of the scale for intervals: a round share that holds all of them. Those of variants without mails do not count. */
export function findScale(intervals: readonly TestInterval[]): number {
  const highest = Math.max(0, ...intervals.map(({ rate, high }) => (rate === null ? 0 : high)));
  return (SCALES.find((percent) => percent / 100 >= highest) ?? 100) / 100;
}

export function placeInterval({ rate, low, high }: TestInterval, max: number): IntervalPlace | undefined {
  if (rate === null) return undefined;
  const percent = (share: number): number => Math.min(100, (share / max) * 100);
  return { start: percent(low), width: percent(high) - percent(low), mark: percent(rate) };
}

/** A comparison of two variants: the better one first. */
interface PairText {
  readonly better: string;
  readonly other: string;
  readonly isEqual: boolean;
  readonly isSignificant: boolean;
  readonly p: number;
}

export function orderPair({ a, b, p_holm, is_significant }: TestPair, intervals: readonly TestInterval[]): PairText {
  const rateOf = (id: string): number => intervals.find((interval) => interval.id === id)?.rate ?? 0;
  const isSwapped = rateOf(b) > rateOf(a);
  return {
    better: isSwapped ? b : a,
    other: isSwapped ? a : b,
    isEqual: rateOf(a) === rateOf(b),
    isSignificant: is_significant,
    p: p_holm,
  };
}

interface PairWords {
  readonly formatShare: (share: number | null) => string;
  readonly level: string;
}

/** Says how two variants compare: `B is better than A: 4.1 % against 2.9 %; the difference is significant at 95 %`. */
export function describePair(pair: TestPair, intervals: readonly TestInterval[], words: PairWords, t: Translate): string {
  const { better, other, isEqual, isSignificant, p } = orderPair(pair, intervals);
  const rateOf = (id: string): string => words.formatShare(intervals.find((interval) => interval.id === id)?.rate ?? null);
  const values = { better, other, rate: rateOf(better), otherRate: rateOf(other), level: words.level, p: words.formatShare(p) };
  if (isEqual) return t("{better} and {other} are equal: {rate}", values);
  return isSignificant
    ? t("{better} is better than {other}: {rate} against {otherRate}; the difference is significant at {level}", values)
    : t(
        "{better} is ahead of {other}: {rate} against {otherRate}. Such a difference arises by chance in {p} of tests, so it proves nothing",
        values,
      );
}

/** Says what the success of a mail is. */
export function nameMetric(metric: unknown, t: Translate): string {
  const names: Readonly<Record<string, string>> = {
    click_rate: t("Click rate"),
    response_rate: t("Response rate"),
    conversion_rate: t("Conversion rate"),
    open_rate: t("Open rate"),
  };
  return names[String(metric)] ?? String(metric);
}

export function namePart(part: unknown, t: Translate): string {
  const names: Readonly<Record<string, string>> = {
    subject: t("Subject"),
    content: t("Content"),
    sender: t("Sender"),
    time: t("Time"),
  };
  return names[String(part)] ?? String(part);
}

export function nameTestStatus(status: unknown, t: Translate): string {
  const names: Readonly<Record<string, string>> = {
    DRAFT: t("Draft"),
    RUNNING: t("Running"),
    DECIDED: t("Decided"),
    INCONCLUSIVE: t("Too few mails"),
    FAULTY: t("Unequal shares"),
    CANCELLED: t("Cancelled"),
  };
  return names[String(status)] ?? String(status);
}

/** What is doubtful about the figures of a test, by the code of the API. */
export function nameWarning(code: string, t: Translate): string | undefined {
  const names: Readonly<Record<string, string>> = {
    not_decided: t("The figures still change. A decision now may find a difference that is none."),
    opens_are_uncertain: t("Mail programs open mails by themselves, so the open rate says little. Prefer the click rate."),
    small_sample: t("A variant has fewer delivered mails than the test needs. The result may be chance."),
    unequal_shares: t("The numbers of persons differ more than the shares allow. The figures cannot be trusted."),
    not_tracked: t("Opens and clicks of these mails are not tracked, so they decide nothing."),
  };
  return names[code];
}
