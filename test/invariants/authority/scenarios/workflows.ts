import { randomUUID } from "node:crypto";
import { newLead } from "../../../support/app.ts";
import { type Scenario, scenario, type World } from "../scenario.ts";

/** A published workflow that writes into leads of a company. */
interface PublishedWorkflow {
  readonly id: string;
  /** A lead of the administrator, which other users do not see. */
  readonly lead: string;
}

const mark = (description: string) => [{ id: "mark", do: "update", set: { description } }];

async function publishWorkflow({ admin, tenant }: World, run_as: "owner" | "system"): Promise<PublishedWorkflow> {
  const company = randomUUID();
  const { data: lead } = await admin.createLead(newLead({ company, owner_id: tenant.userId }));
  const { data: workflow } = await admin.createWorkflow({
    ...{ name: company, kind: "lead", run_as, trigger: { on: "changed", fields: ["job_title"] }, where: { company } },
    ...{ enrollment: { repeat: "every_time" }, steps: mark("approved") },
  });
  await admin.publishWorkflow({ id: workflow.id });
  return { id: workflow.id, lead: lead.id };
}

/** Changes the lead, and returns which version of the steps wrote into it. */
async function changeLead({ app, admin }: World, { lead }: PublishedWorkflow): Promise<"approved" | "edited" | "nothing"> {
  await admin.updateLead({ id: lead, job_title: randomUUID() });
  await app.settle();
  const { description } = (await admin.getLead({ id: lead })).data;
  return description === "approved" || description === "edited" ? description : "nothing";
}

const changedSteps = (authority: string, run_as: "owner" | "system"): Scenario =>
  scenario<PublishedWorkflow>({
    ...{ authority, record: "workflow", change: `steps and rights of a workflow that runs as ${run_as}`, role: "MARKETER" },
    approve: (world) => publishWorkflow(world, run_as),
    edit: (_, { id }, editor) => [
      editor.updateWorkflow({ id, steps: mark("edited") }),
      editor.updateWorkflow({ id, run_as: "system" }),
      editor.publishWorkflow({ id }),
    ],
    approveAgain: ({ admin }, { id }) => admin.publishWorkflow({ id }),
    run: changeLead,
  });

export const workflowScenarios: readonly Scenario[] = [changedSteps("workflow", "owner"), changedSteps("workflows", "system")];
