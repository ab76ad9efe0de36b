import { fn } from "@crm/core/kernel/fn.ts";
import { Answer } from "@crm/core/scheduling/invitation/answer.schema.ts";
import * as z from "zod";
import { pageOperation } from "../../http/page-operation.ts";

/** The page on which an invited person answers an invitation. The mail of the invitation links to it. */
const load = () => import("../../pages/invitation.ts");

/** Other query parameters are ignored: mail programs may add some to the link. */
const Link = z.object({ token: z.string().default("") });

export const invitationPages = [
  pageOperation({
    name: "invitationPage",
    method: "GET",
    path: "/invitation",
    summary: "Page of an invitation to an activity",
    verb: fn(Link, async ({ token }) => (await load()).show(token)),
  }),
  pageOperation({
    name: "sendInvitationPage",
    method: "POST",
    path: "/invitation",
    summary: "Answer an invitation to an activity on its page",
    verb: fn(Answer, async (input) => (await load()).choose(input)),
  }),
] as const;
