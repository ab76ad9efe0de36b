import { Playbooks } from "@crm/core/engagement/playbook/playbook.entity.ts";
import { playbookGrants } from "@crm/core/engagement/playbook/playbook.kind.ts";
import { Playbook } from "@crm/core/engagement/playbook/playbook.ts";
import { PlaybookProgress } from "@crm/core/engagement/playbook/progress.ts";
import { activityGrants } from "@crm/core/people/activity/activity.kind.ts";
import * as z from "zod";
import { operation, recordSchema } from "../../http/operation.ts";
import { crud } from "../shared/crud.ts";
import { linksFor } from "../shared/links.ts";

const tag = "Playbooks";
const Progress = PlaybookProgress.Progress.meta({ id: "PlaybookProgress" });
const step = { tag, method: "POST", output: Progress } as const;
const stepPath = "/playbooks/{id}/records/{record_id}/steps/{step_id}";

export const playbooks = [
  ...crud({
    noun: "Playbook",
    plural: "Playbooks",
    tag,
    path: "/playbooks",
    read: playbookGrants.read,
    write: playbookGrants.write,
    remove: playbookGrants.write,
    domain: Playbook,
    output: recordSchema("Playbook", Playbook.Info),
    row: recordSchema("PlaybookRow", Playbook.Row),
    links: linksFor(Playbooks),
  }),
  operation({
    name: "listPlaybookProgress",
    method: "GET",
    path: "/playbooks/progress",
    tag,
    access: playbookGrants.read,
    summary: "List the playbooks that apply to a record, with their steps and progress",
    description: "`next_step_id` names the first step that is not done.",
    verb: PlaybookProgress.list,
    output: z.array(Progress),
    inBatch: true,
  }),
  operation({
    name: "completePlaybookStep",
    path: `${stepPath}/complete`,
    access: playbookGrants.complete,
    summary: "Check off a step of a playbook for a record",
    description: "A step with required fields is done when it is checked off and they are filled. A repeat changes nothing.",
    verb: PlaybookProgress.complete,
    ...step,
  }),
  operation({
    name: "reopenPlaybookStep",
    path: `${stepPath}/reopen`,
    access: playbookGrants.complete,
    summary: "Open a step of a playbook again for a record",
    verb: PlaybookProgress.reopen,
    ...step,
  }),
  operation({
    name: "createPlaybookTask",
    path: `${stepPath}/task`,
    access: activityGrants.write,
    summary: "Create the task of a step of a playbook for a record",
    description: "Once: a repeat answers with the same task.",
    verb: PlaybookProgress.createTask,
    ...step,
  }),
] as const;
