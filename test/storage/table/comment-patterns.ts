import { Comments } from "@crm/core/people/comment/comment.entity.ts";
import { onCommentWritten } from "@crm/core/people/comment/comment.listener.ts";
import type { App } from "@crm/local/app.ts";
import { addUser, signUp } from "../../support/app.ts";
import type { UnitMeter } from "../../support/request-units.ts";
import { buildEvent, type CostRows, loadRecord, type MeasuredWorld, measureSteps, runAsSystem } from "./measured-steps.ts";

/** The cost of comments, followers and the feed: rows of docs/access-patterns.md. */
export async function measureComments(app: App, measured: UnitMeter, result: CostRows): Promise<void> {
  const tenant = await signUp(app);
  const world: MeasuredWorld = { app, tenant, measured, result };
  const crm = tenant.admin;
  const colleague = await addUser(app, tenant, "SALES_REP");
  await crm.updateTenant({ settings: { visibility: "all" } });
  const { id: lead } = (await crm.createLead({ last_name: "Reef" })).data;
  let comment = "";
  await measureSteps(world, async () => undefined, [
    [
      "comment on a lead, with a mention",
      async () => {
        const { data } = await crm.createComment({ related_to_id: lead, content: `See @[${colleague.id}]` });
        comment = data.id;
      },
    ],
    ["list the comments on a lead", () => crm.listComments({ related_to_id: lead })],
    ["follow a lead", () => colleague.client.followLead({ id: lead })],
    ["list the followers of a lead", () => crm.listLeadFollowers({ id: lead })],
    ["list the users and teams that a comment can mention (2 users)", () => crm.listMentionable({ related_to_id: lead })],
  ]);
  const event = buildEvent("comment.created", await loadRecord(world, Comments, comment));
  await app.settle();
  await measureSteps(world, async () => undefined, [
    [
      "`comment-notices` finds that a user was told",
      () => runAsSystem(world, () => onCommentWritten({ ...event, tenant_id: tenant.id })),
    ],
    ["read the feed of a lead", () => crm.readFeed({ record_id: lead })],
    ["read the feed of a user", () => crm.readFeed({ user: "me" })],
    ["read the feed of followed records", () => crm.readFeed({})],
  ]);
}
