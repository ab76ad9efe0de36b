import { edit, type Mutant, never, property } from "../../../scripts/source-mutation.ts";

export const mutants: readonly Mutant[] = [
  {
    name: "templates: two templates have the same code",
    at: "message-template#create",
    change: edit('condition: "attribute_not_exists(pk)", ', ""),
    tests: "test/messaging/template/message-template.test.ts",
  },
  {
    name: "templates: a merged value is not escaped in HTML",
    at: "template/merge-fields.rules#escapeByFormat",
    change: property("html", "(value) => value"),
    tests: "test/messaging/template/message-template.test.ts",
  },
  {
    name: "templates: merge fields inside a value are merged again",
    at: "template/merge-fields.rules#fillMergeFields",
    change: edit(
      'return escapeByFormat[form](value ?? "");',
      'return parseMergeFields(escapeByFormat[form](value ?? "")).parts.map((each) => (typeof each === "string" ? each : values[each.path])).join("");',
    ),
    tests: "test/messaging/template/message-template.test.ts",
  },
  {
    name: "templates: a line break in a value splits the subject into several lines",
    at: "template/merge-fields.rules#toSingleLine",
    change: edit('.replaceAll(/[\\p{Cc}\\u2028\\u2029]+/gu, " ")', ""),
    tests: "test/messaging/template/rules.test.ts",
  },
  {
    name: "templates: HTML may contain any attribute",
    at: "html.rules#findAttributeFault",
    change: never("allowedAttributes.has"),
    tests: "test/messaging/template/message-template.test.ts",
  },
  {
    name: "templates: a merge field is allowed in a URL",
    at: "html.rules#findAttributeFault",
    change: never("value.includes"),
    tests: "test/messaging/template/message-template.test.ts",
  },
  {
    name: "templates: a preview shows records that its caller cannot see",
    at: "write/records#findVisibleByIds",
    change: edit("filterVisible(collection, records)", "records"),
    tests: "test/messaging/template/message-template.test.ts test/messaging/template/merge-fields.test.ts",
  },
  {
    name: "templates: the person of a record is not derived from its contact or customer",
    at: "template/record-values#buildRecordValues",
    change: edit(" ?? readPersonId(foundRecords.contact) ?? readPersonId(foundRecords.customer)", ""),
    tests: "test/messaging/template/merge-fields.test.ts",
  },
  {
    name: "templates: a text block may contain any attribute",
    at: "mail-inline.rules#readHref",
    change: never("allowedAttributes.has"),
    tests: "test/messaging/template/mail-renderer.test.ts",
  },
  {
    name: "templates: a text of a block is not escaped",
    at: "mail-inline.rules#escapeAroundFields",
    change: edit("escapeHtml", "String"),
    tests: "test/messaging/template/mail-renderer.test.ts",
  },
  {
    name: "templates: a body that a user wrote is lost, because the template has blocks",
    at: "message-template#requireOneForm",
    change: edit("if (details.length > 0) throw", "if (details.length > 9) throw"),
    tests: "test/messaging/template/mail-blocks.test.ts",
  },
];
