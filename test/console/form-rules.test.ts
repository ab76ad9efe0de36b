import { writeHelp } from "@crm/console/input/fields/help-text.ts";
import { buildDraftBase, draftKey, readDraft, saveDraft } from "@crm/console/input/form/draft-store.ts";
import { findFormMessage, listHiddenFaults } from "@crm/console/input/form/fault-text.ts";
import { nameFirstOwner } from "@crm/console/input/form/first-owner.ts";
import { presetFromName } from "@crm/console/input/form/name-preset.ts";
import { saveChanges } from "@crm/console/input/form/save-changes.ts";
import { groupRows, listShortFields } from "@crm/console/input/form/short-form.ts";
import { describe, expect, it } from "vitest";
import "./register-pages.ts";
import { partOf } from "../support/part-of.ts";

describe("a refusal", () => {
  const missing = { "approvers[0]": "No user can approve as DIRECTOR" };

  it.each([
    ["has its message without fields", "CONFLICT", "The quote was sent", {}, "The quote was sent"],
    ["leaves the input to the fields", "VALIDATION_ERROR", "The input is invalid", { name: "Is required" }, undefined],
    ["says the way out of a rule", "RULE_VIOLATION", "Invite a user\napprovers[0]: …", missing, "Invite a user"],
    ["gives the reason of a conflict", "CONFLICT", "Already rejected", { status: "rejected" }, "Already rejected"],
    ["says nothing twice", "RULE_VIOLATION", "Is closed", { id: "Is closed" }, undefined],
  ])("%s", (_, code, message, fields, expected) => expect(findFormMessage({ code, message, fields })).toBe(expected));

  it("names hidden fields by their labels, and none by its name in the API", () => {
    const labelFor = (name: string): string => ({ line_items: "Lines" })[name] ?? name;
    const faults = { ...missing, "line_items[0].quantity": "Must be positive", name: "Is required" };
    expect(listHiddenFaults(faults, ["name"], labelFor)).toEqual(["No user can approve as DIRECTOR", "Lines: Must be positive"]);
  });
});

describe("a draft", () => {
  /** What the storage of a browser's tab does. */
  function createStorage(isFull = false) {
    const items = new Map<string, string>();
    return {
      items,
      getItem: (key: string) => items.get(key) ?? null,
      setItem: (key: string, value: string) => {
        if (isFull) throw new DOMException("full", "QuotaExceededError");
        items.set(key, value);
      },
      removeItem: (key: string) => void items.delete(key),
    };
  }
  const key = draftKey(["ten_1", "usr_1"], "lead led_1");

  it("comes back to its user, and to no other", () => {
    const storage = createStorage();
    const draft = { changes: { company: "Kelp 🌊", tags: ["a"] }, base: { version: 3, company: "Kelp", tags: [] } };
    saveDraft(storage, key, draft);
    expect(readDraft(storage, key)).toEqual(draft);
    expect(readDraft(storage, draftKey(["ten_1", "usr_2"], "lead led_1"))).toEqual({ changes: {} });
    expect(readDraft(storage, draftKey(["ten_2", "usr_1"], "lead led_1"))).toEqual({ changes: {} });
  });

  it("has no secrets", () => {
    const storage = createStorage();
    const secret = new Set(["password"]);
    const base = { version: 1, name: "", password: "former" };
    saveDraft(storage, key, { changes: { name: "Mail", password: "hunter2" }, base }, secret);
    expect([...storage.items.values()].join()).toBe('{"changes":{"name":"Mail"},"base":{"version":1,"name":""}}');
    saveDraft(storage, key, { changes: { password: "hunter2" } }, secret);
    expect(storage.items.size).toBe(0);
  });

  it("is gone once it is empty or too long", () => {
    const storage = createStorage();
    saveDraft(storage, key, { changes: { a: 1 } });
    saveDraft(storage, key, { changes: {} });
    expect(storage.items.size).toBe(0);
    saveDraft(storage, key, { changes: { text: "x".repeat(200_001) } });
    expect(storage.items.size).toBe(0);
  });

  it.each(["no JSON", "[1]", "null", '"text"', '{"company":"Kelp"}', '{"changes":[]}'])("is empty if it reads %s", (text) => {
    const storage = createStorage();
    storage.setItem(key, text);
    expect(readDraft(storage, key)).toEqual({ changes: {} });
  });

  it("keeps the version and the values that the user saw, also if the record is newer when it comes back", () => {
    const changes = { phone: "2" };
    const base = buildDraftBase({ version: 1, phone: "1", company: "Kelp" }, changes, undefined);
    expect(base).toEqual({ version: 1, phone: "1" });
    const newer = { version: 4, phone: "9", company: "Reef" };
    expect(buildDraftBase(newer, { ...changes, company: "Coral" }, base)).toEqual({ version: 1, phone: "1", company: "Reef" });
    expect(buildDraftBase({ phone: null }, changes, undefined)).toBeUndefined();
  });

  it("does not stop the user if the storage is full", () => {
    expect(() => saveDraft(createStorage(true), key, { changes: { a: 1 } })).not.toThrow();
  });
});

describe("a save on a version that is old", () => {
  const base = { version: 1, phone: "1", company: "Kelp", custom_fields: { size: 1 } };
  /** A server whose record changes before each of the first saves. */
  const save = (changes: Readonly<Record<string, unknown>>, ...others: readonly Readonly<Record<string, unknown>>[]) => {
    let stored: Record<string, unknown> = { ...base };
    const left = [...others];
    return saveChanges(base as Record<string, unknown>, changes, {
      patch: async (patch, version) => {
        const other = left.shift();
        if (other) stored = { ...stored, ...other, version: Number(stored.version) + 1 };
        return version === stored.version ? { ...stored, ...patch, version: version + 1 } : undefined;
      },
      load: async () => stored,
    });
  };

  it.each([
    ["saves without another change", { phone: "2" }, [], { saved: { phone: "2", version: 2 } }],
    [
      "saves beside a change of another field",
      { phone: "2" },
      [{ company: "Reef" }],
      { saved: { phone: "2", company: "Reef", version: 3 } },
    ],
    ["saves what the other person wants too", { phone: "2" }, [{ phone: "2" }], { saved: { phone: "2" } }],
    [
      "asks about a field that both changed",
      { phone: "2" },
      [{ phone: "3" }],
      { conflicts: [{ name: "phone", mine: "2", theirs: "3" }] },
    ],
    [
      "asks about a field that the other person emptied",
      { phone: "2" },
      [{ phone: null }],
      { conflicts: [{ name: "phone", mine: "2", theirs: null }] },
    ],
    [
      "asks about a custom field",
      { "custom_fields.size": 2 },
      [{ custom_fields: { size: 3 } }],
      { conflicts: [{ name: "custom_fields.size", mine: 2, theirs: 3 }] },
    ],
    [
      "finds a conflict at a later attempt",
      { phone: "2" },
      [{ company: "Reef" }, { phone: "3" }],
      { conflicts: [{ name: "phone", theirs: "3" }] },
    ],
    [
      "gives up after three attempts",
      { phone: "2" },
      [{ company: "a" }, { company: "b" }, { company: "c" }],
      { conflicts: [], stored: { company: "c" } },
    ],
  ])("%s", async (_, changes, others, result) => {
    expect(await save(changes, ...others)).toMatchObject(result);
  });
});

describe("a record that is created by its name", () => {
  const text = (...names: string[]) => names.map((name) => ({ name, type: "text" as const, creatable: true }));
  it.each([
    ["{name}", text("name"), "Acme", { name: "Acme" }],
    ["{name}", text("first_name", "last_name", "name"), "Acme Tools", { name: "Acme Tools" }],
    [
      "{first_name} {last_name}",
      text("first_name", "last_name"),
      " Ada  Maria Berg ",
      { first_name: "Ada Maria", last_name: "Berg" },
    ],
    ["{display_name}", text("first_name", "last_name"), "Berg", { last_name: "Berg" }],
    ["{lead_number}", text("company"), "Acme", { company: "Acme" }],
    ["{quote_number}", [{ name: "quote_number", type: "text" as const, creatable: false }], "Acme", {}],
    ["{name}", text("name"), "  ", {}],
  ])("of %s has the name in its fields", (title, fields, name, preset) => {
    expect(presetFromName(partOf({ title, fields }), name)).toEqual(preset);
  });
});

describe("the short form", () => {
  const build = (count: number, required: readonly string[] = []) => ({
    fields: [...Array.from({ length: count }, (_, index) => `f${index}`), ...required].map((name) => ({
      name,
      creatable: true,
      required: required.includes(name),
    })),
    layout: { primary: Array.from({ length: count }, (_, index) => `f${index}`) },
  });
  const list = (kind: object): string[] => listShortFields(partOf(kind), () => true).map(({ name }) => name);
  it("has at most seven fields, and always those that a record needs", () => {
    expect(list(build(9))).toHaveLength(7);
    expect(list(build(7, ["must"]))).toEqual(["f0", "f1", "f2", "f3", "f4", "f5", "must"]);
    expect(list(build(2, ["must"]))).toEqual(["f0", "f1", "must"]);
  });

  it("stand beside each other where they belong together", () => {
    const fields = ["first_name", "last_name", "amount", "currency", "phone"].map((name) => ({
      name,
      ...(name === "amount" ? { currency_field: "currency" } : {}),
    }));
    expect(groupRows(fields).map((row) => row.map(({ name }) => name))).toEqual([
      ["first_name", "last_name"],
      ["amount", "currency"],
      ["phone"],
    ]);
  });
});

describe("the first owner", () => {
  it.each([
    ["lead", {}, "You"],
    ["lead", { new_lead_owner: "creator", new_customer_owner: "rule" }, "You"],
    ["customer", { new_customer_owner: "rule" }, "A user whom the rule chooses"],
    ["opportunity", { new_opportunity_owner: "unassigned" }, "No user: others take it"],
    ["contact", {}, undefined],
  ])("of a new %s by the settings %j is %j", (kind, settings, words) =>
    expect(nameFirstOwner(kind, settings, (message) => message)).toBe(words),
  );
});

describe("help from the API", () => {
  it.each([
    ["Last day of the new term", "Last day of the new term"],
    ["Value of the new term. Default: from renewal_value or renewal_uplift_percent", "Value of the new term."],
    ["A new term follows. It begins on the day after `end_date`. A renewed contract returns 409.", "A new term follows."],
    ["`dry_run` only returns the effects. Both must belong to one customer.", "Both must belong to one customer."],
    ["The campaign must be IN_PROGRESS", undefined],
    ["Text with `{{requester.first_name}}`", "Text with {{requester.first_name}}"],
    ["At most 409 rows, e.g. `#1F77B4`", "At most 409 rows, e.g. #1F77B4"],
    ["新しい期間が続きます。`end_date` の翌日に始まります。", "新しい期間が続きます。"],
    ["تبدأ مدة جديدة. تبدأ في اليوم التالي لـ `end_date`.", "تبدأ مدة جديدة."],
  ])("%j is %j", (description, help) => expect(writeHelp(description)).toBe(help));
});
