import { edit, type Mutant, never, property } from "../../../scripts/source-mutation.ts";

export const mutants: readonly Mutant[] = [
  {
    name: "templates: two have one code",
    at: "message-template#create",
    change: edit('condition: "attribute_not_exists(pk)", ', ""),
    tests: "test/messaging/template/message-template.test.ts",
  },
  {
    name: "templates: a value in HTML is markup",
    at: "template/merge-fields.rules#escapeByFormat",
    change: property("html", "(value) => value"),
    tests: "test/messaging/template/message-template.test.ts",
  },
  {
    name: "templates: what a value says is merged again",
    at: "template/merge-fields.rules#fillMergeFields",
    change: edit(
      'return escapeByFormat[form](value ?? "");',
      'return parseMergeFields(escapeByFormat[form](value ?? "")).parts.map((each) => (typeof each === "string" ? each : values[each.path])).join("");',
    ),
    tests: "test/messaging/template/message-template.test.ts",
  },
  {
    name: "templates: a subject has as many lines as its values",
    at: "template/merge-fields.rules#toSingleLine",
    change: edit('.replaceAll(/[\\p{Cc}\\u2028\\u2029]+/gu, " ")', ""),
    tests: "test/messaging/template/rules.test.ts",
  },
  {
    name: "templates: HTML has any attribute",
    at: "html.rules#findAttributeFault",
    change: never("allowedAttributes.has"),
    tests: "test/messaging/template/message-template.test.ts",
  },
  {
    name: "templates: a value may stand in an address",
    at: "html.rules#findAttributeFault",
    change: never("value.includes"),
    tests: "test/messaging/template/message-template.test.ts",
  },
  {
    name: "templates: a preview shows what its caller does not see",
    at: "template/record-values#loadVisible",
    change: edit("Records.findVisibleByIds(references)", "withFullVisibility(() => Records.findVisibleByIds(references))"),
    tests: "test/messaging/template/message-template.test.ts test/messaging/template/merge-fields.test.ts",
  },
  {
    name: "templates: the person of a record is read only where the record names them itself",
    at: "template/record-values#buildRecordValues",
    change: edit(" ?? readPersonId(foundRecords.contact) ?? readPersonId(foundRecords.customer)", ""),
    tests: "test/messaging/template/merge-fields.test.ts",
  },
];
