import { fn } from "@crm/core/kernel/fn.ts";
import { FormPage } from "@crm/core/sales/web-form/form-page.ts";
import { Submission } from "@crm/core/sales/web-form/submission.ts";
import * as z from "zod";
import type { Operation } from "../../http/operation.ts";
import { pageOperation } from "../../http/page-operation.ts";

/** The pages of forms, and the script that shows one on a page of a tenant. */
const load = () => import("../../pages/form.ts");

const refusal: Operation["refusal"] = async (failure, request) =>
  (await import("../../pages/link-failure.ts")).addressFailurePage(failure, request);

/** An error in a frame is shown in the frame. The pages that may show the form are not known then, and the error says nothing about the form. */
const frameRefusal: Operation["refusal"] = async (failure, request) =>
  (await import("../../pages/link-failure.ts")).addressFailurePage(failure, request, { embedding: { origins: [] } });

const options = { keyspaces: ["form"], addressFields: [], largestBody: 32 * 1024 } as const;

export const formPages = [
  pageOperation({
    ...options,
    name: "formPage",
    method: "GET",
    path: "/f/{key}",
    summary: "Page of a form",
    refusal,
    verb: fn(FormPage.Visit, async (visit) => (await load()).show(visit, "page")),
  }),
  pageOperation({
    ...options,
    name: "sendFormPage",
    method: "POST",
    path: "/f/{key}",
    summary: "Send the page of a form",
    refusal,
    verb: fn(Submission, async (input) => (await load()).submit(input, "page")),
  }),
  pageOperation({
    ...options,
    name: "formFrame",
    method: "GET",
    path: "/f/{key}/frame",
    summary: "Form in a frame of another page",
    refusal: frameRefusal,
    verb: fn(FormPage.Visit, async (visit) => (await load()).show(visit, "frame")),
  }),
  pageOperation({
    ...options,
    name: "sendFormFrame",
    method: "POST",
    path: "/f/{key}/frame",
    summary: "Send a form in a frame of another page",
    refusal: frameRefusal,
    verb: fn(Submission, async (input) => (await load()).submit(input, "frame")),
  }),
  pageOperation({
    ...options,
    name: "formScript",
    method: "GET",
    path: "/f/{key}/embed.js",
    summary: "Script that shows a form on another page",
    refusal,
    verb: fn(z.object({ key: z.string() }), async (input) => (await import("../../pages/form-embed.ts")).showScript(input)),
  }),
] as const;
