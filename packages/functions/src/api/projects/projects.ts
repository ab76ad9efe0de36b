import { activityGrants } from "@crm/core/people/activity/activity.kind.ts";
import { Activity } from "@crm/core/people/activity/activity.ts";
import { createRecordActivities } from "@crm/core/people/activity/record-activities.ts";
import { ProjectBoard } from "@crm/core/projects/project/board.ts";
import { ProjectMembers } from "@crm/core/projects/project/members.ts";
import { ProjectMilestones } from "@crm/core/projects/project/milestones.ts";
import { Projects } from "@crm/core/projects/project/project.entity.ts";
import { PROJECT, projectGrants } from "@crm/core/projects/project/project.kind.ts";
import { Project } from "@crm/core/projects/project/project.ts";
import { ProjectTasks } from "@crm/core/projects/project/tasks.ts";
import { ProjectTimeline } from "@crm/core/projects/project/timeline.ts";
import { createFromTemplate } from "@crm/core/projects/project-template/instantiation.ts";
import { ProjectTemplates } from "@crm/core/projects/project-template/project-template.entity.ts";
import { projectTemplateGrants } from "@crm/core/projects/project-template/project-template.kind.ts";
import { ProjectTemplate } from "@crm/core/projects/project-template/project-template.ts";
import * as z from "zod";
import { defineApiFunction } from "../../http/api-function.ts";
import { operation, recordSchema } from "../../http/operation.ts";
import { activityLinks } from "../people/links.ts";
import { buildActivityOperations } from "../shared/activity-operations.ts";
import { crud } from "../shared/crud.ts";
import { buildExportOperation, buildImportOperation } from "../shared/file-operations.ts";
import { buildFollowOperations } from "../shared/follow-operations.ts";
import { linksFor } from "../shared/links.ts";

const tag = "Projects";
const output = recordSchema("Project", Project.Info);
const readOptions = { tag, access: projectGrants.read } as const;
const record = { tag, access: projectGrants.write, output, kind: "record", links: linksFor(Projects) } as const;

const memberOperations = [
  operation({
    name: "listProjectMembers",
    method: "GET",
    path: "/projects/{id}/members",
    summary: "List the members of a project",
    verb: ProjectMembers.list,
    output: z.array(ProjectMembers.Info.meta({ id: "ProjectMember" })),
    ...readOptions,
  }),
  operation({
    name: "addProjectMember",
    method: "POST",
    path: "/projects/{id}/members",
    summary: "Add a member to a project",
    description: "The user sees the project and its tasks, and is notified. A user who is a member already gets the role.",
    verb: ProjectMembers.add,
    status: 201,
    ...record,
  }),
  operation({
    name: "updateProjectMember",
    method: "PATCH",
    path: "/projects/{id}/members/{user_id}",
    summary: "Change the role of a member",
    verb: ProjectMembers.update,
    ...record,
  }),
  operation({
    name: "removeProjectMember",
    method: "DELETE",
    path: "/projects/{id}/members/{user_id}",
    summary: "Remove a member from a project",
    description: "Members can also remove themselves.",
    verb: ProjectMembers.remove,
    ...record,
  }),
] as const;

const milestoneOperations = [
  operation({
    name: "listProjectMilestones",
    method: "GET",
    path: "/projects/{id}/milestones",
    summary: "List the milestones of a project, with counts of their tasks",
    verb: ProjectMilestones.list,
    output: z.array(ProjectMilestones.Info.meta({ id: "ProjectMilestone" })),
    ...readOptions,
  }),
  operation({
    name: "addProjectMilestone",
    method: "POST",
    path: "/projects/{id}/milestones",
    summary: "Add a milestone to a project",
    verb: ProjectMilestones.add,
    status: 201,
    ...record,
  }),
  operation({
    name: "updateProjectMilestone",
    method: "PATCH",
    path: "/projects/{id}/milestones/{milestone_id}",
    summary: "Change fields of a milestone",
    description: "Changes only the named fields; `null` clears one.",
    verb: ProjectMilestones.update,
    ...record,
  }),
  operation({
    name: "completeProjectMilestone",
    method: "POST",
    path: "/projects/{id}/milestones/{milestone_id}/complete",
    summary: "Complete a milestone",
    verb: ProjectMilestones.complete,
    ...record,
  }),
  operation({
    name: "reopenProjectMilestone",
    method: "POST",
    path: "/projects/{id}/milestones/{milestone_id}/reopen",
    summary: "Reopen a milestone",
    verb: ProjectMilestones.reopen,
    ...record,
  }),
  operation({
    name: "removeProjectMilestone",
    method: "DELETE",
    path: "/projects/{id}/milestones/{milestone_id}",
    summary: "Delete a milestone that no task names",
    verb: ProjectMilestones.remove,
    ...record,
  }),
] as const;

const task = { tag, links: activityLinks, output: recordSchema("Activity", Activity.Info), kind: "record" } as const;

const taskOperations = [
  operation({
    name: "listProjectTasks",
    method: "GET",
    path: "/projects/{id}/tasks",
    tag,
    access: activityGrants.read,
    summary: "List the tasks of a project",
    description: "Tasks are activities about the project. Filter by `status`, `assigned_to_id`, `due_at` or `milestone_id`.",
    verb: ProjectTasks.list,
    output: recordSchema("ActivityRow", Activity.Row),
    kind: "list",
    links: activityLinks,
  }),
  operation({
    name: "createProjectTask",
    method: "POST",
    path: "/projects/{id}/tasks",
    access: activityGrants.write,
    summary: "Create a task of a project",
    description: "The task is an activity about the project. The other operations on activities apply to it.",
    dialog: { inputs: { milestone_id: { itemOf: "milestones" } } },
    verb: ProjectTasks.create,
    status: 201,
    ...task,
  }),
  operation({
    name: "moveProjectTask",
    method: "POST",
    path: "/projects/{id}/tasks/{activity_id}/move",
    access: activityGrants.write,
    summary: "Move a task to another project",
    description: "The task loses its milestone, unless `milestone_id` names one of the other project.",
    dialog: { inputs: { milestone_id: { itemOf: "milestones" } } },
    verb: ProjectTasks.move,
    ...task,
  }),
] as const;

const operations = [
  ...buildFollowOperations("Project", PROJECT),
  ...crud({
    noun: "Project",
    plural: "Projects",
    tag,
    path: "/projects",
    read: projectGrants.read,
    write: projectGrants.write,
    remove: projectGrants.delete,
    domain: Project,
    output,
    row: recordSchema("ProjectRow", Project.Row),
    links: linksFor(Projects),
  }),
  operation({
    name: "createProjectFromTemplate",
    method: "POST",
    path: "/projects/from-template",
    summary: "Create a project from a template",
    description: "With the members and milestones of the template. The tasks follow within moments.",
    verb: createFromTemplate,
    status: 201,
    ...record,
  }),
  operation({
    name: "moveProject",
    method: "POST",
    path: "/projects/{id}/move",
    summary: "Move a project on the board",
    description:
      "Puts it between two projects of a column, or at the end of the column. A status of its own moves it to that column.",
    verb: ProjectBoard.move,
    ...record,
  }),
  ...memberOperations,
  ...milestoneOperations,
  ...taskOperations,
  operation({
    name: "getProjectTimeline",
    method: "GET",
    path: "/projects/{id}/timeline",
    summary: "Read the milestones and tasks of a project in order of time",
    verb: ProjectTimeline.read,
    output: ProjectTimeline.Info.meta({ id: "ProjectTimeline" }),
    ...readOptions,
  }),
  ...crud({
    noun: "ProjectTemplate",
    plural: "ProjectTemplates",
    tag,
    path: "/project-templates",
    read: projectTemplateGrants.read,
    write: projectTemplateGrants.write,
    remove: projectTemplateGrants.write,
    domain: ProjectTemplate,
    output: recordSchema("ProjectTemplate", ProjectTemplate.Info),
    row: recordSchema("ProjectTemplateRow", ProjectTemplate.Row),
    links: linksFor(ProjectTemplates),
  }),
  buildExportOperation("exportProjects", "projects", tag, projectGrants.read, Project.listDefinition),
  buildImportOperation(
    "importProjects",
    "projects",
    tag,
    projectGrants.write,
    "Each row is a project. `customer_id` accepts an id, a number, or a name that only one customer has.",
    async () => (await import("@crm/core/projects/project/project.import.ts")).projects,
  ),
  ...buildActivityOperations("Project", "/projects", createRecordActivities(Projects)),
] as const;

export const projects = defineApiFunction(operations, {
  uses: ["domains", "objects:uploads:put", "objects:uploads:get"],
});
