import { fn } from "@crm/core/kernel/fn.ts";
import * as z from "zod";
import type { Operation } from "../../http/operation.ts";
import { pageOperation } from "../../http/page-operation.ts";

/** The page on which requesters rate the support that they received. A mail links to it. */
const load = () => import("../../pages/survey.ts");

/** Errors are shown in the reader's language. */
const refusal: Operation["refusal"] = async (failure, request) =>
  (await import("../../pages/link-failure.ts")).linkFailurePage(failure, request);

const textField = z.string().default("");

export const surveyPages = [
  pageOperation({
    name: "surveyPage",
    method: "GET",
    refusal,
    path: "/survey/{token}",
    summary: "Survey page, linked from emails about resolved tickets",
    verb: fn(z.object({ token: textField }), async ({ token }) => (await load()).show(token)),
  }),
  pageOperation({
    name: "sendSurveyPage",
    method: "POST",
    refusal,
    path: "/survey/{token}",
    summary: "Answer a survey, or change the answer",
    verb: fn(z.object({ token: textField, rating: textField, nps: textField, comments: textField }), async (sent) =>
      (await load()).submit(sent),
    ),
    largestBody: 32 * 1024,
  }),
] as const;
