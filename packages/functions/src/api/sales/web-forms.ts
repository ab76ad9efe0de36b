import { fn } from "@crm/core/kernel/fn.ts";
import { Forms } from "@crm/core/sales/web-form/form.entity.ts";
import { Form } from "@crm/core/sales/web-form/form.ts";
import { FormPage } from "@crm/core/sales/web-form/form-page.ts";
import { Tracking } from "@crm/core/sales/web-form/tracking.ts";
import { formGrants } from "@crm/core/sales/web-form/web-form.kind.ts";
import * as z from "zod";
import { defineApiFunction } from "../../http/api-function.ts";
import { expandableSchema, operation, recordSchema } from "../../http/operation.ts";
import { crud } from "../shared/crud.ts";
import { buildExportOperation } from "../shared/file-operations.ts";
import { linksFor } from "../shared/links.ts";

const form = recordSchema("Form", Form.Info);
const links = linksFor(Forms);

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
    row: recordSchema("FormRow", Form.Row),
    links,
    keyspaces: ["form"],
  }),
  buildExportOperation("exportForms", "forms", "Forms", formGrants.read, Form.listDefinition),
  operation({
    name: "rotateFormKey",
    method: "POST",
    path: "/forms/{id}/rotate-key",
    tag: "Forms",
    access: formGrants.manage,
    summary: "Replace the public key of a form",
    description: "The previous key stops working: here at once, elsewhere within a minute.",
    verb: Form.rotateKey,
    output: form,
    kind: "record",
    links,
    keyspaces: ["form"],
  }),
  operation({
    name: "getFormStatistics",
    method: "GET",
    path: "/forms/{id}/statistics",
    tag: "Forms",
    access: formGrants.read,
    summary: "Read the results of a form's submissions",
    verb: Form.readStatistics,
    output: Form.Statistics,
    inBatch: true,
  }),
  operation({
    name: "listFormSubmissions",
    method: "GET",
    path: "/forms/{id}/submissions",
    tag: "Forms",
    access: formGrants.read,
    summary: "List the submissions of a form",
    description:
      "Newest first, with what each led to. `result=refused` lists those that wrote nothing, of the last 30 days and at most 100 a day of each outcome.",
    verb: Form.listSubmissions,
    output: expandableSchema("FormSubmission", Form.Submission),
    kind: "list",
  }),
  operation({
    name: "previewForm",
    method: "POST",
    path: "/forms/preview",
    tag: "Forms",
    access: formGrants.read,
    summary: "Preview the page of a form that is being edited",
    description: "Returns the page and the thank-you page as HTML. Nothing is stored.",
    verb: fn(FormPage.PreviewInput, async (input) => (await import("../../pages/form.ts")).preview(input)),
    output: z.object({ html: z.string(), thank_you_html: z.string() }),
    onlyReads: true,
    keyed: false,
  }),
  operation({
    name: "createFormToken",
    method: "POST",
    path: "/forms/{id}/tokens",
    tag: "Forms",
    access: formGrants.manage,
    summary: "Create a token that identifies a person to a form",
    dialog: {
      done: "A link of {record} was created. It is shown only now.",
      answer: { token: "Key", open_url: "Address of the picture" },
    },
    verb: Tracking.issueToken,
    output: Tracking.Token,
    status: 201,
    keyed: false,
  }),
];

export const forms = defineApiFunction(operations, { uses: ["secrets:links"] });
