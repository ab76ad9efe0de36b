/**
 * A slow interpreter of workflows, for the model test: it tries each workflow for each change, keeps everything in memory, and knows no events, no
 * clocks and no locks. Time is counted in hours.
 */

export interface ModelLead {
  readonly name: string;
  company: string;
  last_name: string;
  job_title: string | null;
  isDeleted: boolean;
}

export type ModelField = "company" | "last_name" | "job_title";

/** A condition in the grammar of lists, as far as the model uses it. */
export type ModelCondition =
  | { readonly or: readonly ModelCondition[] }
  | { readonly [field in ModelField]?: string | { readonly in: readonly string[] } | { readonly prefix: string } };

export type ModelStep =
  | { readonly id: string; readonly do: "task"; readonly subject: string }
  | { readonly id: string; readonly do: "update"; readonly text: string }
  | { readonly id: string; readonly do: "wait"; readonly hours: number; readonly untilWhere?: ModelCondition }
  | {
      readonly id: string;
      readonly do: "branch";
      readonly where: ModelCondition;
      readonly then: ModelStep[];
      readonly else: ModelStep[];
    }
  | ModelApproval
  | { readonly id: string; readonly do: "end" };

/** A user approves, rejects, or lets the hours pass. */
interface ModelApproval {
  readonly id: string;
  readonly do: "approval";
  readonly hours: number;
  readonly rejected: readonly ModelStep[];
}

/** How a user decides about the records of a lead; undefined without a decision. */
export type ModelDecision = "approved" | "rejected" | undefined;

export interface ModelWorkflow {
  readonly name: string;
  readonly trigger:
    | { readonly on: "created" }
    | { readonly on: "changed" }
    | { readonly on: "changed"; readonly field: ModelField; readonly from?: string; readonly to?: string };
  readonly where?: ModelCondition;
  readonly exit?: ModelCondition;
  readonly repeat: "once" | "once_at_a_time" | "every_time";
  readonly steps: readonly ModelStep[];
}

const meets = (lead: ModelLead, condition: ModelCondition): boolean => {
  if ("or" in condition) return condition.or.some((each) => meets(lead, each));
  return Object.entries(condition).every(([field, wanted]) => {
    const value = (lead[field as ModelField] ?? "").toLowerCase();
    if (typeof wanted === "string") return value === wanted.toLowerCase();
    if ("in" in wanted) return wanted.in.some((each) => each.toLowerCase() === value);
    return value.startsWith(wanted.prefix.toLowerCase());
  });
};

/** A record in a workflow, and the steps that are still before it. */
interface Run {
  readonly workflow: ModelWorkflow;
  readonly lead: ModelLead;
  rest: readonly ModelStep[];
  due: number;
  waits: ModelCondition | undefined;
  /** The approval for which it waits. */
  asks?: ModelApproval | undefined;
  /** Whether it ends because it was not approved. */
  isRefused?: true;
  status: "IN" | "COMPLETED" | "EXITED" | "STOPPED";
}

/** A change of a lead by a user or by a step. */
export interface ModelChange {
  readonly lead: ModelLead;
  readonly before: ModelLead | undefined;
  readonly after: ModelLead;
}

export class SlowInterpreter {
  /** What the steps did, as `workflow step: subject`, by lead. */
  readonly effects = new Map<string, string[]>();
  readonly #runs: Run[] = [];
  readonly #changes: ModelChange[] = [];
  readonly #workflows: readonly ModelWorkflow[];
  #now = 0;

  constructor(workflows: readonly ModelWorkflow[]) {
    this.#workflows = workflows;
  }

  get statuses(): string[] {
    return this.#runs.map(({ workflow, lead, status }) => `${workflow.name} ${lead.name} ${status}`).sort();
  }

  /** Moves the time, and does what is due. */
  advance(hours: number): void {
    this.#now += hours;
    for (const run of this.#runs)
      if (run.status === "IN" && run.due <= this.#now) run.asks ? this.#decide(run, run.asks, "rejected") : this.#continue(run);
    this.#work();
  }

  /** Decides about all runs that wait for an approval now. */
  decide(findDecision: (lead: ModelLead) => ModelDecision): void {
    for (const run of this.#runs.filter(({ status, asks }) => status === "IN" && asks)) {
      const decision = findDecision(run.lead);
      if (run.asks && decision) this.#decide(run, run.asks, decision);
    }
    this.#work();
  }

  #decide(run: Run, { rejected }: ModelApproval, decision: NonNullable<ModelDecision>): void {
    if (decision === "rejected") run.rest = rejected;
    if (decision === "rejected" && rejected.length === 0) run.isRefused = true;
    this.#continue(run);
  }

  /** Does what follows from the changes of users. Each lead has at most one change. */
  apply(changes: readonly ModelChange[]): void {
    this.#changes.push(...changes);
    this.#work();
  }

  #work(): void {
    for (let change = this.#changes.shift(); change; change = this.#changes.shift())
      for (const workflow of this.#workflows) this.#try(workflow, change);
  }

  #try(workflow: ModelWorkflow, change: ModelChange): void {
    const { lead, before, after } = change;
    const ofLead = this.#runs.filter((run) => run.workflow === workflow && run.lead === lead);
    const isIn = ofLead.some(({ status }) => status === "IN");
    const isRefused = (workflow.repeat === "once" && ofLead.length > 0) || (workflow.repeat === "once_at_a_time" && isIn);
    const { exit } = workflow;
    if (isTriggered(workflow, change) && !isRefused && !lead.isDeleted && !(exit && meets(lead, exit))) {
      const run: Run = { workflow, lead, rest: workflow.steps, due: this.#now, waits: undefined, status: "IN" };
      this.#runs.push(run);
      this.#continue(run);
    }
    const isChanged = before !== undefined && !after.isDeleted;
    for (const run of ofLead) {
      if (run.status !== "IN" || !isChanged) continue;
      if (exit && meets(after, exit)) run.status = "EXITED";
      else if (run.waits && meets(after, run.waits)) this.#continue(run);
    }
  }

  #continue(run: Run): void {
    run.waits = undefined;
    run.asks = undefined;
    const { workflow, lead } = run;
    for (;;) {
      if (lead.isDeleted) run.status = "STOPPED";
      else if (workflow.exit && meets(lead, workflow.exit)) run.status = "EXITED";
      else if (run.isRefused) run.status = "STOPPED";
      if (run.status !== "IN") return;
      const [step, ...rest] = run.rest;
      if (!step || step.do === "end") {
        run.status = "COMPLETED";
        return;
      }
      run.rest = rest;
      if (step.do === "branch") run.rest = [...(meets(lead, step.where) ? step.then : step.else), ...rest];
      if (step.do === "task") this.#record(lead, `${workflow.name} ${step.id}: ${fill(step.subject, lead)}`);
      if (step.do === "update") this.#update(lead, fill(step.text, lead));
      if (step.do === "approval") {
        run.due = this.#now + step.hours;
        run.asks = step;
        return;
      }
      if (step.do === "wait" && !(step.untilWhere && meets(lead, step.untilWhere))) {
        run.due = this.#now + step.hours;
        run.waits = step.untilWhere;
        return;
      }
    }
  }

  #update(lead: ModelLead, job_title: string): void {
    if (lead.job_title === job_title) return;
    const before = { ...lead };
    lead.job_title = job_title;
    this.#changes.push({ lead, before, after: { ...lead } });
  }

  #record(lead: ModelLead, effect: string): void {
    this.effects.set(lead.name, [...(this.effects.get(lead.name) ?? []), effect]);
  }
}

function isTriggered({ trigger, where }: ModelWorkflow, { before, after }: ModelChange): boolean {
  if (trigger.on === "created") return before === undefined && (!where || meets(after, where));
  if (!before || after.isDeleted) return false;
  const holds = !where || meets(after, where);
  if (!("field" in trigger)) return where !== undefined && holds && !meets(before, where);
  const { field, from, to } = trigger;
  if (before[field] === after[field] || !holds) return false;
  return (from === undefined || meets(before, { [field]: from })) && (to === undefined || meets(after, { [field]: to }));
}

const fill = (text: string, lead: ModelLead): string =>
  text.replaceAll("{company}", lead.company).replaceAll("{last_name}", lead.last_name);
