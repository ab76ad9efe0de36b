import { usePorts } from "@crm/core/kernel/context.ts";
import { fn } from "@crm/core/kernel/fn.ts";
import { customFieldGrants } from "@crm/core/platform/custom-field/custom-field.kind.ts";
import { CustomField } from "@crm/core/platform/custom-field/custom-field.ts";
import * as z from "zod";
import { operation, recordSchema } from "../../http/operation.ts";
import { crud } from "../shared/crud.ts";
import { linksFrom } from "../shared/links.ts";

const output = recordSchema("CustomField", CustomField.Info);

export const customFields = [
  operation({
    name: "describeCustomFields",
    method: "GET",
    path: "/custom-fields/openapi",
    tag: "Custom fields",
    access: customFieldGrants.read,
    summary: "Get the OpenAPI document with the tenant's custom fields",
    description: "Like /openapi.json, with types for the custom fields that the caller can see in all requests and responses.",
    verb: fn(z.strictObject({}), async () => (await import("../../docs/openapi-document.ts")).tenantDocument(usePorts().origin)),
    kind: "raw",
  }),
  ...crud({
    noun: "CustomField",
    plural: "CustomFields",
    tag: "Custom fields",
    path: "/custom-fields",
    read: customFieldGrants.read,
    write: customFieldGrants.manage,
    remove: customFieldGrants.manage,
    domain: CustomField,
    output,
    row: output,
    links: linksFrom({ self: "/custom-fields/{id}" }),
    // The names that GET /schema gives them.
    otherNames: { kind: "entity_type", name: "field_name", label: "field_label", type: "field_type" },
  }),
];
