import { hash } from "node:crypto";
import { differsByOneEdit } from "../../kernel/edit-distance.ts";
import { memoizeByText } from "../../kernel/memoize.ts";
import type { ComparedAddress, Features } from "./comparison-features.ts";
import { defaultWeights, type Weights } from "./match-weights.rules.ts";
import { type NameSimilarityLevel, nameSimilarityLevel, similarityLevel } from "./text-similarity.rules.ts";

/** Scores whether two persons may be the same, with weights. */

export interface Score {
  /** From 0 to 100. A pair with MIN_OPEN_SCORE or more is shown to users. */
  score: number;
  reasons: string[];
}

/** The odds are about six thousand to one. With weights learnt from a tenant, 92 of 100 such pairs are the same person. */
export const MIN_OPEN_SCORE = 60;

export const scoreLevels = ["certain", "likely", "possible"] as const;
export type ScoreLevel = (typeof scoreLevels)[number];

/** Returns the level of a score; null below MIN_OPEN_SCORE. */
export const toScoreLevel = (score: number): ScoreLevel | null =>
  score >= 72 ? "certain" : score >= 66 ? "likely" : score >= MIN_OPEN_SCORE ? "possible" : null;

/** Maximum and minimum bits of an address: its parts depend on each other, and people move. */
const ADDRESS_LIMITS = { max: 18, min: -4 };
/** Maximum bits of last name and address together if the first names differ, or if they are not known to agree: members of a family. */
const FAMILY_LIMITS = { differs: 11, unsure: 14 };

interface Evidence {
  bits: number;
  reasons: string[];
}

const noEvidence: Evidence = { bits: 0, reasons: [] };
const sumEvidence = (...all: readonly Evidence[]): Evidence => ({
  bits: all.reduce((total, evidence) => total + evidence.bits, 0),
  reasons: all.flatMap(({ reasons }) => reasons),
});

/** Scores whether two persons may be the same. */
export function computeScore(a: Features, b: Features, w: Weights = defaultWeights): Score {
  const names = compareNames(w, a, b);
  const place = compareAddresses(w, a, b);
  const kin = Math.min(names.kin, names.last.bits + place.bits);
  const identifiers = sumEvidence(compareBirth(w, a, b), compareDocument(w, a, b), compareIban(w, a, b), comparePoints(w, a, b));
  const total = names.first.bits + kin + identifiers.bits + w.shift;
  const reasons = [names.first, names.last, identifiers, place].flatMap((evidence) => evidence.reasons);
  return { score: total <= 0 ? 0 : Math.min(100, Math.round(100 * (1 - 2 ** (-total / HALVING_BITS)))), reasons };
}

/** This many bits halve the difference to 100. MIN_OPEN_SCORE is reached at 16 bits. */
const HALVING_BITS = 12.1;

const reasonByLevel: Partial<Record<NameSimilarityLevel, string>> = {
  equal: "equal",
  close: "differs in a few letters",
  alike: "sounds or looks alike",
  nickname: "is a short form of the other",
  part: "is part of the other",
};

const buildEvidence = (
  label: string,
  weights: Partial<Record<NameSimilarityLevel, number>>,
  level: NameSimilarityLevel,
): Evidence => ({
  bits: weights[level] ?? 0,
  reasons: (weights[level] ?? 0) > 0 && reasonByLevel[level] ? [`${label} ${reasonByLevel[level]}`] : [],
});

/** Levels at which first names are the same, so that the two are not just relatives. */
const clearLevels: ReadonlySet<NameSimilarityLevel> = new Set(["equal", "nickname", "close", "part"]);

/** Returns the key of a frequent name in the weights. */
export const hashName = memoizeByText((name) => hash("sha256", name, "base64url").slice(0, 10));

/** Returns the weights for a name: an equal rare name counts more than a frequent one. */
function applyNameFrequency(w: Weights, namePart: "first" | "last", name: string): Weights["first"] {
  const equal = w.learnt && name ? w.frequent[namePart][hashName(name)] : undefined;
  return equal === undefined ? w[namePart] : { ...w[namePart], equal };
}

/** Returns the evidence of the names, and the maximum for last name and address together. */
function compareNames(w: Weights, a: Features, b: Features): { first: Evidence; last: Evidence; kin: number } {
  const firstLevel = nameSimilarityLevel(a.first, b.first);
  const first = buildEvidence("first name", applyNameFrequency(w, "first", a.first), firstLevel);
  const last = buildEvidence("last name", applyNameFrequency(w, "last", a.last), nameSimilarityLevel(a.last, b.last));
  const crosswise = [nameSimilarityLevel(a.first, b.last), nameSimilarityLevel(a.last, b.first)] as const;
  const swapped = (w.first[crosswise[0] as "equal"] ?? 0) + (w.last[crosswise[1] as "equal"] ?? 0) + w.swapped;
  const kin = clearLevels.has(firstLevel)
    ? Number.POSITIVE_INFINITY
    : firstLevel === "differs"
      ? FAMILY_LIMITS.differs
      : FAMILY_LIMITS.unsure;
  if (swapped <= first.bits + last.bits) return { first, last, kin };
  const half = { bits: swapped / 2, reasons: [] };
  return { first: { ...half, reasons: ["first and last name swapped"] }, last: half, kin: Number.POSITIVE_INFINITY };
}

function compareAddresses(w: Weights, a: Features, b: Features): Evidence {
  const pairs = a.places.flatMap((address) => b.places.map((place) => compareAddressPair(w, address, place)));
  return (
    pairs.reduce<Evidence | undefined>((best, evidence) => (best && best.bits >= evidence.bits ? best : evidence), undefined) ??
    noEvidence
  );
}

function compareAddressPair(w: Weights, a: ComparedAddress, b: ComparedAddress): Evidence {
  const lines = (address: ComparedAddress, line: string, otherLine: string): Evidence =>
    sumEvidence(
      buildEvidence("street", w.line, similarityLevel(address.line, line, 0.7)),
      buildEvidence("second address line", w.other, similarityLevel(address.otherLine, otherLine, 0.7)),
    );
  const straight = lines(a, b.line, b.otherLine);
  const crossed = lines(a, b.otherLine, b.line);
  const isCrossed = crossed.bits + w.swapped > straight.bits;
  const line = isCrossed ? { bits: crossed.bits + w.swapped, reasons: ["address lines swapped"] } : straight;
  const postal = similarityLevel(a.postal, b.postal);
  const evidence = sumEvidence(
    buildEvidence("house number", w.number, similarityLevel(a.number, b.number)),
    line,
    buildEvidence("city", postal === "equal" ? w.city_within : w.city, similarityLevel(a.city, b.city)),
    buildEvidence("postal code", w.postal, postal),
  );
  return { ...evidence, bits: Math.max(ADDRESS_LIMITS.min, Math.min(ADDRESS_LIMITS.max, evidence.bits)) };
}

function compareBirth(w: Weights, a: Features, b: Features): Evidence {
  const level = birthDateLevel(a, b);
  return level === "unknown"
    ? noEvidence
    : { bits: w.birth_date[level], reasons: level === "differs" ? [] : [birthReasons[level]] };
}

const birthReasons = {
  equal: "birth date equal",
  swapped: "birth date with day and month swapped",
  part: "birth date differs in one part",
  year: "birth year equal",
} as const;

/** Compares birth dates by their hashes: two days, or only the years if the day of one is not known. */
export function birthDateLevel(
  { hashes: { birth_date } }: Features,
  { hashes: { birth_date: b } }: Features,
): keyof Weights["birth_date"] | "unknown" {
  if (!birth_date?.[0] || !b?.[0]) return "unknown";
  if (!birth_date[1] || !b[1]) {
    const [leftYear, rightYear] = [findYearHash(birth_date), findYearHash(b)];
    return !leftYear || !rightYear ? "unknown" : leftYear === rightYear ? "year" : "differs";
  }
  if (birth_date[0] === b[0]) return "equal";
  if (birth_date[1] === b[0] || birth_date[0] === b[1]) return "swapped";
  return [2, 3, 4].some((part) => birth_date[part] && birth_date[part] === b[part]) ? "part" : "differs";
}

/** Returns the hash of the year from the hashes of a birth date. */
const findYearHash = (hashes: readonly string[]): string | undefined => (hashes.length === 1 ? hashes[0] : hashes[5]);

function compareDocument(w: Weights, leftFeatures: Features, rightFeatures: Features): Evidence {
  const [a, b] = [leftFeatures.hashes.document_number, rightFeatures.hashes.document_number];
  if (!a?.[0] || !b?.[0] || leftFeatures.document !== rightFeatures.document) return noEvidence;
  if (a[0] === b[0]) return { bits: w.document_number.equal, reasons: ["document number equal"] };
  // A replaced character leaves equal hashes at the same position, two swapped characters at neighbouring positions.
  const near = (hash: string, index: number): boolean =>
    index > 0 && (hash === b[index - 1] || hash === b[index] || hash === b[index + 1]);
  // If one number has a character more, it is equal to the other without this character.
  const isClose = a.some(near) || b.includes(a[0]) || a.includes(b[0]);
  if (!isClose) return { bits: w.document_number.differs, reasons: [] };
  return { bits: w.document_number.close, reasons: ["document number differs in one character"] };
}

const compareIban = (w: Weights, { hashes: { iban } }: Features, { hashes: { iban: b } }: Features): Evidence =>
  iban?.[0] !== undefined && iban[0] === b?.[0] ? { bits: w.iban, reasons: ["IBAN equal"] } : noEvidence;

/** Returns the evidence of the strongest common contact point, or else of a common company. */
function comparePoints(w: Weights, a: Features, b: Features): Evidence {
  const pointByKey = new Map(b.points.map((point) => [point.replace("~", ""), point]));
  const common = a.points.flatMap((point) => {
    const otherPoint = pointByKey.get(point.replace("~", ""));
    if (otherPoint === undefined) return [];
    const type = point.replace("~", "").split(":")[0] as "email" | "phone" | "social";
    const isShared = point.startsWith("~") || otherPoint.startsWith("~");
    return [{ bits: isShared ? w.shared : w[type], reasons: [`${type} in common`] }];
  });
  const [best] = common.sort((leftEvidence, rightEvidence) => rightEvidence.bits - leftEvidence.bits);
  if (best && best.bits > w.domain) return best;
  const emails = (features: Features) => features.points.filter((point) => point.startsWith("email:") && point.length > 14);
  if (emails(a).some((leftEmail) => emails(b).some((email) => differsByOneEdit(leftEmail, email))))
    return { bits: w.typo, reasons: ["email differs in one character"] };
  if (a.domains.some((domain) => b.domains.includes(domain))) return { bits: w.domain, reasons: ["same company in email"] };
  return best ?? noEvidence;
}
