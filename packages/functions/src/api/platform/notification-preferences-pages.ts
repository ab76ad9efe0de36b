import { fn } from "@crm/core/kernel/fn.ts";
import { oneOf } from "@crm/core/kernel/schema.ts";
import * as z from "zod";
import { pageOperation } from "../../http/page-operation.ts";

/** The page on which users choose which notifications come by mail. Those mails link to it. */
const load = () => import("../../pages/notification-preferences.ts");

const Link = z.object({ token: z.string().default("") });
const PreferencesForm = Link.extend({
  type: z.string().optional(),
  choice: oneOf(["these", "none"]).optional(),
  // A browser sends one ticked box as a single value, and sends nothing if no box is ticked.
  mail: z.preprocess((value) => [value ?? []].flat(), z.array(z.string())),
});

export const preferencesPages = [
  pageOperation({
    name: "notificationPreferencesPage",
    method: "GET",
    path: "/notification-preferences",
    summary: "Preferences page for notification emails, linked from these emails",
    verb: fn(Link, async ({ token }) => (await load()).show(token)),
  }),
  pageOperation({
    name: "sendNotificationPreferencesPage",
    method: "POST",
    path: "/notification-preferences",
    summary: "Choose which notifications are sent by email, or stop one kind with one click in an email program",
    // A mail program that unsubscribes with one click sends no form, so the address names the type of mail (RFC 8058).
    addressFields: ["token", "type"],
    verb: fn(PreferencesForm, async (input) => (await load()).choose(input)),
  }),
] as const;
