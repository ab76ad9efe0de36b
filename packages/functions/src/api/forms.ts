import { Form } from "@crm/core/intake/form.ts";
import { formGrants } from "@crm/core/intake/intake.domain.ts";
import { Tracking } from "@crm/core/intake/track.ts";
import { serves } from "../http/function.ts";
import { operation, recordOf } from "../http/operation.ts";
import { crud } from "./crud.ts";
import { exporting } from "./files.ts";
import { formLinks } from "./links.ts";

const form = recordOf("Form", Form.Info);

const operations = [
  ...crud({
    noun: "Form",
    plural: "Forms",
    tag: "Forms",
    path: "/forms",
    read: formGrants.read,
    write: formGrants.manage,
    remove: formGrants.manage,
    domain: Form,
    output: form,
    row: recordOf("FormRow", Form.Row),
    links: formLinks,
    keyspaces: ["form"],
  }),
  exporting(
    "exportForms",
    "forms",
    "Forms",
    formGrants.read,
    Form.list.schema,
    async () => (await import("@crm/core/intake/form.export.ts")).forms,
  ),
  operation({
    name: "rotateFormKey",
    method: "POST",
    path: "/forms/{id}/rotate-key",
    tag: "Forms",
    access: formGrants.manage,
    summary: "Give a form another public key",
    description: "The one before works no more: here at once, elsewhere within a minute.",
    verb: Form.rotateKey,
    output: form,
    kind: "record",
    links: formLinks,
    keyspaces: ["form"],
  }),
  operation({
    name: "getFormStatistics",
    method: "GET",
    path: "/forms/{id}/statistics",
    tag: "Forms",
    access: formGrants.read,
    summary: "Read what became of what a form was sent",
    verb: Form.statistics,
    output: Form.Statistics,
  }),
  operation({
    name: "createFormToken",
    method: "POST",
    path: "/forms/{id}/tokens",
    tag: "Forms",
    access: formGrants.manage,
    summary: "Make a token that names a person to a form",
    verb: Tracking.tokenFor,
    output: Tracking.Token,
    status: 201,
    keyed: false,
  }),
];

export const forms = serves(operations);
