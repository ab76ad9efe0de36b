import { findMergeFields, readPath } from "@crm/console/ui/kit/merge-field-rules.ts";
import { describe, expect, it } from "vitest";

const labels: Readonly<Record<string, string>> = { "customer.name": "Customer: Name", "ref:payment": "§ Payment" };
const find = (text: string) =>
  findMergeFields(text, (path) => labels[path]).map(({ source, label, start }) => [start, source, label]);

describe("the merge fields of a text", () => {
  it.each<[string, unknown[][]]>([
    ["No field", []],
    ["{{customer.name}}", [[0, "{{customer.name}}", "Customer: Name"]]],
    ["Dear {{ customer.name | there }},", [[5, "{{ customer.name | there }}", "Customer: Name"]]],
    [
      "{{customer.name}}{{ref:payment}}",
      [
        [0, "{{customer.name}}", "Customer: Name"],
        [17, "{{ref:payment}}", "§ Payment"],
      ],
    ],
    ["{{customer.nmae}} stays, so does {customer.name}", []],
    ["{{customer.name", []],
    ["{{}}", []],
  ])("are found in %j", (text, found) => {
    expect(find(text)).toEqual(found);
  });

  it("have a path without their format", () => {
    expect(["{{a.b|money}}", "{{ a.b }}", "{{a.b | c | d}}"].map(readPath)).toEqual(["a.b", "a.b", "a.b"]);
  });
});
