import { fn } from "@crm/core/kernel/fn.ts";
import { oneOf, text } from "@crm/core/kernel/schema.ts";
import { channels } from "@crm/core/people/suppression/suppression.rules.ts";
import * as z from "zod";
import type { Operation } from "../../http/operation.ts";
import { pageOperation } from "../../http/page-operation.ts";

/** The pages on which recipients choose what they are sent, and confirm that an address is theirs. */
const load = () => import("../../pages/marketing-preferences.ts");
const loadVerification = () => import("../../pages/verification.ts");

/** Errors are shown in the reader's language. */
const refusal: Operation["refusal"] = async (failure, request) =>
  (await import("../../pages/link-failure.ts")).linkFailurePage(failure, request);

const Link = z.object({ token: z.string().default("") });

/** The fields that a button of the preferences page sends. */
const buttonFields = {
  channel: oneOf(channels).optional(),
  type: text(64).optional(),
  act: oneOf(["in", "out", "confirm"]).optional(),
};

export const recipientPages = [
  pageOperation({
    name: "reachPage",
    method: "GET",
    refusal,
    path: "/u/{token}",
    summary: "Preferences page, linked from messages to recipients",
    verb: fn(Link, async ({ token }) => (await load()).show(token)),
  }),
  pageOperation({
    name: "sendReachPage",
    method: "POST",
    refusal,
    path: "/u/{token}",
    summary: "Change the preferences, confirm consent, or unsubscribe with one click in an email program",
    verb: fn(Link.extend(buttonFields), async (sent) => (await load()).submit(sent)),
  }),
  pageOperation({
    name: "verificationPage",
    method: "GET",
    refusal,
    path: "/v/{token}",
    summary: "Verification page of an address, linked from emails",
    verb: fn(Link, async ({ token }) => (await loadVerification()).show(token)),
  }),
  pageOperation({
    name: "sendVerificationPage",
    method: "POST",
    refusal,
    path: "/v/{token}",
    summary: "Confirm the ownership of an address",
    verb: fn(Link, async ({ token }) => (await loadVerification()).submit(token)),
  }),
] as const;
