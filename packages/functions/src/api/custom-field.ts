import { customFieldGrants } from "@crm/core/custom-field/custom-field.domain.ts";
import { CustomField } from "@crm/core/custom-field/custom-field.ts";
import { usePorts } from "@crm/core/kernel/context.ts";
import { fn } from "@crm/core/kernel/fn.ts";
import * as z from "zod";
import { operation, recordOf } from "../http/operation.ts";
import { crud } from "./crud.ts";
import { customFieldLinks } from "./links.ts";

const output = recordOf("CustomField", CustomField.Info);

export const customFields = [
  operation({
    name: "describeCustomFields",
    method: "GET",
    path: "/custom-fields/openapi",
    tag: "Custom fields",
    access: customFieldGrants.read,
    summary: "The OpenAPI document with the tenant's own fields",
    description: "As /openapi.json, with the custom fields that the caller sees typed wherever they are read or written.",
    verb: fn(z.strictObject({}), async () => (await import("../docs/document.ts")).documentOfTenant(usePorts().origin)),
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
    links: customFieldLinks,
  }),
];
