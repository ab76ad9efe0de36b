import { domains } from "@crm/core/domains.ts";
import { idPattern, newId } from "@crm/core/kernel/id.ts";
import { phoneNumberWords } from "@crm/core/kernel/phone-words.ts";
import { emailSearchWords, fold, parseSearchTerms, textSearchWords, textSortKey } from "@crm/core/kernel/text.ts";
import { parseEmailPoint } from "@crm/core/people/person/contact-point-parser.ts";
import { PERSON } from "@crm/core/people/person/person.kind.ts";
import { LEAD } from "@crm/core/sales/lead/lead.kind.ts";
import { matchesTerms, wordKey } from "@crm/core/storage/read/search.ts";
import {
  checkpointKey,
  collectionKeyPart,
  hashTexts,
  keyspacePrefix,
  recordKey,
  systemKey,
  tenantKey,
  tenantPrefix,
} from "@crm/core/storage/table/key.ts";
import fc from "fast-check";
import { getCountries, getExampleNumber } from "libphonenumber-js/max";
import examples from "libphonenumber-js/mobile/examples";
import { describe, expect, it } from "vitest";

/** Hostile text: delimiters, case, scripts, prefixes of other keys, control characters, broken surrogates. */
const hostileText = fc.oneof(
  fc.string({ unit: "binary" }),
  fc.string({ unit: "grapheme" }),
  fc.constantFrom(
    "#",
    "##",
    "T#a",
    "S#LOGIN#",
    "a#b",
    "A",
    "a",
    "ß",
    "ss",
    "İ",
    "i",
    "ａ",
    "~",
    "\u0000",
    "\ud800",
    "__proto__",
    "$crm#tenant_1",
    " ",
  ),
  fc
    .tuple(fc.constantFrom("T#", "S#", "a", ""), fc.string(), fc.constantFrom("#", "_", " ", "%23", ""))
    .map((parts) => parts.join("")),
);

const joinKey = ({ pk, sk }: { pk: string; sk: string }): string => `${pk}\n${sk}`;

describe("keys", () => {
  it("of hashed text are equal only for equal text, regardless of how it is split", () => {
    fc.assert(
      fc.property(fc.array(hostileText, { maxLength: 3 }), fc.array(hostileText, { maxLength: 3 }), (a, b) => {
        const isSame = a.length === b.length && a.every((text, index) => text === b[index]);
        expect(hashTexts(...a) === hashTexts(...b)).toBe(isSame || JSON.stringify(a) === JSON.stringify(b));
      }),
      { numRuns: 2000 },
    );
  });

  it("of a tenant never equal those of another tenant or of the system, for any tenant name", () => {
    fc.assert(
      fc.property(
        hostileText,
        hostileText,
        fc.array(hostileText, { minLength: 1, maxLength: 3 }),
        fc.array(hostileText, { minLength: 1, maxLength: 3 }),
        (a, b, partsA, partsB) => {
          const make = (tenant: string, parts: string[]): string | undefined => {
            try {
              return tenantKey(tenant, "X", ...parts);
            } catch {
              return undefined;
            }
          };
          const [firstKey, two] = [make(a, partsA), make(b, partsB)];
          if (firstKey === undefined || two === undefined) return;
          expect(firstKey === two).toBe(a === b && JSON.stringify(partsA) === JSON.stringify(partsB));
          if (a !== b) expect(two.startsWith(tenantPrefix(a))).toBe(false);
          expect(firstKey.startsWith("S#")).toBe(false);
        },
      ),
      { numRuns: 5000 },
    );
  });

  it("reject a part that could reach into the next part", () => {
    for (const part of ["#", "a#b", ""]) {
      expect(() => tenantKey("ten_1", "X", part)).toThrow("Invalid key part");
      expect(() => systemKey("login", part)).toThrow("Invalid key part");
    }
    expect(() => tenantPrefix("a#b")).toThrow("Invalid key part");
  });

  it("of search words separate word and record, for any name or email in any tenant", () => {
    fc.assert(
      fc.property(hostileText, hostileText, (a, b) => {
        const [first, second] = [newId(LEAD, { owner: newId(PERSON) }), newId(LEAD, { owner: newId(PERSON) })];
        const keys = new Map<string, string>();
        for (const [id, text] of [
          [first, a],
          [second, b],
        ] as const) {
          for (const word of new Set([...textSearchWords(text), ...emailSearchWords(text)])) {
            expect(word).not.toMatch(/[#\s]/);
            const key = joinKey(wordKey("ten_a", "lead", word, id));
            expect(keys.get(key) ?? `${word} ${id}`).toBe(`${word} ${id}`);
            keys.set(key, `${word} ${id}`);
          }
        }
      }),
      { numRuns: 2000 },
    );
  });

  it("of sort orders never contain their separator", () => {
    fc.assert(
      fc.property(hostileText, hostileText, (a, b) => {
        expect(textSortKey(a, b)).not.toContain("#");
      }),
    );
  });

  it("of sort orders compare like the words of the texts, regardless of what follows", () => {
    const text = fc.string({ unit: fc.constantFrom("a", "B", "é", "7", " ", ", "), maxLength: 6 });
    const wordsIn = (text: string): string => (fold(text).match(/\w+/g) ?? []).join(" ");
    const compared = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
    fc.assert(
      fc.property(fc.array(fc.tuple(text, text), { minLength: 2, maxLength: 2 }), (names) => {
        const [a, b] = names.map((texts) => texts.map(wordsIn).filter((words) => words !== "")) as [string[], string[]];
        fc.pre(a.length > 0 && b.length > 0);
        const plain = compared(a[0] ?? "", b[0] ?? "") || compared(a[1] ?? "", b[1] ?? "");
        const [firstKey, secondKey] = names.map((texts, index) => `${textSortKey(...texts)}#${index}`) as [string, string];
        expect(compared(firstKey, secondKey)).toBe(plain || -1);
      }),
    );
  });

  it("of contact points are equal only for addresses that differ in case at most", () => {
    fc.assert(
      fc.property(fc.emailAddress(), fc.emailAddress(), (a, b) => {
        const key = (email: string): string => hashTexts("email", parseEmailPoint(email)?.normalized ?? email);
        expect(key(a.toUpperCase())).toBe(key(a));
        expect(key(a) === key(b)).toBe(a.toLowerCase() === b.toLowerCase());
      }),
    );
  });

  it("of records differ from those of their related entries", () => {
    const person = newId(PERSON);
    const lead = newId(LEAD, { owner: person });
    expect(collectionKeyPart(lead)).toBe(`P#${person}`);
    expect(collectionKeyPart(person)).toBe(`P#${person}`);
    expect(recordKey("ten_a", lead).pk).toBe(recordKey("ten_a", person).pk);
    expect(joinKey(checkpointKey("ten_a", lead))).not.toBe(joinKey(recordKey("ten_a", lead)));
    expect(keyspacePrefix("due")).toMatch(/^S#/);
  });
});

describe("ids", () => {
  it("sort by time, increase within a millisecond, and match the pattern of their own kind only", () => {
    const ids = Array.from({ length: 2000 }, () => newId(PERSON));
    expect([...ids].sort()).toEqual(ids);
    expect(new Set(ids).size).toBe(ids.length);
    for (const kind of domains.flatMap(({ kinds }) => kinds)) {
      expect(idPattern(kind).test(newId(kind))).toBe(true);
      expect(idPattern(LEAD).test(newId(kind))).toBe(kind === LEAD);
    }
  });
});

describe("terms", () => {
  it("from the beginning of a text are found among its words", () => {
    fc.assert(
      fc.property(fc.string({ unit: "grapheme", minLength: 1, maxLength: 20 }), (text) => {
        const words = textSearchWords(text);
        for (const term of parseSearchTerms(text)) {
          if (/^\d+$/.test(term)) continue;
          expect(words.some((word) => word.startsWith(term))).toBe(true);
        }
      }),
    );
  });

  it.each(getCountries())("of a telephone number in %s find it as it is written, and by its last digits", (country) => {
    const number = getExampleNumber(country, examples) ?? expect.fail("There is no example");
    const words = phoneNumberWords(number.formatInternational());
    expect(words).toHaveLength(2);
    const texts = [
      number.formatInternational(),
      number.number,
      number.number.slice(1),
      number.nationalNumber,
      number.number.slice(-4),
    ];
    for (const text of [...texts, `0${number.nationalNumber}`])
      expect([text, matchesTerms(words, parseSearchTerms(text))]).toEqual([text, true]);
  });

  it.each([
    // The beginning, with and without country, and as dialed.
    ["+49 40 77770199", "+49 40 77", true],
    ["+49 40 77770199", "40 777", true],
    ["+49 40 77770199", "040-7777", true],
    ["+49 40 77770199", "+49 40 7", true],
    ["+49 40 77770199", "0049 40 7", true],
    ["+49 40 77770199", "+49 (0) 40 7", true],
    ["+49 40 77770199", "+48 40 7", false],
    ["+49 30 555123", "555123", true],
    // The digits of a country code may begin a number of another country.
    ["+49 40 55512345", "30 555", false],
    // The end, which may begin with a zero.
    ["+49 40 77770199", "0199", true],
    ["+49 40 77770199", "70199", true],
    ["+49 40 77770199", "7777 0199", true],
    ["+49 40 77770199", "40 7777 0199", true],
    ["040 77770199", "0199", true],
    ["+1 (415) 555-2671", "555-2671", true],
    // Fewer digits are no end, and digits within are neither.
    ["+49 40 77770199", "199", false],
    ["+49 40 77770199", "7701", false],
    ["+49 40 77770199", "0198", false],
    // Numbers that are no telephone numbers keep their zeros.
    ["007", "007", true],
  ])("of the number %j: %j finds it: %j", (number, search, isFound) => {
    expect(matchesTerms([...phoneNumberWords(number), ...textSearchWords(number)], parseSearchTerms(search))).toBe(isFound);
  });
});
