import { formCountedNoun } from "@crm/console/ui/i18n/noun-form.ts";
import { describe, expect, it } from "vitest";
import type { Field, Kind } from "../../packages/console/src/api/kind.ts";
import {
  type CellEdits,
  fillDown,
  groupErrors,
  isCorrected,
  listCellErrors,
  orderColumns,
  parseClipboard,
  pasteCells,
  type RejectedRow,
  replaceSame,
  setCell,
  writeCorrected,
  writeCsv,
} from "../../packages/console/src/records/import/correction-rules.ts";
import {
  adaptMapping,
  addSavedMapping,
  buildOptions,
  canExistAlready,
  findSavedMapping,
  type ImportOptions,
  labelField,
  listImportKinds,
  listMissingFields,
  listUnknownValues,
  mapColumn,
  mapValue,
  pickValues,
  rateColumn,
  readEntity,
  readSavedMappings,
  readSuggestion,
} from "../../packages/console/src/records/import/mapping-rules.ts";
import { suggestFieldType } from "../../packages/console/src/records/import/new-field-rules.ts";
import { buildSampleFile } from "../../packages/console/src/records/import/sample-file.ts";
import "./register-pages.ts";

describe("the type of a new field", () => {
  it.each([
    [["3", "14", "1.250,5"], "number"],
    [["0461 5000"], "text"],
    [["24937", "02826"], "text"],
    [["01.02.2026", "1/2/26", ""], "date"],
    [["ada@kelp.example"], "email"],
    [["https://kelp.example/a"], "url"],
    [["7", "seven"], "text"],
    [[], "text"],
  ])("for %j is %s", (samples, type) => expect(suggestFieldType(samples)).toBe(type));
});

const column = (name: string, field: string | null, confidence = 1, unknown: readonly string[] = []) => ({
  column: name,
  field,
  confidence,
  samples: [],
  unknown,
});
const field = (name: string, required = false) => ({ name, label: name, type: "text", required });

describe("the mapping of columns", () => {
  it.each([
    // suggested, confidence, mapped, rating
    ["email", 1, "email", "sure"],
    ["email", 0.9, "email", "sure"],
    ["email", 0.89, "email", "likely"],
    ["email", 0.7, "email", "likely"],
    ["email", 0.69, "email", "doubtful"],
    ["email", 0.5, "email", "doubtful"],
    ["email", 1, "phone", "chosen"],
    [null, 0, "phone", "chosen"],
    ["email", 1, undefined, undefined],
    [null, 0, undefined, undefined],
  ] as const)("rates the suggestion %s at %s, mapped to %s: %s", (suggested, confidence, mapped, rating) => {
    expect(rateColumn({ field: suggested, confidence }, mapped)).toBe(rating);
  });

  it.each([
    ["maps a column", { A: "email" }, "B", "phone", { A: "email", B: "phone" }],
    ["moves a field from another column", { A: "email", B: "phone" }, "B", "email", { B: "email" }],
    ["leaves a column out", { A: "email", B: "phone" }, "A", undefined, { B: "phone" }],
    ["changes the field of a column", { A: "email" }, "A", "phone", { A: "phone" }],
    ["leaves out what is left out already", { A: "email" }, "B", undefined, { A: "email" }],
  ] as const)("%s", (_name, mapping, name, target, expected) => {
    expect(mapColumn(mapping, name, target)).toEqual(expected);
  });

  it("begins with the suggestion, without columns that have none", () => {
    expect(readSuggestion([column("Mail", "email"), column("Fax", null)])).toEqual({ Mail: "email" });
  });

  it.each([
    ["create", {}, ["last_name"]],
    ["upsert", { A: "email" }, ["last_name"]],
    ["create", { A: "last_name" }, []],
    ["update", {}, []],
  ] as const)("requires fields in mode %s with %o: %o", (mode, mapping, missing) => {
    const fields = [field("last_name", true), field("email")];
    expect(listMissingFields(fields, mapping, mode).map(({ name }) => name)).toEqual(missing);
  });

  it("names a field as the schema does, or else as the import does", () => {
    const schema = [{ name: "email", label: "E-Mail" }];
    expect(labelField("email", schema, [field("email")])).toBe("E-Mail");
    expect(labelField("email_2", schema, [{ ...field("email_2"), label: "Email 2" }])).toBe("Email 2");
    expect(labelField("unknown", schema, [])).toBe("unknown");
  });

  it("offers the kinds that have an import, by their names", () => {
    type Operations = Parameters<typeof listImportKinds>[0][number]["operations"];
    const kind = (labels: string, operations: Operations) => ({ labels, operations });
    const kinds = [kind("Orders", ["import"]), kind("Activities", ["list"]), kind("Leads", ["list", "import"])];
    expect(listImportKinds(kinds, "en").map(({ labels }) => labels)).toEqual(["Leads", "Orders"]);
    expect(readEntity({ path: "/api/v1/campaign-members" })).toBe("campaign-members");
  });
});

describe("saved mappings", () => {
  const entry = (name: string, mapping: Record<string, string>, kind = "lead") => ({ name, kind, mapping, values: {} });

  it.each([
    ["nothing", undefined, 0],
    ["no list", { name: "x" }, 0],
    ["a whole entry", [entry("a", { A: "email" })], 1],
    ["an entry without values", [{ name: "a", kind: "lead", mapping: {} }], 0],
    ["a mapping to no text", [{ ...entry("a", {}), mapping: { A: 1 } }], 0],
    ["null", [null], 0],
  ])("reads from the preferences %s", (_name, stored, count) => {
    expect(readSavedMappings(stored)).toHaveLength(count);
  });

  it("replaces one of the same name, and keeps at most twenty", () => {
    const first = addSavedMapping([entry("a", {}), entry("b", {})], entry("b", { A: "email" }));
    expect(first.map(({ name }) => name)).toEqual(["b", "a"]);
    expect(first[0]?.mapping).toEqual({ A: "email" });
    expect(addSavedMapping([entry("a", {}, "person")], entry("a", {}))).toHaveLength(2);
    const many = Array.from({ length: 20 }, (_, index) => entry(`${index}`, {}));
    expect(addSavedMapping(many, entry("new", {}))).toHaveLength(20);
  });

  it.each([
    ["all columns", ["A", "B"], "both"],
    ["more columns", ["A", "B", "C"], "both"],
    ["some columns", ["A"], "one"],
    ["no column", ["C"], undefined],
  ])("finds the one for a file with %s", (_name, header, found) => {
    const saved = [entry("one", { A: "email" }), entry("both", { A: "email", B: "phone" }), entry("other", { C: "x" }, "person")];
    expect(
      findSavedMapping(
        saved,
        "lead",
        header.map((name) => ({ column: name })),
      )?.name,
    ).toBe(found);
  });

  it("is used as far as the file and the kind allow", () => {
    const saved = entry("a", { A: "email", B: "phone", C: "gone" });
    expect(adaptMapping(saved, [{ column: "A" }, { column: "C" }], [{ name: "email" }, { name: "phone" }])).toEqual({
      A: "email",
    });
  });
});

describe("the meaning of values", () => {
  it.each([
    ["adds one", {}, "Offen", "new", { status: { Offen: "new" } }],
    ["changes one", { status: { Offen: "new" } }, "Offen", "open", { status: { Offen: "open" } }],
    ["keeps others", { status: { Neu: "new" } }, "Offen", "open", { status: { Neu: "new", Offen: "open" } }],
    ["takes one away", { status: { Offen: "new" } }, "Offen", undefined, {}],
  ] as const)("%s", (_name, map, value, meaning, expected) => {
    expect(mapValue(map, "status", value, meaning)).toEqual(expected);
  });

  it("keeps values with a meaning in the list, and leaves out columns that are left out", () => {
    const columns = [column("Status", "status", 1, ["Zu"]), column("Quelle", "source", 1, ["Messe"]), column("Fax", null)];
    const mapping = { Status: "status" };
    expect(listUnknownValues(columns, mapping, { status: { Offen: "new" } })).toEqual([
      { column: "Status", field: "status", values: ["Offen", "Zu"] },
    ]);
    expect(pickValues({ status: { Offen: "new" }, source: { Messe: "event" } }, mapping)).toEqual({ status: { Offen: "new" } });
  });

  it.each([
    [
      { mode: "create", on_duplicate: "skip", match_on: "email" },
      { mode: "create", on_duplicate: "skip" },
    ],
    [
      { mode: "update", on_duplicate: "skip", match_on: "email" },
      { mode: "update", match_on: "email" },
    ],
    [
      { mode: "upsert", match_on: "id", create_masters: false, historic: true },
      { mode: "upsert", match_on: "id", historic: true },
    ],
    [
      { mode: "create", date_format: "", decimal_mark: "," },
      { mode: "create", decimal_mark: "," },
    ],
  ] as [ImportOptions, object][])("sends of %o: %o", (options, sent) => {
    expect(buildOptions(options)).toEqual(sent);
  });
});

const row = (number: number, cells: Record<string, string>, ...errors: readonly [string | null, string][]): RejectedRow => ({
  row: number,
  cells,
  errors: errors.map(([name, message]) => ({ column: name, field: name ?? "", message })),
});
const rows = [
  row(2, { Name: "Ada", Mail: "ada@", Land: "Atlantis" }, ["Mail", "Not an address"], ["Land", "Unknown"]),
  row(5, { Name: "Bob", Mail: "bob@", Land: "DE" }, ["Mail", "Not an address"]),
  row(9, { Name: "", Mail: "cid@x.example", Land: "Atlantis" }, [null, "Required: last name"], ["Land", "Unknown"]),
] as const;
const columns = ["Name", "Mail", "Land"];

describe("the correction of refused rows", () => {
  it("forgets a cell that has its first text again", () => {
    const edits = setCell({}, rows[0], "Mail", "ada@x.example");
    expect(edits).toEqual({ 2: { Mail: "ada@x.example" } });
    expect(setCell(edits, rows[0], "Mail", "ada@")).toEqual({});
  });

  it.each([
    ["no change", rows[0], {}, false],
    ["one of two cells", rows[0], { 2: { Mail: "a@x.example" } }, false],
    ["both cells", rows[0], { 2: { Mail: "a@x.example", Land: "DE" } }, true],
    ["another cell", rows[1], { 5: { Name: "B" } }, false],
    ["any cell for an error of the row, and its own cell", rows[2], { 9: { Land: "DE" } }, true],
  ] as [string, RejectedRow, CellEdits, boolean][])("counts a row as corrected: %s", (_name, rejected, edits, expected) => {
    expect(isCorrected(rejected, edits)).toBe(expected);
  });

  it.each([
    ["a cell", "x", [["x"]]],
    [
      "cells",
      "a\tb\nc\td",
      [
        ["a", "b"],
        ["c", "d"],
      ],
    ],
    ["lines of Windows with an end", "a\r\nb\r\n", [["a"], ["b"]]],
    ["a cell with lines and quotes", '"a\nb ""c"""\td', [['a\nb "c"', "d"]]],
    ["an empty line inside", "a\n\nb", [["a"], [""], ["b"]]],
    ["a quote inside", 'a"b', [['a"b']]],
    ["letters of several bytes", "ü\t日本", [["ü", "日本"]]],
  ])("reads from the clipboard %s", (_name, text, expected) => {
    expect(parseClipboard(text)).toEqual(expected);
  });

  it.each([
    [
      "a column",
      { row: 0, column: 1 },
      [["a@x"], ["b@x"], ["c@x"]],
      { 2: { Mail: "a@x" }, 5: { Mail: "b@x" }, 9: { Mail: "c@x" } },
    ],
    ["a block", { row: 1, column: 1 }, [["b@x", "AT"]], { 5: { Mail: "b@x", Land: "AT" } }],
    ["beyond the grid", { row: 2, column: 2 }, [["DE", "?"], ["AT"]], { 9: { Land: "DE" } }],
  ])("pastes %s", (_name, at, pasted, expected) => {
    expect(pasteCells({}, { rows, columns }, at, pasted)).toEqual(expected);
  });

  it("fills down into refused cells alone", () => {
    const edits = setCell({}, rows[0], "Land", "DE");
    expect(fillDown(edits, rows, "Land", 0)).toEqual({ 2: { Land: "DE" }, 9: { Land: "DE" } });
    expect(fillDown(edits, rows, "Land", 7)).toBe(edits);
  });

  it("replaces the same text in all rows, above too", () => {
    const edits = setCell({}, rows[2], "Land", "GR");
    expect(replaceSame(edits, rows, "Land", 2)).toEqual({ 9: { Land: "GR" }, 2: { Land: "GR" } });
  });

  it("shows an error until its cell is changed, and columns with errors first", () => {
    expect(listCellErrors(rows[0], "Mail", {})).toHaveLength(1);
    expect(listCellErrors(rows[0], "Mail", { 2: { Mail: "a@x" } })).toEqual([]);
    expect(orderColumns(columns, rows)).toEqual(["Mail", "Land", "Name"]);
    expect(groupErrors(rows).map(({ field: name, count }) => [name, count])).toEqual([
      ["Mail", 2],
      ["Land", 2],
      ["", 1],
    ]);
  });

  it("writes a file that the API reads", () => {
    expect(
      writeCsv(
        ["A", "B"],
        [
          ["1,5", 'say "x"'],
          [" a", "two\nlines"],
        ],
      ),
    ).toBe('\uFEFFA,B\r\n"1,5","say ""x"""\r\n" a","two\nlines"\r\n');
    expect(writeCorrected(columns, [rows[1]], { 5: { Mail: "bob@x.example" } })).toBe(
      "\uFEFFName,Mail,Land\r\nBob,bob@x.example,DE\r\n",
    );
  });
});

it.each([
  ["customer", true],
  ["person", true],
  // Each row becomes a lead of its own, also of a person who has one.
  ["lead", false],
])("asks what happens to a %s that exists already: %s", (kind, isAsked) => {
  expect(canExistAlready(kind)).toBe(isAsked);
});

it("offers a sample file with the fields of the short form, as far as values have examples", () => {
  const field = (name: string, label: string, type: Field["type"], more: Partial<Field> = {}) =>
    ({ name, label, type, creatable: true, required: false, ...more }) as Field;
  const fields = [
    field("first_name", "First name", "text"),
    field("lead_source_id", "Source", "master", { choices: [{ id: "mst_1", code: "web", name: "Web, own site" }] }),
    field("owner_id", "Owner", "reference"),
    field("amount", "Amount", "money"),
    field("currency", "Currency", "text"),
  ];
  const layout = { primary: ["first_name", "lead_source_id", "owner_id", "amount", "currency"] } as Kind["layout"];
  expect(buildSampleFile({ fields, layout }, "CHF")).toBe(
    '\uFEFFFirst name,Source,Amount,Currency\r\nMina,"Web, own site",1250.00,CHF\r\n',
  );
});

describe("the number of records on a button", () => {
  it("is followed by one lead, and by more leads", () => {
    expect([0, 1, 30].map((count) => formCountedNoun(count, { label: "Lead", labels: "Leads" }, "en"))).toEqual([
      "leads",
      "lead",
      "leads",
    ]);
  });
});
