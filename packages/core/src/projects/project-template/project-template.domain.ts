import { domain } from "../../kernel/domain.ts";
import { PROJECT_TEMPLATE, projectTemplateGrants } from "./project-template.kind.ts";

export const projectTemplate = domain({
  name: "project-template",
  kinds: [PROJECT_TEMPLATE],
  layouts: { project_template: async () => (await import("./project-template.layout.ts")).projectTemplate },
  bulk: {
    project_template: {
      write: projectTemplateGrants.write,
      remove: projectTemplateGrants.write,
      load: async () => (await import("./project-template.ts")).ProjectTemplate,
    },
  },
  grants: [projectTemplateGrants],
  subscribers: {
    "project-templates": {
      basis: "release",
      events: ["opportunity.stage_changed"],
      uses: ["domains"],
      table: [
        { actions: ["GetItem", "BatchGetItem", "Query", "PutItem", "ConditionCheckItem"] },
        // For the templates, the users of the tenant and exchange rates.
        { actions: ["Query"], indexes: ["by_time", "by_status", "by_class"] },
      ],
      load: async () => (await import("./instantiation.ts")).onOpportunityMoved,
    },
    "project-tasks": {
      basis: "release",
      events: ["project.tasks_planned"],
      uses: ["domains"],
      table: [
        { actions: ["GetItem", "BatchGetItem", "Query", "PutItem", "UpdateItem"] },
        // For the users of the tenant.
        { actions: ["Query"], indexes: ["by_time"] },
      ],
      load: async () => (await import("./instantiation.ts")).onTasksPlanned,
    },
  },
});
