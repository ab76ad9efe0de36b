import { companyKey, listMisplacedFields, taxKey, toCompanySize } from "@crm/core/accounts/customer/customer.rules.ts";
import { describe, expect, it } from "vitest";

describe("comparison of company names", () => {
  const equivalentNames: [string, string[]][] = [
    [
      "acme",
      ["Acme", " ACME ", "Acme, Inc.", "Acme GmbH", "ACME GmbH & Co. KG", "Acme S.p.A.", "The Acme Company", "Acme (Pty) Ltd"],
    ],
    ["acme", ["Acme Sp. z o.o.", "Acme UG (haftungsbeschränkt)", "Acme A/S", "SARL Acme", "Acme Private Limited", "Acme B.V."]],
    ["jose garcia", ["José García S.L.", "jose garcia"]],
    ["johnson and johnson", ["Johnson & Johnson", "Johnson and Johnson Inc", "Johnson + Johnson"]],
    ["lukasz transport", ["Łukasz Transport", "LUKASZ-TRANSPORT"]],
    ["mcdonalds", ["McDonald's", "McDonald’s Corp."]],
    ["ромашка", ["ООО «Ромашка»", "Ромашка, ООО"]],
    ["株式会社日立", ["株式会社日立"]],
  ];
  it.each(equivalentNames.flatMap(([key, names]) => names.map((name) => [name, key])))("%s is %s", (name, key) => {
    expect(companyKey(name)).toBe(key);
  });

  it.each([
    ["AG", "ag"],
    ["The Co", "the"],
    ["S.A.", "sa"],
    ["Limited & Co", "limited"],
    ["!!!", "!!!"],
    [" ?! ", "?!"],
  ])("keeps %s, which is only a legal form or has no letters, as %s", (name, key) => {
    expect(companyKey(name)).toBe(key);
  });

  it.each([
    ["Acme North", "Acme South"],
    ["Company of Heroes", "Heroes"],
    ["Inc Works", "Works"],
    ["Acme 1", "Acme 2"],
    ["+", "&&"],
  ])("keeps %s and %s distinct", (left, right) => {
    expect(companyKey(left)).not.toBe(companyKey(right));
  });
});

it.each([
  ["DE 123.456-789", "de123456789"],
  ["de123456789", "de123456789"],
  ["１２３", "123"],
  [" -/. ", ""],
])("tax id %s is compared as %s", (typed, key) => {
  expect(taxKey(typed)).toBe(key);
});

it("R16 the size of a company follows from its number of employees", () => {
  const sizes = [null, 0, 9, 10, 49, 50, 249, 250, 1000, 1001, 100_000].map(toCompanySize);
  expect(sizes.map((size) => size?.slice(0, 2) ?? null)).toEqual([
    null,
    "MI",
    "MI",
    "SM",
    "SM",
    "ME",
    "ME",
    "LA",
    "LA",
    "EN",
    "EN",
  ]);
});

describe("fields of one customer type", () => {
  it("are rejected for the other type unless they are empty", () => {
    const fields = (...[type, input]: Parameters<typeof listMisplacedFields>) =>
      listMisplacedFields(type, input).map(({ field }) => field);
    expect(fields("business", { name: "A", tax_id: "1", mobile: "1", first_name: "" })).toEqual(["first_name", "mobile"]);
    expect(fields("individual", { name: "A", mobile: "1", employee_count: 0, is_startup: true })).toEqual([
      "employee_count",
      "is_startup",
    ]);
    expect(fields("individual", { tax_id: null, legal_name: undefined, is_startup: false })).toEqual([]);
  });
});
