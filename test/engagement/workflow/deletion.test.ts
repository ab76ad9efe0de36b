import { expect, it } from "vitest";
import { newLead, signUp, startTestApp } from "../../support/app.ts";
import { createFailureLog } from "../../support/failure-log.ts";

it("a workflow that is deleted right after it was resumed leaves no failed listener, and its held records stay where they are", async () => {
  const { log, failures } = createFailureLog();
  const app = await startTestApp({ log });
  const { admin } = await signUp(app);
  const { data: workflow } = await admin.createWorkflow({
    name: "Welcome",
    kind: "lead",
    trigger: { on: "created" },
    steps: [
      { id: "hour", do: "wait", for: "1h" },
      { id: "mark", do: "update", set: { description: "Welcomed" } },
    ],
  });
  const { id } = workflow;
  await admin.publishWorkflow({ id });
  const { data: lead } = await admin.createLead(newLead());
  await app.settle();
  await admin.pauseWorkflow({ id });
  // The step comes due while the workflow is paused.
  app.setClock({ advance: 90 * 60 * 1000 });
  await app.settle();
  app.setClock({ reset: true });
  await admin.resumeWorkflow({ id });
  await admin.deleteWorkflow({ id });
  await app.settle();
  expect(failures).toEqual([]);
  expect((await admin.getLead({ id: lead.id })).data.description).toBeNull();
  expect((await admin.listWorkflowEnrollments({ workflow: id })).data).toMatchObject([{ status: "HELD" }]);
  await app.stop();
});
