import { Answer } from "@crm/core/invitation/answer.schema.ts";
import { fn } from "@crm/core/kernel/fn.ts";
import * as z from "zod";
import { page } from "../http/page.ts";

/** The page on which somebody answers an invitation, led there by its mail. */
const load = () => import("../pages/invitation.ts");

/** Whatever the address has beside it, it may have got on the way. */
const Link = z.object({ token: z.string().default("") });

export const invitationPages = [
  page({
    name: "invitationPage",
    method: "GET",
    path: "/invitation",
    summary: "Where an invitation to an activity leads",
    verb: fn(Link, async ({ token }) => (await load()).show(token)),
  }),
  page({
    name: "sendInvitationPage",
    method: "POST",
    path: "/invitation",
    summary: "Answer an invitation to an activity on its page",
    verb: fn(Answer, async (input) => (await load()).choose(input)),
  }),
] as const;
