import type { Random } from "@crm/local/seeded-random.ts";

/** Random workflows, and random changes of records for them. */

/** The fields of a kind that changes and workflows use. */
interface KindFields {
  /** Fields with one of a few words, in which conditions and triggers meet the changes. */
  readonly words: readonly [string, string];
  /** A field that steps write with longer texts. */
  readonly text: string;
  readonly number: string;
  readonly required: (title: string) => object;
  readonly events: readonly string[];
}

const kinds = {
  lead: {
    words: ["company", "job_title"],
    text: "timeline",
    number: "lead_number",
    required: (title) => ({ last_name: title }),
    events: ["lead.updated", "lead.status_changed", "lead.deleted"],
  },
  opportunity: {
    words: ["next_step", "name"],
    text: "description",
    number: "opportunity_number",
    required: (title) => ({ name: title }),
    events: ["opportunity.updated", "opportunity.deleted"],
  },
  ticket: {
    words: ["customer_notes", "subject"],
    text: "description",
    number: "ticket_number",
    required: (title) => ({
      subject: title,
      description: "Asked by telephone",
      requester: { email: `${title.replace(" ", "")}@mail.example` },
    }),
    events: ["ticket.updated", "ticket.deleted"],
  },
  customer: {
    words: ["sector", "payment_terms"],
    text: "description",
    number: "customer_number",
    required: (title) => ({ name: title }),
    events: ["customer.updated", "customer.deleted"],
  },
} satisfies Record<string, KindFields>;

export type RandomKind = keyof typeof kinds;
const kindNames = Object.keys(kinds) as RandomKind[];

const allWords = ["Acme", "Bolt", "Crane"];

const workingHours = { days: ["monday", "tuesday", "wednesday", "thursday", "friday"], from: "09:00", to: "17:00" };

/** One change of the history: of the record with this number among those of its kind. */
export interface RandomChange {
  readonly day: number;
  readonly kind: RandomKind;
  readonly number: number;
  readonly action: "create" | "update" | "delete";
  readonly input: Readonly<Record<string, unknown>>;
}

/** Limits the kinds of the records that change, and of the workflows, and the words that both use. */
interface Variety {
  readonly kinds: number;
  readonly words: number;
}

export function createGenerator(chance: Random, variety: Variety) {
  const words = allWords.slice(0, variety.words);
  const draw = (bound: number): number => Math.floor(chance() * bound);
  const pick = <T>(from: readonly T[]): T => from[draw(from.length)] as T;
  const isLikely = (share: number): boolean => chance() < share;
  const chosen = Array.from({ length: variety.kinds }, () => pick(kindNames));

  /** Draws the changes of a number of days, in their order. */
  function drawChanges(days: number, count: number): RandomChange[] {
    const alive: Record<RandomKind, number[]> = { lead: [], opportunity: [], ticket: [], customer: [] };
    // A request that writes the values that the record has already leaves no trace for a dry run, so there are none.
    const values = new Map<string, Record<string, unknown>>();
    const counts: Record<RandomKind, number> = { lead: 0, opportunity: 0, ticket: 0, customer: 0 };
    return Array.from({ length: count }, (_, index): RandomChange => {
      const day = Math.floor((index * days) / count);
      const kind = pick(chosen);
      const { words: fields, required } = kinds[kind];
      const living = alive[kind];
      if (living.length === 0 || isLikely(0.2)) {
        const number = counts[kind]++;
        living.push(number);
        const input = { ...required(`${kind} ${number}`), ...(isLikely(0.6) ? { [fields[0]]: pick(words) } : {}) };
        values.set(`${kind} ${number}`, { lead_status_id: "new", ...input });
        return { day, kind, number, action: "create", input };
      }
      const number = pick(living);
      if (isLikely(0.06)) {
        living.splice(living.indexOf(number), 1);
        return { day, kind, number, action: "delete", input: {} };
      }
      const known = values.get(`${kind} ${number}`) ?? {};
      const pickOther = (field: string, from: readonly string[]) => pick(from.filter((value) => value !== known[field]));
      const field = pick(fields);
      const statuses = ["new", "contacted", "qualified"];
      const status = kind === "lead" && isLikely(0.3) ? { lead_status_id: pickOther("lead_status_id", statuses) } : {};
      const input = { [field]: pickOther(field, words), ...status };
      values.set(`${kind} ${number}`, { ...known, ...input });
      return { day, kind, number, action: "update", input };
    });
  }

  const drawCondition = (kind: RandomKind): object => {
    const [first, second] = kinds[kind].words;
    if (isLikely(0.15)) return { or: [{ [first]: pick(words) }, { [second]: pick(words) }] };
    return { [pick([first, second])]: isLikely(0.3) ? [pick(words), pick(words)] : pick(words) };
  };

  function drawTrigger(kind: RandomKind): { trigger: object; where?: object } {
    const { words: fields, events } = kinds[kind];
    const where = drawCondition(kind);
    switch (draw(4)) {
      case 0:
        return { trigger: { on: "created" }, ...(isLikely(0.5) ? { where } : {}) };
      case 1:
        return { trigger: { on: "changed" }, where };
      case 2: {
        const from = isLikely(0.3) ? { from: [pick(words), pick(words)] } : {};
        const to = isLikely(0.5) ? { to: [pick(words)] } : {};
        return { trigger: { on: "changed", fields: [pick(fields)], ...from, ...to } };
      }
      default:
        return { trigger: { on: "event", event: pick(events) }, ...(isLikely(0.4) ? { where } : {}) };
    }
  }

  function drawSteps(kind: RandomKind, ids: { count: number }, depth = 1): object[] {
    const { words: fields, text, number } = kinds[kind];
    const id = (): string => `s${ids.count++}`;
    return Array.from({ length: 1 + draw(3) }, (): object => {
      const merge = `{{record.${number}}} {{record.${fields[0]}|none}} {{record.${text}|empty}}`;
      switch (draw(depth < 3 ? 9 : 7)) {
        case 0:
          return { id: id(), do: "update", set: { [text]: `Seen as ${`{{record.${fields[1]}}}`} by ${ids.count}` } };
        case 1:
          return { id: id(), do: "update", set: isLikely(0.5) ? { [pick(fields)]: pick(words) } : { tags: [pick(words)] } };
        case 2:
          return { id: id(), do: "task", subject: `Call ${merge}`, activity_type_id: "call", due_in: `${1 + draw(5)}d` };
        case 3:
          return { id: id(), do: "notify", to: [pick(["owner", "manager"])], message: `Look at ${merge}` };
        case 4:
        case 5:
          return { id: id(), do: "wait", for: `${1 + draw(6)}d` };
        case 6: {
          const by = isLikely(0.7) ? { until_where: drawCondition(kind) } : { until_event: pick(kinds[kind].events) };
          return { id: id(), do: "wait", ...by, timeout: `${1 + draw(8)}d` };
        }
        default: {
          const own = id();
          const cases = [{ where: drawCondition(kind), steps: drawSteps(kind, ids, depth + 1) }];
          return { id: own, do: "branch", cases, else: isLikely(0.5) ? drawSteps(kind, ids, depth + 1) : [] };
        }
      }
    });
  }

  /** Draws the definition of a workflow. */
  function drawWorkflow(name: string): object {
    const kind = pick(chosen);
    return {
      name,
      kind,
      ...drawTrigger(kind),
      steps: drawSteps(kind, { count: 0 }),
      enrollment: { repeat: pick(["once", "once_at_a_time", "every_time"]) },
      ...(isLikely(0.25) ? { exit: { where: drawCondition(kind) } } : {}),
      ...(isLikely(0.2) ? { window: workingHours } : {}),
    };
  }

  return { drawChanges, drawWorkflow };
}
