import { Money } from "../../kernel/money.ts";

/**
 * Attribution: which touches of a journey a conversion counts for, and how its value is divided among them (docs/engagement/campaigns.md). Every result
 * depends only on the set of touches, never on their order, so that a recount gives the same shares. Pure.
 *
 * A journey is `buildJourney(records, …)`, or else `selectTouches(mergeTouches(records), …)`, and then `attribute(…)`.
 */

export const attributionModels = ["FIRST_TOUCH", "LAST_TOUCH", "LINEAR", "TIME_DECAY", "POSITION_BASED"] as const;
export type AttributionModel = (typeof attributionModels)[number];

/** A contact of a person with a campaign or a channel. Opens and sends are no touches. */
export interface Touch {
  /** Unique among the touches of a journey. */
  id: string;
  /** An ISO 8601 instant. All computations use its milliseconds. */
  at: string;
  /** Identifies the message, link visit, form submission, call or event that this touch is a record of; null if none is known. */
  cause: string | null;
  campaign_id: string | null;
  channel: string | null;
  source: string | null;
  person_id: string;
}

/** The part of a conversion's value that one touch gets, in minor units of the currency. */
export interface Share {
  touch_id: string;
  amount: bigint;
}

export const DEFAULT_WINDOW_DAYS = 90;
/** Maximum number of touches that share one conversion. The latest ones count. */
export const MAX_TOUCHES = 500;

const DAY_MS = 24 * 60 * 60 * 1000;
const MERGE_MS = 30 * 60 * 1000;
const HALF_LIFE_MS = 7 * DAY_MS;

/** Returns an instant in milliseconds. Throws RangeError for a text that is no instant. */
function parseInstant(instant: string): number {
  const time = Date.parse(instant);
  if (Number.isNaN(time)) throw new RangeError(`Invalid instant: ${JSON.stringify(instant)}`);
  return time;
}

const compareText = (a: string, b: string): number => (a < b ? -1 : Number(a > b));

/** Returns the touches from the earliest to the latest, those of one millisecond by id. */
const sortTouches = <T extends Touch>(touches: readonly T[]): T[] =>
  touches
    .map((touch) => ({ touch, time: parseInstant(touch.at) }))
    .sort((a, b) => a.time - b.time || compareText(a.touch.id, b.touch.id))
    .map(({ touch }) => touch);

/**
 * Merges the records of one touch into the earliest of them, and returns the touches in order of time. Records with one cause are one touch, also if
 * they name several persons. Without a cause, a record belongs to the touch of its person, campaign and channel that began at most 30 minutes before it;
 * null is a campaign or channel of its own. The 30 minutes begin with the earliest record and are not prolonged by the merged ones: of records at 0, 20
 * and 40 minutes, the last is a second touch.
 */
export function mergeTouches<T extends Touch>(touches: readonly T[]): T[] {
  const causes = new Set<string>();
  const beginByGroup = new Map<string, number>();
  return sortTouches(touches).filter(({ at, cause, person_id, campaign_id, channel }) => {
    if (cause !== null) {
      const isFirst = !causes.has(cause);
      causes.add(cause);
      return isFirst;
    }
    const group = JSON.stringify([person_id, campaign_id, channel]);
    const time = parseInstant(at);
    const begin = beginByGroup.get(group);
    if (begin !== undefined && time - begin <= MERGE_MS) return false;
    beginByGroup.set(group, time);
    return true;
  });
}

export interface AttributionWindow {
  /** The instant of the conversion. For an opportunity the last millisecond of `closed_date` in the tenant's zone. */
  convertedAt: string;
  /** Length of the window in days of 24 hours, a whole number from 1. */
  windowDays?: number;
}

/** Returns the touches of the window, including those at its first millisecond and at the conversion itself. Later touches never count. */
function filterWindow<T extends Touch>(
  touches: readonly T[],
  { convertedAt, windowDays = DEFAULT_WINDOW_DAYS }: AttributionWindow,
): T[] {
  if (!Number.isSafeInteger(windowDays) || windowDays < 1)
    throw new RangeError(`The window must be a whole number of days from 1: ${windowDays}`);
  const end = parseInstant(convertedAt);
  const begin = end - windowDays * DAY_MS;
  return touches.filter(({ at }) => {
    const time = parseInstant(at);
    return begin <= time && time <= end;
  });
}

/** Returns the touches that a conversion counts for, in order of time: those of the window (both bounds included), at most the 500 latest. */
export const selectTouches = <T extends Touch>(touches: readonly T[], window: AttributionWindow): T[] =>
  sortTouches(filterWindow(touches, window)).slice(-MAX_TOUCHES);

/**
 * Returns the touches of a conversion from all records of its persons. Records outside the window are left out before the merge, so the result does not
 * depend on how far back the caller reads.
 */
export const buildJourney = <T extends Touch>(records: readonly T[], window: AttributionWindow): T[] =>
  selectTouches(mergeTouches(filterWindow(records, window)), window);

/**
 * Divides the value of a conversion among its touches. Returns one share for each touch, in order of time (ties by id); none without touches: the value
 * is unattributed. `value` and the shares are minor units. Each share is rounded towards zero, and the remaining units go to the largest remainders, of
 * equal ones to the earlier touch (ties by id). The sum of the shares is exactly the value, and no share differs from its exact part by a whole unit. A
 * negative value (a credit or refund) is divided like the positive one.
 *
 * Throws RangeError for an invalid instant, and for a touch after `convertedAt`: call `selectTouches` before.
 */
export function attribute(model: AttributionModel, touches: readonly Touch[], value: bigint, convertedAt: string): Share[] {
  const sorted = sortTouches(touches);
  const times = sorted.map(({ at }) => parseInstant(at));
  const latest = times.at(-1);
  if (latest === undefined) return [];
  if (latest > parseInstant(convertedAt)) throw new RangeError(`A touch is later than the conversion at ${convertedAt}`);
  const amounts = Money.allocate(value.toString(), weighTouches[model](times).map(String));
  return sorted.map(({ id }, index) => ({ touch_id: id, amount: BigInt(amounts[index] as string) }));
}

/** Returns the weights of touches at these times, in milliseconds and in ascending order. Only the proportions of weights matter. */
type Weigh = (times: readonly number[]) => (number | bigint)[];

const weighTouches: Readonly<Record<AttributionModel, Weigh>> = {
  FIRST_TOUCH: (times) => times.map((_, index) => Number(index === 0)),
  LAST_TOUCH: (times) => times.map((_, index) => Number(index === times.length - 1)),
  LINEAR: (times) => times.map(() => 1),
  // The time from the latest touch to the conversion is a common factor of all weights, which has no effect on the shares.
  TIME_DECAY: (times) => times.map((time) => computeDecay((times.at(-1) as number) - time)),
  POSITION_BASED: (times) => {
    const middle = times.length - 2;
    // 40 : 20 ÷ middle : 40, multiplied by middle ÷ 20. One touch has the whole value, two have half of it each.
    return times.map((_, index) => (middle <= 0 ? 1 : index === 0 || index === times.length - 1 ? 2 * middle : 1));
  },
};

/** Binary places of fixed-point numbers. */
const FIXED_BITS = 128n;
const FIXED_ONE = 1n << FIXED_BITS;
/** The natural logarithm of 2, rounded down. */
const FIXED_LN2 = 0xb17217f7d1cf79abc9e3b39803f2f6afn;

/**
 * Returns 2^(−t/7), where t is an age in exact days, as a fixed-point number with 128 binary places, rounded down. The Taylor series of e^(−t/7·ln 2) is
 * computed with integers, because the last digits of `Math.pow` are not the same on all machines. Equal ages have equal weights, and 7 days more are
 * exactly half the weight. The absolute error is below 2^−120. Ages of more than 128 half-lives have no weight.
 */
function computeDecay(age: number): bigint {
  const halvings = BigInt(Math.floor(age / HALF_LIFE_MS));
  const exponent = (FIXED_LN2 * BigInt(age % HALF_LIFE_MS)) / BigInt(HALF_LIFE_MS);
  let sum = 0n;
  let term = FIXED_ONE;
  for (let n = 1n; term !== 0n; n += 1n) {
    sum += term;
    term = -(term * exponent) / (n << FIXED_BITS);
  }
  return sum >> halvings;
}
