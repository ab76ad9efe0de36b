import { menuLabel, shortLabel } from "@crm/console/api/action-label.ts";
import type { Action, Field, Kind } from "@crm/console/api/kind.ts";
import { isPartAction, listPartActions } from "@crm/console/api/part-actions.ts";
import { fillPath, listPathFields } from "@crm/console/api/record-template.ts";
import { formatValue, type TextOptions } from "@crm/console/api/value-text.ts";
import {
  changePart,
  findItemSource,
  hasPartInputs,
  listFirstParts,
  listItemChoices,
  listPartInputs,
  movePart,
  toPartInput,
} from "@crm/console/input/fields/part-rules.ts";
import { groupByCurrency, sumAgeingRows } from "@crm/console/pages/accounts/customer/ageing-sums.ts";
import { readRowFacts } from "@crm/console/records/record/row-facts.ts";
import { formPluralNoun } from "@crm/console/ui/i18n/noun-form.ts";
import { describe, expect, it } from "vitest";

const part = (name: string, type: Field["type"], more: Partial<Field> = {}): Field =>
  ({ name, label: name, type, required: false, multiple: false, ...more }) as Field;

const lines = part("line_items", "json", {
  multiple: true,
  columns: ["name", "quantity", "unit_price", "line_total"],
  fields: [
    part("product_id", "reference"),
    part("name", "text"),
    part("quantity", "number"),
    part("unit_price", "money", { format: "exact" }),
    part("section", "text"),
    part("properties", "json"),
    part("line_total", "money", { read_only: true }),
  ],
});

const options: TextOptions = { locale: "en", timeZone: "UTC", currency: "EUR", t: (message) => message };

describe("the inputs of a list of objects", () => {
  it("are those of its writable parts, the columns and references first", () => {
    expect(hasPartInputs(lines)).toBe(true);
    expect(listFirstParts(lines).map(({ name }) => name)).toEqual(["product_id", "name", "quantity", "unit_price"]);
  });

  it("name entries of a list of the record, or of the one that the form requires", () => {
    const items = part("items", "json", { multiple: true, fields: [part("line_id", "text", { item_of: "line_items" })] });
    const order = part("order_id", "reference", { required: true, record: "order" });
    const source = { list: "line_items", reference: "order_id", record: "order" };
    const ticket = part("ticket_id", "reference", { record: "ticket" });
    expect(findItemSource({ fields: [ticket, order, items] })).toEqual(source);
    expect([findItemSource({ fields: [order, items, lines] }), findItemSource({ fields: [ticket, items] })]).toEqual([
      undefined,
      undefined,
    ]);
  });

  it.each([
    ["no object", part("notes", "text"), false],
    ["an object with unknown keys", part("metadata", "json"), false],
    [
      "an object that requires a part without an input",
      { ...lines, fields: [part("a", "json", { required: true })] } as Field,
      false,
    ],
    ["only read-only parts", { ...lines, fields: [part("a", "text", { read_only: true })] } as Field, false],
  ])("%s has them: %s", (_, field, expected) => expect(hasPartInputs(field)).toBe(expected));

  it("leave out what the system computes, and a price that it found", () => {
    const stored = {
      id: "oli_1",
      name: "Rope",
      quantity: "2",
      unit_price: "9.00",
      unit_price_is_manual: false,
      line_total: "18.00",
    };
    expect(toPartInput(stored, lines)).toEqual({ name: "Rope", quantity: "2" });
    expect(toPartInput({ ...stored, unit_price_is_manual: true }, lines)).toEqual({
      name: "Rope",
      quantity: "2",
      unit_price: "9.00",
    });
  });

  it("name a line by its id, or by that of the line it came of", () => {
    const credited = part("line_items", "json", { multiple: true, fields: [part("line_id", "text", { item_of: "line_items" })] });
    expect(toPartInput({ order_line_id: "oli_1", name: "Rope" }, credited)).toEqual({ line_id: "oli_1" });
    expect(listItemChoices([{ id: "oli_1", name: "Rope" }, { order_line_id: "oli_2" }])).toEqual([
      { id: "oli_1", name: "Rope" },
      { id: "oli_2", name: "2" },
    ]);
    expect(listItemChoices(undefined)).toEqual([]);
  });

  it("make no object of empty values", () => {
    expect(changePart(null, "city", "Kiel")).toEqual({ city: "Kiel" });
    expect(changePart({ city: "Kiel" }, "city", null)).toBeNull();
  });
});

describe("a value inside a record", () => {
  it("has the currency of the record", () => {
    const record = {
      currency: "JPY",
      line_items: [
        { name: "Rope", unit_price: "900" },
        { name: "Buoy", section: "Sea" },
      ],
    };
    expect(formatValue(record, lines, options)).toBe("Rope, \u2068900 JPY\u2069\nBuoy, Sea");
  });

  it("is written as on a letter if it is an address", () => {
    const address = {
      address_line1: "Am Kai 4",
      postal_code: "20457",
      city: "Hamburg",
      country: "DE",
      recipient: "Reef",
      state: null,
    };
    expect(formatValue({ billing_address: address }, part("billing_address", "json"), options)).toBe(
      "Reef\nAm Kai 4\n20457 Hamburg\nGermany",
    );
  });

  it("is never written as an object, also where the schema has texts", () => {
    const items = [{ kind: "boat", description: "Sea Ray" }];
    expect(formatValue({ items }, part("items", "text", { multiple: true }), options)).toBe("boat, Sea Ray");
    expect(formatValue({ items: items[0] }, part("items", "text"), options)).toBe("boat, Sea Ray");
  });

  it("is the conversion in place of the status of a converted lead", () => {
    const status = part("lead_status_id", "master", { choices: [{ id: "mst_1", code: "new", name: "New" }] });
    const write = (is_converted: boolean) => formatValue({ lead_status_id: "mst_1", is_converted }, status, options);
    expect([write(false), write(true)]).toEqual(["New", "Converted"]);
  });

  it("has all decimals if it is owed or paid", () => {
    const total = part("total", "money", { currency: "EUR" });
    expect(formatValue({ total: "1200.00" }, total, options)).toBe("\u20681,200 EUR\u2069");
    expect(formatValue({ total: "1200.00" }, { ...total, format: "exact" }, options)).toBe("\u20681,200.00 EUR\u2069");
  });
});

it("names the part of the system that made a change", () => {
  const creator = part("created_by", "reference", { record: "user" });
  const formatCreator = (id: string): string => formatValue({ created_by: id }, creator, options);
  expect(["form:frm_01m8pvdwph0mq9xdrt", "system:import", "system:auth"].map(formatCreator)).toEqual([
    "Forms",
    "Imports",
    "Sign-up",
  ]);
});

it("keeps the capitals of abbreviations in the name of a kind inside a sentence", () => {
  expect(["SLA policies", "SMS accounts", "Sales orders"].map((name) => formPluralNoun(name, "en"))).toEqual([
    "SLA policies",
    "SMS accounts",
    "sales orders",
  ]);
});

it("shows a language by its name", () => {
  const language = part("language", "text", { format: "language" });
  expect(formatValue({ language: "de" }, language, options)).toBe("German");
  expect(formatValue({ language: null }, language, options)).toBe("–");
});

describe("an entry of a short list", () => {
  it("has its first amount, and further ones with their names", () => {
    const fields = [
      part("amount", "money"),
      part("status", "choice", { choices: [{ code: "OPEN", name: "Open" }] }),
      part("balance", "money"),
    ];
    expect(readRowFacts({ id: "1", amount: "5.50", status: "OPEN", balance: "2.25" }, fields, options)).toEqual({
      amount: "\u20685.50 EUR\u2069",
      facts: ["Open", "balance \u20682.25 EUR\u2069"],
    });
  });

  it("names a date, which says nothing alone", () => {
    const [closeDate] = [part("close_date", "date")];
    expect(readRowFacts({ id: "1", close_date: "2026-12-18" }, [closeDate], options).facts).toEqual([
      `${closeDate.label} Dec 18, 2026`,
    ]);
  });

  it("has no ids and nothing empty", () => {
    const fields = [part("order_id", "reference"), part("reason", "text")];
    expect(readRowFacts({ id: "1", order_id: "ord_1", reason: null }, fields, options)).toEqual({ amount: undefined, facts: [] });
  });
});

describe("an action", () => {
  it.each([
    ["Convert a lead", "Lead", "Convert"],
    ["Record a payment of an order", "Order", "Record payment"],
    ["Send the confirmation of an order to the customer", "Order", "Send confirmation"],
    ["Undo a payment that succeeded", "Payment", "Undo"],
    ["Zahlung einer Bestellung erfassen", "Bestellung", "Zahlung einer Bestellung erfassen"],
    ["Pause", "Workflow", "Pause"],
  ])("%s of the kind %s is %s on a button", (label, kind, expected) =>
    expect(shortLabel({ label } as Action, { label: kind } as Kind)).toBe(expected),
  );

  it.each([
    ["Escalate a ticket, with a reason", "Ticket", "Escalate"],
    ["Send the survey of a resolved ticket now", "Ticket", "Send the survey now"],
    ["Answer a ticket with the best matching public article", "Ticket", "Answer with the best matching public article"],
    ["Merge another ticket into this one", "Ticket", "Merge another ticket into this one"],
    ["Reopen an opportunity that is won or lost", "Opportunity", "Reopen"],
    ["Cancel an after-sales case before anything has arrived", "After-sales case", "Cancel"],
    ["Send a quote to the customer", "Quote", "Send to the customer"],
    ["Make a view the default of its kind", "View", "Make a view the default of its kind"],
    ["Send an issued invoice or credit note by mail", "Invoice", "Send an issued invoice or credit note by mail"],
    ["Record a step of a person's journey", "Person", "Record a step of a person's journey"],
    ["Ein Ticket schließen", "Ticket", "Ein Ticket schließen"],
  ])("%s of the kind %s is %s in a menu", (label, kind, expected) =>
    expect(menuLabel({ label } as Action, { label: kind } as Kind)).toBe(expected),
  );

  it("has the fields of the record in its path", () => {
    const path = "/orders/{order_id}/fulfilments/{id}/deliver";
    expect(fillPath(path, { id: "ful_1", order_id: "ord_1" })).toBe("/orders/ord_1/fulfilments/ful_1/deliver");
    expect(listPathFields(path)).toEqual(["order_id", "id"]);
  });
});

describe("the actions of a part", () => {
  const milestones = part("milestones", "json", {
    multiple: true,
    fields: [
      part("name", "text"),
      part("completed_at", "instant"),
      part("type_id", "master", { choices: [{ id: "mst_1", code: "gate", name: "Gate" }] }),
    ],
  });
  const members = part("members", "json", { multiple: true, fields: [part("user_id", "reference")] });
  const action = (name: string, below: string, enabled_when?: object): Action =>
    ({ name, path: `/api/v1/projects/{id}/${below}`, ...(enabled_when ? { enabled_when } : {}) }) as Action;
  const kind = {
    path: "/api/v1/projects",
    actions: [
      action("add", "milestones"),
      action("change", "milestones/{milestone_id}"),
      action("complete", "milestones/{milestone_id}/complete", { completed_at: { is_null: true } }),
      action("reopen", "milestones/{milestone_id}/reopen", { completed_at: { is_null: false } }),
      action("open_gate", "milestones/{milestone_id}/open", { type_id: { eq: "gate" } }),
      action("check", "milestones/{milestone_id}/checks/{check_id}"),
      action("remove", "members/{user_id}"),
      action("verify", "contact-points/{point_id}/verify"),
      action("move", "tasks/{activity_id}/move"),
      { name: "deliver", path: "/api/v1/orders/{project_id}/projects/{id}/deliver" } as Action,
    ],
  };

  it.each([
    ["an open milestone", milestones, { id: "mil_1", completed_at: null }, ["change", "complete"]],
    ["a completed one", milestones, { id: "mil_1", completed_at: "2026-11-01T10:00:00Z" }, ["change", "reopen"]],
    ["master data by code", milestones, { id: "mil_1", type_id: "mst_1" }, ["change", "complete", "open_gate"]],
    ["a member", members, { user_id: "usr_1" }, ["remove"]],
    ["an entry of a list of two words", part("contact_points", "json", { multiple: true }), { id: "cpt_1" }, ["verify"]],
    ["a part without an id", milestones, { name: "Start" }, []],
    ["a list without actions", part("lines", "json", { multiple: true }), { id: "lin_1" }, []],
  ])("of %s", (_, field, values, names) => expect(listPartActions(kind, field, values).map(({ name }) => name)).toEqual(names));

  it("have the id of the part in their path", () => {
    expect(listPartActions(kind, members, { id: "mem_1", user_id: "usr/$&" }).map(({ path }) => path)).toEqual([
      "/api/v1/projects/{id}/members/usr%2F%24%26",
    ]);
  });

  it("are not those of the record", () => {
    expect(kind.actions.filter((candidate) => !isPartAction(kind, candidate)).map(({ name }) => name)).toEqual([
      "add",
      "deliver",
    ]);
  });
});

describe("the ageing", () => {
  const row = (customer_id: string, currency: string, open_amount: string) => ({
    ...{ customer_id, customer_name: null, currency, open_amount, invoice_count: 1 },
    ...{ not_due: "0.00", days_1_to_30: open_amount, days_31_to_60: "0.00", days_61_to_90: "0.00", over_90_days: "0.00" },
  });

  it("is grouped by currency, the most frequent first, and has the largest amount on top", () => {
    const groups = groupByCurrency([row("a", "JPY", "5"), row("b", "EUR", "1.10"), row("c", "EUR", "20.00")]);
    expect(groups.map(({ currency, rows }) => [currency, rows.map(({ customer_id }) => customer_id)])).toEqual([
      ["EUR", ["c", "b"]],
      ["JPY", ["a"]],
    ]);
  });

  it("adds amounts exactly", () => {
    expect(sumAgeingRows([row("a", "EUR", "9999999999999.99"), row("b", "EUR", "0.02")])).toMatchObject({
      ...{ customer_id: "", open_amount: "10000000000000.01", days_1_to_30: "10000000000000.01", invoice_count: 2 },
    });
  });
});

it("gives inputs to objects and lists of texts inside a part, but not to its id", () => {
  const steps = part("steps", "json", {
    multiple: true,
    columns: ["name", "required_fields"],
    fields: [
      part("id", "reference"),
      part("name", "text", { required: true }),
      part("task", "json", { fields: [part("subject", "text")] }),
      part("required_fields", "text", { multiple: true }),
      part("lines", "json", { multiple: true, fields: [part("name", "text")] }),
    ],
  });
  expect(listPartInputs(steps).map(({ name, format }) => [name, format])).toEqual([
    ["name", undefined],
    ["task", undefined],
    ["required_fields", "tags"],
  ]);
  expect(listFirstParts(steps).map(({ name }) => name)).toEqual(["name", "required_fields"]);
  expect(toPartInput({ id: "pbs_1", name: "Call" }, steps)).toEqual({ id: "pbs_1", name: "Call" });
});

describe("the order of a list of objects", () => {
  it.each([
    [1, -1, ["b", "a", "c"]],
    [1, 1, ["a", "c", "b"]],
    [0, -1, ["a", "b", "c"]],
    [2, 1, ["a", "b", "c"]],
  ] as const)("moves entry %i by %i", (index, places, expected) => {
    expect(movePart(["a", "b", "c"], index, places)).toEqual(expected);
  });
});
