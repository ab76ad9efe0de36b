/**
 * Distributions for tests of proportions. Relative errors are below 10⁻¹², also in the tails; `test/engagement/campaign/statistics.test.ts` compares with
 * R. All functions throw RangeError for arguments outside of their domain. Pure.
 */

/** From here on, the continued fraction of `computeErfc` is exact to the last digits. Below it, the series loses few of them. */
const FRACTION_START = 2;
/** Enough terms for the smallest argument of the continued fraction. */
const FRACTION_TERMS = 60;

/** Returns 1 − erf(x) for x from 0. */
function computeErfc(x: number): number {
  const density = Math.exp(-x * x) / Math.sqrt(Math.PI);
  if (x >= FRACTION_START) {
    let denominator = x;
    for (let n = FRACTION_TERMS; n >= 1; n--) denominator = x + n / 2 / denominator;
    return density / denominator;
  }
  // All terms are positive, so nothing cancels out.
  let [sum, term] = [0, x];
  for (let n = 1; sum + term !== sum; n++) {
    sum += term;
    term *= (2 * x * x) / (2 * n + 1);
  }
  return 1 - 2 * density * sum;
}

/** Returns the probability that a standard normal variable is above z. */
export function computeNormalTail(z: number): number {
  if (Number.isNaN(z)) throw new RangeError("The value of a normal variable must be a number");
  const tail = computeErfc(Math.abs(z) / Math.SQRT2) / 2;
  return z < 0 ? 1 - tail : tail;
}

/** Returns the value that a standard normal variable exceeds with the probability `tail`, which is above 0 and below 1. */
export function computeNormalQuantile(tail: number): number {
  if (!(tail > 0 && tail < 1)) throw new RangeError(`A probability must be above 0 and below 1: ${tail}`);
  if (tail > 0.5) return -computeNormalQuantile(1 - tail);
  // Newton's method. The tail is convex above 0, so each step from 0 stays below the root until rounding ends the ascent.
  let z = 0;
  for (;;) {
    const density = Math.exp((-z * z) / 2) / Math.sqrt(2 * Math.PI);
    const next = z + (computeNormalTail(z) - tail) / density;
    if (!(next > z)) return z;
    z = next;
  }
}

/** Returns the probability that a chi-squared variable with whole degrees of freedom from 1 is above x, a number from 0. */
export function computeChiSquaredTail(x: number, degrees: number): number {
  if (!(x >= 0 && x < Number.POSITIVE_INFINITY))
    throw new RangeError(`The value of a chi-squared variable must be a number from 0: ${x}`);
  if (!Number.isSafeInteger(degrees) || degrees < 1)
    throw new RangeError(`Degrees of freedom must be a whole number from 1: ${degrees}`);
  // Two more degrees add (x/2)^(k/2) · e^(−x/2) ÷ Γ(k/2 + 1), beginning with one or two degrees.
  const half = x / 2;
  const isOdd = degrees % 2 === 1;
  let tail = isOdd ? computeErfc(Math.sqrt(half)) : Math.exp(-half);
  let term = isOdd ? 2 * Math.sqrt(half / Math.PI) * Math.exp(-half) : half * Math.exp(-half);
  for (let k = isOdd ? 1 : 2; k < degrees; k += 2) {
    tail += term;
    term *= half / (k / 2 + 1);
  }
  return tail;
}
