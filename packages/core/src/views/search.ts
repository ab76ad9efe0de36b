import * as z from "zod";
import { activityGrants } from "../activity/activity.domain.ts";
import { Activities } from "../activity/visible.ts";
import { attachmentGrants } from "../attachment/attachment.domain.ts";
import { Attachment } from "../attachment/attachment.ts";
import { contactGrants } from "../contact/contact.domain.ts";
import { Contact } from "../contact/contact.ts";
import { contractGrants } from "../contract/contract.domain.ts";
import { Contract } from "../contract/contract.ts";
import { customerGrants } from "../customer/customer.domain.ts";
import { Customer } from "../customer/customer.ts";
import { dealGrants } from "../deal/deal.domain.ts";
import { Deal } from "../deal/deal.ts";
import { interactionGrants } from "../interaction/interaction.domain.ts";
import { Interaction } from "../interaction/interaction.ts";
import { Clock } from "../kernel/clock.ts";
import { may } from "../kernel/context.ts";
import { fn } from "../kernel/fn.ts";
import { Page } from "../kernel/page.ts";
import type { Permission } from "../kernel/permission.ts";
import { oneOf, query as parameter, shownInstant, text } from "../kernel/schema.ts";
import { fold } from "../kernel/text.ts";
import { Article } from "../knowledge/article.ts";
import { knowledgeGrants } from "../knowledge/knowledge.domain.ts";
import { leadGrants } from "../lead/lead.domain.ts";
import { Lead } from "../lead/lead.ts";
import { noteGrants } from "../note/note.domain.ts";
import { Note } from "../note/note.ts";
import { opportunityGrants } from "../opportunity/opportunity.domain.ts";
import { Opportunity } from "../opportunity/opportunity.ts";
import { personGrants } from "../person/person.domain.ts";
import { Person } from "../person/person.ts";
import { potentialGrants } from "../potential/potential.domain.ts";
import { Potential } from "../potential/potential.ts";
import { proposalGrants } from "../proposal/proposal.domain.ts";
import { Proposal } from "../proposal/proposal.ts";
import { quoteGrants } from "../quote/quote.domain.ts";
import { Quote } from "../quote/quote.ts";
import { ticketGrants } from "../ticket/ticket.domain.ts";
import { Ticket } from "../ticket/ticket.ts";

/** Search over all kinds that the caller may read: the list of each is asked for the same words, so that whoever sees a hit sees it there. */

interface Found {
  id: string;
  created_at: string;
}

interface Searched {
  access: Permission;
  /** The newest that are found, as the list of the kind has them, and what they are called. */
  find(asked: { search: string; limit: number }): Promise<Page<Hit>>;
}

const searched = <R extends Found>(
  access: Permission,
  list: (asked: { search: string; limit: number }) => Promise<Page<R>>,
  title: (record: R) => string | null | undefined,
): Searched => ({
  access,
  async find(asked) {
    const { rows, meta } = await list(asked);
    const hits = rows.map((record) => ({ id: record.id, title: title(record) || record.id, created_at: record.created_at }));
    return new Page(hits, meta);
  },
});

interface Hit extends Found {
  title: string;
}

const kinds = {
  customer: searched(customerGrants.read, Customer.list, ({ name }) => name),
  person: searched(personGrants.read, Person.list, ({ display_name, first_name, last_name }) =>
    display_name ? display_name : [first_name, last_name].filter(Boolean).join(" "),
  ),
  lead: searched(leadGrants.read, Lead.list, ({ display_name }) => display_name),
  contact: searched(contactGrants.read, Contact.list, ({ display_name }) => display_name),
  opportunity: searched(opportunityGrants.read, Opportunity.list, ({ name }) => name),
  deal: searched(dealGrants.read, Deal.list, ({ name, deal_number }) => name || deal_number),
  contract: searched(contractGrants.read, Contract.list, ({ title }) => title),
  quote: searched(quoteGrants.read, Quote.list, ({ name }) => name),
  proposal: searched(proposalGrants.read, Proposal.list, ({ name }) => name),
  potential: searched(potentialGrants.read, Potential.list, ({ potential_number, interested_products }) =>
    [potential_number, ...interested_products].join(", "),
  ),
  ticket: searched(ticketGrants.read, Ticket.list, ({ subject }) => subject),
  knowledge_article: searched(knowledgeGrants.read, Article.list, ({ title }) => title),
  activity: searched(activityGrants.read, Activities.list, ({ subject }) => subject),
  interaction: searched(interactionGrants.read, Interaction.list, ({ subject }) => subject),
  note: searched(noteGrants.read, Note.list, ({ title, excerpt }) => title || excerpt),
  attachment: searched(attachmentGrants.read, Attachment.list, ({ file_name }) => file_name),
} as const satisfies Record<string, Searched>;

export type Type = keyof typeof kinds;
export const types = Object.keys(kinds) as [Type, ...Type[]];

export const Result = z.object({
  id: z.string(),
  type: oneOf(types),
  title: z.string(),
  created_at: shownInstant(),
});
export type Result = z.output<typeof Result>;

/** So many of each kind are shown unless told otherwise. */
const USUAL = 5;

const oneType = `(${types.join("|")})`;

const Query = z.strictObject({
  q: text(200).describe("Each of these must begin a word of the record"),
  types: z
    .string()
    .regex(new RegExp(`^${oneType}(,${oneType})*$`), `One or several, separated by commas, of ${types.join(", ")}`)
    .meta({ examples: ["lead,customer"] })
    .optional()
    .describe("Only these; all that the caller may read unless told otherwise"),
  limit: parameter.int(1, 20).optional().describe(`Of each type; ${USUAL} unless told otherwise`),
});

/** Whose title begins with what is asked for comes first; then what is younger. The list of a kind goes on where its hits end. */
export const search = fn(Query, async ({ q, types: asked, limit = USUAL }): Promise<Page<Result>> => {
  const wanted = types.filter((type) => may(kinds[type].access) && (asked === undefined || asked.split(",").includes(type)));
  const pages = await Promise.all(wanted.map((type) => (q.trim() === "" ? undefined : kinds[type].find({ search: q, limit }))));
  const hits = pages.flatMap((page, at) => page?.rows.map((hit): Result => ({ ...hit, type: wanted[at] as Type })) ?? []);
  const begun = fold(q.trim());
  const rank = ({ title }: Result): number => (fold(title).startsWith(begun) ? 0 : 1);
  hits.sort((a, b) => rank(a) - rank(b) || (a.created_at < b.created_at ? 1 : -1));
  const total = pages.reduce((sum, page) => sum + (page?.meta.total ?? 0), 0);
  const isBound = pages.some((page) => page?.meta.total_is_lower_bound);
  const meta = { page: 1, limit, total, totalPages: 1, next_cursor: null, as_of: Clock.now() };
  return new Page(hits, isBound ? { ...meta, total_is_lower_bound: true } : meta);
});

export * as Search from "./search.ts";
