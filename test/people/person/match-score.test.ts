import { editDistance } from "@crm/core/kernel/edit-distance.ts";
import {
  buildBlockingKeys,
  computeScore,
  extractFeatures,
  hashSensitiveValues,
  MIN_OPEN_SCORE,
  phoneticCode,
} from "@crm/core/people/person/feature-extraction.rules.ts";
import type { PersonRecord } from "@crm/core/people/person/person.entity.ts";
import { blankPerson } from "@crm/core/people/person/person.entity.ts";
import { buildPoint } from "@crm/core/people/person/resolution.ts";
import { describe, expect, it } from "vitest";
import { partOf } from "../../support/part-of.ts";

interface PersonFacts {
  first?: string;
  last?: string;
  display?: string;
  line1?: string;
  line2?: string;
  city?: string;
  postal?: string;
  born?: string;
  document?: string;
  type?: string;
  iban?: string;
  email?: string;
  phone?: string;
  shared?: boolean;
}

const fakeMac = (text: string): string => `mac(${text})`;

/** Builds features from the facts known about a person. */
function buildFeatures({
  first,
  last,
  display,
  line1,
  line2,
  city,
  postal,
  born: birthDate,
  document,
  type,
  iban,
  email,
  phone,
  shared,
}: PersonFacts) {
  const address = { address_line1: line1 ?? null, address_line2: line2 ?? null, city: city ?? null, postal_code: postal ?? null };
  const points = [
    ...(email ? [buildPoint({ type: "email", value: email, normalized: email.toLowerCase() })] : []),
    ...(phone ? [buildPoint({ type: "phone", value: phone, normalized: phone })] : []),
  ];
  return extractFeatures(
    partOf<PersonRecord>({
      ...blankPerson,
      first_name: first ?? null,
      last_name: last ?? null,
      display_name: display ?? null,
      document_type: type ?? null,
      deleted_at: null,
      addresses: Object.values(address).some(Boolean) ? [address] : [],
      contact_points: points.map((point) => ({ ...point, is_shared: shared ?? false })),
      hashes: hashSensitiveValues({ birth_date: birthDate, document_number: document, document_type: type, iban }, fakeMac),
    }),
  );
}

const home = { line1: "12 Elm Street", city: "Northam", postal: "6401" };
const ada = { first: "Ada", last: "Lovelace" };

/** The facts about two persons, whether they may be the same, and an expected reason. */
const cases: readonly [string, PersonFacts, PersonFacts, boolean, string | undefined][] = [
  ["names alone", ada, ada, false, "first name equal"],
  ["nothing", {}, {}, false, undefined],
  ["names and birth date", { ...ada, born: "1990-04-01" }, { ...ada, born: "1990-04-01" }, true, "birth date equal"],
  [
    "day and month swapped",
    { ...ada, born: "1990-04-01" },
    { ...ada, born: "1990-01-04" },
    true,
    "birth date with day and month swapped",
  ],
  ["swapped as digits alone", { ...ada, born: "19900401" }, { ...ada, born: "1990-01-04" }, true, undefined],
  [
    "another year",
    { ...ada, ...home, born: "1990-04-01" },
    { ...ada, ...home, born: "1991-04-01" },
    true,
    "birth date differs in one part",
  ],
  ["names, another birth date", { ...ada, born: "1990-04-01" }, { ...ada, born: "1962-11-23" }, false, undefined],
  ["typed badly", { ...ada, ...home }, { first: "Adda", last: "Lovelcae", ...home }, true, "last name differs in a few letters"],
  ["names swapped", { ...ada, ...home }, { first: "Lovelace", last: "Ada", ...home }, true, "first and last name swapped"],
  [
    "a short form",
    { first: "Robert", last: "Miles", ...home },
    { first: "Bob", last: "Miles", ...home },
    true,
    "first name is a short form of the other",
  ],
  ["a name shown", { ...ada, ...home }, { display: "Ada Lovelace", ...home }, true, "last name equal"],
  ["a family", { ...ada, ...home }, { first: "William", last: "Lovelace", ...home }, false, undefined],
  ["a family with one first name unknown", { ...ada, ...home }, { last: "Lovelace", ...home }, false, undefined],
  ["neighbours", { ...ada, ...home }, { first: "Grace", last: "Hopper", ...home, line1: "14 Elm Street" }, false, "street equal"],
  [
    "lines swapped",
    { ...ada, line1: "12 Elm Street", line2: "Rose Cottage" },
    { ...ada, line1: "12 Rose Cottage", line2: "Elm St" },
    true,
    "address lines swapped",
  ],
  ["abbreviated", { ...ada, ...home }, { ...ada, ...home, line1: "Elm St. 12" }, true, "street equal"],
  ["document number", { document: "AB-123 456" }, { document: "ab123456" }, true, "document number equal"],
  [
    "one character other",
    { ...ada, document: "AB123456" },
    { ...ada, document: "AB123956" },
    true,
    "document number differs in one character",
  ],
  [
    "one character more",
    { ...ada, document: "AB123456" },
    { ...ada, document: "AB1234456" },
    true,
    "document number differs in one character",
  ],
  [
    "two swapped",
    { ...ada, document: "AB123456" },
    { ...ada, document: "AB124356" },
    true,
    "document number differs in one character",
  ],
  ["two other", { ...ada, document: "AB123456" }, { ...ada, document: "AB973456" }, false, undefined],
  [
    "number of another type",
    { document: "AB123456", type: "passport" },
    { document: "AB123456", type: "national_id" },
    false,
    undefined,
  ],
  [
    "IBAN and last name",
    { last: "Lovelace", iban: "BE68 5390 0754 7034" },
    { last: "Lovelace", iban: "BE68539007547034" },
    true,
    "IBAN equal",
  ],
  ["email and name", { ...ada, email: "ada@mail.example" }, { ...ada, email: "ADA@mail.example" }, true, "email in common"],
  [
    "a shared phone and last name",
    { ...ada, phone: "+3225550100", shared: true },
    { first: "Jo", last: "Lovelace", phone: "+3225550100", shared: true },
    false,
    undefined,
  ],
  [
    "an email typed badly",
    { ...ada, email: "ada.lovelace@mail.example" },
    { ...ada, email: "ada.lovelacw@mail.example" },
    true,
    "email differs in one character",
  ],
  ["a company", { ...ada, email: "ada@mymail.com" }, { ...ada, email: "lovelace@mymail.com" }, true, "same company in email"],
  ["a provider", { ...ada, email: "ada@gmail.com" }, { ...ada, email: "lovelace@gmail.com" }, false, undefined],
  [
    "two at a company",
    { first: "Bob", last: "Miles", email: "bob@mymail.com" },
    { first: "Alice", last: "Jones", email: "alice@mymail.com" },
    false,
    "same company in email",
  ],
];

describe("two persons compared", () => {
  it.each(cases)("%s", (_, firstInput, secondInput, may, reason) => {
    const [a, b] = [buildFeatures(firstInput), buildFeatures(secondInput)];
    const result = computeScore(a, b);
    expect({ may: result.score >= MIN_OPEN_SCORE, ...result }).toMatchObject({ may });
    if (reason !== undefined) expect(result.reasons).toContain(reason);
    // The score does not depend on the order, and a possible pair must share a blocking key.
    expect(computeScore(b, a)).toEqual(result);
    if (may) expect(buildBlockingKeys(a).filter((key) => buildBlockingKeys(b).includes(key))).not.toEqual([]);
  });

  it("scores from 0 to 100, higher for more matches", () => {
    const all = { ...ada, ...home, born: "1990-04-01", document: "AB123456", email: "ada@mail.example" };
    const maxScore = computeScore(buildFeatures(all), buildFeatures(all)).score;
    expect(maxScore).toBeGreaterThan(95);
    expect(maxScore).toBeLessThanOrEqual(100);
    expect(
      computeScore(buildFeatures({ ...ada, born: "1990-04-01" }), buildFeatures({ ...ada, born: "1990-04-01" })).score,
    ).toBeLessThan(maxScore);
    expect(computeScore(buildFeatures(ada), buildFeatures({ first: "Grace", last: "Hopper" })).score).toBe(0);
  });

  it("skips deleted and merged persons", () => {
    const person = partOf<PersonRecord>({ ...blankPerson, first_name: "Ada", last_name: "Lovelace", deleted_at: null });
    expect(buildBlockingKeys(extractFeatures(person))).not.toEqual([]);
    for (const changes of [{ deleted_at: "2026-01-01T00:00:00.000Z" }, { merged_into: "per_0" }])
      expect(buildBlockingKeys(extractFeatures({ ...person, ...changes }))).toEqual([]);
  });
});

describe("hashes of sensitive values", () => {
  it("cover a birth date and its parts", () => {
    const parts = ["19900401", "19900104", "1990-04", "1990--01", "-04-01", "1990"].map((part) => fakeMac(`birth_date:${part}`));
    expect(hashSensitiveValues({ birth_date: "1990-04-01" }, fakeMac)).toEqual({ birth_date: parts });
    expect(hashSensitiveValues({ birth_date: "19900401" }, fakeMac)).toEqual({ birth_date: parts });
    expect(hashSensitiveValues({ birth_date: "spring 1990" }, fakeMac)).toEqual({
      birth_date: [fakeMac("birth_date:SPRING1990")],
    });
    expect(hashSensitiveValues({ birth_date: " ", document_number: null }, fakeMac)).toEqual({});
  });

  it("cover only the year if nothing more is known, and are compared accordingly", () => {
    const year = fakeMac("birth_date:1990");
    const first = [fakeMac("birth_date:19900101"), "", "", "", "", year];
    expect(hashSensitiveValues({ birth_date: "1990-01-01" }, fakeMac)).toEqual({ birth_date: first });
    expect(hashSensitiveValues({ birth_date: "1990" }, fakeMac)).toEqual({ birth_date: [year] });
    const compareBirths = (firstDate: string, secondDate: string) =>
      computeScore(buildFeatures({ born: firstDate }), buildFeatures({ born: secondDate })).reasons;
    expect(compareBirths("1990-01-01", "1990-01-01")).toEqual(["birth year equal"]);
    expect(compareBirths("1990", "1990-04-02")).toEqual(["birth year equal"]);
    expect(compareBirths("1990-01-01", "1991-01-01")).toEqual([]);
  });

  it("cover a document number with each character omitted in turn, within type and country", () => {
    const { document_number } = hashSensitiveValues(
      { document_number: "a-1 2", document_type: "Passport", document_country: "BE" },
      fakeMac,
    );
    expect(document_number).toEqual(["A12", "12", "A2", "A1"].map((text) => fakeMac(`document_number:passport/be:${text}`)));
  });
});

describe("texts", () => {
  it.each([
    ["smith", "smith", 0],
    ["smith", "smtih", 1],
    ["smith", "smiths", 1],
    ["smith", "", 5],
    ["kitten", "sitting", 3],
  ])("%s and %s have the distance %i", (a, b, expectedDistance) => {
    expect(editDistance(a, b)).toBe(expectedDistance);
  });

  it.each([
    ["philip", "filip"],
    ["catherine", "kathryn"],
    ["meyer", "maier"],
    ["schmidt", "shmit"],
    ["stephen", "steven"],
  ])("%s sounds like %s", (a, b) => {
    expect(phoneticCode(a)).toBe(phoneticCode(b));
  });

  it("are their own phonetic code in other scripts", () => {
    expect(phoneticCode("иванов")).toBe("иванов");
    expect(phoneticCode("王")).toBe("王");
  });
});
