import type { TemplateParameter, TemplateValues, WorkflowTemplate } from "./template.rules.ts";

/** The templates of workflows that come with the product. Pure data. */

const activityType: TemplateParameter = {
  type: "text",
  description: "The type of the tasks, such as call, meeting or task",
  default: "call",
};

const days = (description: string, standard: number, max = 365): TemplateParameter => ({
  type: "integer",
  description,
  default: standard,
  min: 1,
  max,
});

const assignee: TemplateParameter = {
  type: "user",
  description: "The user who gets the tasks. Default: the owner of the record",
};

const messageTemplate = (description: string): TemplateParameter => ({
  type: "message_template",
  description: `${description}. Without it, a task is created instead`,
});

interface TaskText {
  readonly id: string;
  readonly subject: string;
  readonly due_in: string;
  readonly priority_id?: "high" | "medium" | "low";
}

const task = ({ assignee_id, activity_type_id }: TemplateValues, text: TaskText) => ({
  ...text,
  do: "task" as const,
  activity_type_id,
  ...(assignee_id === undefined ? {} : { assign_to: assignee_id }),
});

/** Sends a message if the tenant has chosen one, and creates a task otherwise. A refused message does not end the workflow. */
const contact = (values: TemplateValues, template: string, text: TaskText) =>
  values[template] === undefined
    ? task(values, text)
    : { id: text.id, do: "send" as const, template_id: values[template], purpose: "marketing", on_error: "continue" };

const atLeast = (score: number) => ({ lead_score: { gte: score } });

/** Scores from which a lead is for sales, for nurturing, and for education. */
const SALES_SCORE = 80;
const NURTURE_SCORE = 60;
const EDUCATION_SCORE = 30;

const scoreNurturing: WorkflowTemplate = {
  key: "score_nurturing",
  name: "Nurturing by score",
  description:
    "Leads with 80 points and more go to sales. Leads with 60 to 79 are nurtured, and leads with 30 to 59 are educated. " +
    "A lead whose score rises meanwhile is treated by its new score.",
  kind: "lead",
  parameters: {
    wait_days: days("Days to wait until a new lead has 30 points", 30),
    nurture_days: days("Days after which a nurtured lead is looked at again", 7),
    education_days: days("Days after which an educated lead is looked at again", 14),
    nurture_template_id: messageTemplate("The message to nurtured leads"),
    education_template_id: messageTemplate("The message to educated leads"),
    assignee_id: assignee,
    activity_type_id: activityType,
    exit_statuses: {
      type: "texts",
      description: "Statuses of a lead that end the nurturing, because a person talks to the lead",
      default: ["contacted", "qualified", "disqualified"],
    },
  },
  build: (values) => {
    const sales = (id: string) =>
      task(values, {
        id,
        subject: "High-quality lead ready for conversion: contact {{record.display_name}} now",
        due_in: "1h",
        priority_id: "high",
      });
    const nurture = (id: string) =>
      contact(values, "nurture_template_id", {
        id,
        subject: "Qualified lead requiring nurturing: write to {{record.display_name}}",
        due_in: "3d",
        priority_id: "medium",
      });
    return {
      kind: "lead",
      trigger: { on: "created" },
      exit: {
        where: { or: [{ is_converted: true }, { lead_status_id: values.exit_statuses ?? [] }] },
      },
      steps: [
        { id: "scored", do: "wait", until_where: atLeast(EDUCATION_SCORE), timeout: `${values.wait_days}d` },
        {
          id: "level",
          do: "branch",
          cases: [
            { where: atLeast(SALES_SCORE), steps: [sales("sales")] },
            {
              where: atLeast(NURTURE_SCORE),
              steps: [
                nurture("nurture"),
                { id: "nurture_wait", do: "wait", until_where: atLeast(SALES_SCORE), timeout: `${values.nurture_days}d` },
                {
                  id: "nurtured",
                  do: "branch",
                  cases: [{ where: atLeast(SALES_SCORE), steps: [sales("nurtured_sales")] }],
                  else: [
                    task(values, {
                      id: "nurtured_check",
                      subject: "Decide about {{record.display_name}}: {{record.lead_score}} points after the nurturing",
                      due_in: "3d",
                      priority_id: "medium",
                    }),
                  ],
                },
              ],
            },
            {
              where: atLeast(EDUCATION_SCORE),
              steps: [
                contact(values, "education_template_id", {
                  id: "education",
                  subject: "Early stage lead needs education: write to {{record.display_name}}",
                  due_in: "7d",
                  priority_id: "low",
                }),
                { id: "education_wait", do: "wait", until_where: atLeast(NURTURE_SCORE), timeout: `${values.education_days}d` },
                {
                  id: "educated",
                  do: "branch",
                  cases: [
                    { where: atLeast(SALES_SCORE), steps: [sales("educated_sales")] },
                    { where: atLeast(NURTURE_SCORE), steps: [nurture("educated_nurture")] },
                  ],
                  else: [{ id: "educated_end", do: "end", reason: "The score stayed below 60" }],
                },
              ],
            },
          ],
          else: [{ id: "unscored", do: "end", reason: "The score stayed below 30" }],
        },
      ],
    };
  },
};

const leadResponse: WorkflowTemplate = {
  key: "lead_response",
  name: "Response to new leads",
  description: "Owner and manager are notified of a lead that is still new after an hour.",
  kind: "lead",
  parameters: {
    minutes: { type: "integer", description: "Minutes until the response", default: 60, min: 5, max: 10_080 },
    open_statuses: { type: "texts", description: "Statuses of a lead without a response", default: ["new"] },
    assignee_id: assignee,
    activity_type_id: activityType,
  },
  build: (values) => ({
    kind: "lead",
    trigger: { on: "created" },
    where: { lead_status_id: values.open_statuses ?? [] },
    exit: { where: { is_converted: true } },
    steps: [
      task(values, { id: "respond", subject: "Contact the new lead {{record.display_name}}", due_in: "1h", priority_id: "high" }),
      { id: "patience", do: "wait", for: `${values.minutes}m` },
      {
        id: "answered",
        do: "branch",
        cases: [
          {
            where: { lead_status_id: values.open_statuses ?? [] },
            steps: [
              {
                id: "escalate",
                do: "notify",
                to: ["owner", "manager"],
                message: `{{record.display_name}} had no response for ${values.minutes} minutes`,
              },
            ],
          },
        ],
      },
    ],
  }),
};

/** The records of a kind about which there is still something to do, and those about which there is not. */
const openRecords: Readonly<Record<string, Readonly<Record<"open" | "closed", Readonly<Record<string, unknown>>>>>> = {
  lead: { open: { is_converted: false }, closed: { is_converted: true } },
  opportunity: { open: { is_closed: false }, closed: { is_closed: true } },
  customer: { open: { status: { ne: "CHURNED" } }, closed: { status: "CHURNED" } },
  contract: { open: { status: "ACTIVE" }, closed: { status: ["EXPIRED", "TERMINATED"] } },
  potential: { open: { status: ["new", "open", "on_hold"] }, closed: { status: ["won", "lost"] } },
};

/** Enrolls open records only, and ends for those that are closed meanwhile. */
const onlyOpen = (kind: string) => {
  const conditions = openRecords[kind];
  return conditions ? { where: conditions.open, exit: { where: conditions.closed } } : {};
};

const noActivity: WorkflowTemplate = {
  key: "no_activity",
  name: "No activity",
  description: "If an open record has no activity for some days, its owner gets a task. Later the manager is notified.",
  kind: "opportunity",
  parameters: {
    kind: {
      type: "choice",
      description: "The kind of the records",
      default: "opportunity",
      values: ["lead", "opportunity", "customer", "contact", "potential"],
    },
    days: days("Days without an activity", 14),
    manager_days: days("Further days until the manager is notified", 3),
    assignee_id: assignee,
    activity_type_id: activityType,
  },
  build: (values) => ({
    kind: String(values.kind),
    trigger: { on: "date", date_field: "last_activity_date", offset: `${values.days}d` },
    ...onlyOpen(String(values.kind)),
    enrollment: { repeat: "every_time", existing: false },
    steps: [
      task(values, { id: "contact", subject: `No activity for ${values.days} days`, due_in: "1d", priority_id: "medium" }),
      { id: "patience", do: "wait", for: `${values.manager_days}d` },
      {
        id: "still",
        do: "notify",
        to: ["manager"],
        message: `No activity for ${values.days} days, last on {{record.last_activity_date}}`,
      },
    ],
  }),
};

const contractRenewal: WorkflowTemplate = {
  key: "contract_renewal",
  name: "Renewal of contracts",
  description: "Before an active contract ends, its owner gets a task, and later a notification.",
  kind: "contract",
  parameters: {
    days: days("Days before the end of the contract", 60),
    reminder_days: days("Days before the end on which the owner is notified", 14),
    message_template_id: messageTemplate("The message to the customer's contact"),
    assignee_id: assignee,
    activity_type_id: activityType,
  },
  build: (values) => ({
    kind: "contract",
    trigger: { on: "date", date_field: "end_date", offset: `-${values.days}d` },
    where: { status: "ACTIVE" },
    exit: { where: { status: ["EXPIRED", "TERMINATED"] } },
    enrollment: { repeat: "every_time", existing: false },
    steps: [
      contact(values, "message_template_id", {
        id: "renew",
        subject: "Renew {{record.title}}: ends on {{record.end_date}}",
        due_in: "7d",
        priority_id: "medium",
      }),
      { id: "reminder", do: "wait", until: { date: "record.end_date", plus: `-${values.reminder_days}d` } },
      { id: "remind", do: "notify", to: ["owner"], message: "{{record.title}} ends on {{record.end_date}}" },
    ],
  }),
};

const birthday: WorkflowTemplate = {
  key: "birthday",
  name: "Birthdays and anniversaries",
  description:
    "A greeting each year on a date of the record, such as the start of the relationship. " +
    "Workflows cannot use birth dates: they are encrypted.",
  kind: "customer",
  parameters: {
    kind: {
      type: "choice",
      description: "The kind of the records",
      default: "customer",
      values: ["customer", "contact", "contract"],
    },
    date_field: { type: "text", description: "The date", default: "customer_since" },
    message_template_id: messageTemplate("The greeting"),
    assignee_id: assignee,
    activity_type_id: activityType,
  },
  build: (values) => ({
    kind: String(values.kind),
    trigger: { on: "date", date_field: String(values.date_field), yearly: true },
    ...onlyOpen(String(values.kind)),
    enrollment: { repeat: "every_time", existing: false },
    steps: [
      contact(values, "message_template_id", {
        id: "greet",
        subject: `Congratulate: {{record.${values.date_field}}}`,
        due_in: "1d",
        priority_id: "low",
      }),
    ],
  }),
};

const winBack: WorkflowTemplate = {
  key: "win_back",
  name: "Win back customers",
  description: "A customer who left gets a message, or its owner a task. The owner gets a second task later.",
  kind: "customer",
  parameters: {
    days: days("Days after the customer left", 30),
    second_days: days("Days until the second task", 30),
    message_template_id: messageTemplate("The message to the customer"),
    assignee_id: assignee,
    activity_type_id: activityType,
  },
  build: (values) => ({
    kind: "customer",
    trigger: { on: "changed" },
    where: { status: "CHURNED" },
    exit: { where: { status: { ne: "CHURNED" } } },
    enrollment: { repeat: "once_at_a_time", existing: false },
    steps: [
      { id: "distance", do: "wait", for: `${values.days}d` },
      contact(values, "message_template_id", {
        id: "offer",
        subject: "Win back {{record.name}}: make an offer",
        due_in: "3d",
        priority_id: "medium",
      }),
      { id: "patience", do: "wait", for: `${values.second_days}d` },
      task(values, { id: "call", subject: "Win back {{record.name}}: call", due_in: "3d", priority_id: "medium" }),
    ],
  }),
};

const csatFollowUp: WorkflowTemplate = {
  key: "csat_follow_up",
  name: "Follow-up of poor ratings",
  description: "A ticket with a poor rating gives its agent a task, and notifies a user.",
  kind: "ticket",
  parameters: {
    rating: { type: "integer", description: "The best rating that counts as poor", default: 2, min: 1, max: 4 },
    notified_user_id: { type: "user", description: "A user who is notified, such as the head of support" },
    assignee_id: { ...assignee, description: "The user who gets the task. Default: the agent of the ticket" },
    activity_type_id: activityType,
  },
  build: (values) => ({
    kind: "ticket",
    trigger: { on: "changed" },
    where: { satisfaction_rating: { lte: values.rating ?? null } },
    enrollment: { repeat: "once_at_a_time", existing: false },
    steps: [
      {
        ...task(values, {
          id: "call",
          subject: "Rating {{record.satisfaction_rating}} for {{record.ticket_number}}: call the customer",
          due_in: "1d",
          priority_id: "high",
        }),
        assign_to: values.assignee_id ?? { field: "record.assigned_to_id" },
      },
      ...(values.notified_user_id === undefined
        ? []
        : [
            {
              id: "tell",
              do: "notify" as const,
              to: [values.notified_user_id],
              message: "{{record.ticket_number}} was rated {{record.satisfaction_rating}}: {{record.satisfaction_comments}}",
            },
          ]),
    ],
  }),
};

export const workflowTemplates: readonly WorkflowTemplate[] = [
  scoreNurturing,
  leadResponse,
  noActivity,
  contractRenewal,
  birthday,
  winBack,
  csatFollowUp,
];
