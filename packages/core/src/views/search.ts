import * as z from "zod";
import { contactGrants } from "../accounts/contact/contact.kind.ts";
import { Contact } from "../accounts/contact/contact.ts";
import { customerGrants } from "../accounts/customer/customer.kind.ts";
import { Customer } from "../accounts/customer/customer.ts";
import { contractGrants } from "../agreements/contract/contract.kind.ts";
import { Contract } from "../agreements/contract/contract.ts";
import { dealGrants } from "../agreements/deal/deal.kind.ts";
import { Deal } from "../agreements/deal/deal.ts";
import { proposalGrants } from "../agreements/proposal/proposal.kind.ts";
import { Proposal } from "../agreements/proposal/proposal.ts";
import { quoteGrants } from "../agreements/quote/quote.kind.ts";
import { Quote } from "../agreements/quote/quote.ts";
import { Clock } from "../kernel/clock.ts";
import { hasPermission } from "../kernel/context.ts";
import { fn } from "../kernel/fn.ts";
import { Page } from "../kernel/page.ts";
import type { Permission } from "../kernel/permission.ts";
import { oneOf, outputInstant, query as parameter, text } from "../kernel/schema.ts";
import { fold } from "../kernel/text.ts";
import { activityGrants } from "../people/activity/activity.kind.ts";
import { SubjectActivities } from "../people/activity/subject-activities.ts";
import { attachmentGrants } from "../people/attachment/attachment.kind.ts";
import { Attachment } from "../people/attachment/attachment.ts";
import { commentGrants } from "../people/comment/comment.kind.ts";
import { Comment } from "../people/comment/comment.ts";
import { interactionGrants } from "../people/interaction/interaction.kind.ts";
import { Interaction } from "../people/interaction/interaction.ts";
import { noteGrants } from "../people/note/note.kind.ts";
import { Note } from "../people/note/note.ts";
import { personGrants } from "../people/person/person.kind.ts";
import { Person } from "../people/person/person.ts";
import { leadGrants } from "../sales/lead/lead.kind.ts";
import { Lead } from "../sales/lead/lead.ts";
import { opportunityGrants } from "../sales/opportunity/opportunity.kind.ts";
import { Opportunity } from "../sales/opportunity/opportunity.ts";
import { potentialGrants } from "../sales/potential/potential.kind.ts";
import { Potential } from "../sales/potential/potential.ts";
import { Article } from "../service/knowledge/article.ts";
import { knowledgeGrants } from "../service/knowledge/knowledge.kind.ts";
import { ticketGrants } from "../service/ticket/ticket.kind.ts";
import { Ticket } from "../service/ticket/ticket.ts";

/**
 * Search over all kinds that the caller may read. It uses the list of each kind, so the hits are those that the list shows to the caller.
 */

interface FoundRecord {
  id: string;
  created_at: string;
}

interface SearchedKind {
  access: Permission;
  /** Finds the newest hits, by the list of the kind, with their titles. */
  find(query: { search: string; limit: number }): Promise<Page<Hit>>;
}

const defineSearch = <R extends FoundRecord>(
  access: Permission,
  list: (query: { search: string; limit: number }) => Promise<Page<R>>,
  title: (record: R) => string | null | undefined,
  details: (record: R) => readonly (string | null | undefined)[] = () => [],
): SearchedKind => ({
  access,
  async find(query) {
    const { rows, meta } = await list(query);
    const hits = rows.map((record) => {
      const name = title(record) || record.id;
      const subtitle = chooseSubtitle(details(record), name, query.search);
      return { id: record.id, title: name, subtitle, created_at: record.created_at };
    });
    return new Page(hits, meta);
  },
});

interface Hit extends FoundRecord {
  title: string;
  subtitle: string | null;
}

const readDigits = (value: string): string => value.replaceAll(/\D/g, "");

/** Chooses what stands beside the title of a hit: the detail that has a word or the digits of the query, or else the first one. */
function chooseSubtitle(details: readonly (string | null | undefined)[], title: string, search: string): string | null {
  const texts = details.flatMap((detail) => (detail && detail !== title ? [detail] : []));
  const words = fold(search.trim()).split(/\s+/);
  const digits = readDigits(search);
  const matches = (detail: string): boolean =>
    words.some((word) => fold(detail).includes(word)) || (digits !== "" && readDigits(detail).includes(digits));
  return texts.find(matches) ?? texts[0] ?? null;
}

const kinds = {
  customer: defineSearch(
    customerGrants.read,
    Customer.list,
    ({ name }) => name,
    ({ email, phone, customer_number }) => [email, phone, customer_number],
  ),
  person: defineSearch(
    personGrants.read,
    Person.list,
    ({ display_name, first_name, last_name }) =>
      display_name ? display_name : [first_name, last_name].filter(Boolean).join(" "),
    ({ emails, phones }) => [...emails, ...phones],
  ),
  lead: defineSearch(
    leadGrants.read,
    Lead.list,
    ({ display_name }) => display_name,
    ({ company, email, phone }) => [company, email, phone],
  ),
  contact: defineSearch(
    contactGrants.read,
    Contact.list,
    ({ display_name }) => display_name,
    ({ email, phone, job_title }) => [email, phone, job_title],
  ),
  opportunity: defineSearch(opportunityGrants.read, Opportunity.list, ({ name }) => name),
  deal: defineSearch(
    dealGrants.read,
    Deal.list,
    ({ name, deal_number }) => name || deal_number,
    ({ deal_number }) => [deal_number],
  ),
  contract: defineSearch(
    contractGrants.read,
    Contract.list,
    ({ title }) => title,
    ({ contract_number }) => [contract_number],
  ),
  quote: defineSearch(
    quoteGrants.read,
    Quote.list,
    ({ name }) => name,
    ({ quote_number }) => [quote_number],
  ),
  proposal: defineSearch(proposalGrants.read, Proposal.list, ({ name }) => name),
  potential: defineSearch(potentialGrants.read, Potential.list, ({ potential_number, interested_products }) =>
    [potential_number, ...interested_products].join(", "),
  ),
  ticket: defineSearch(
    ticketGrants.read,
    Ticket.list,
    ({ subject }) => subject,
    ({ ticket_number }) => [ticket_number],
  ),
  knowledge_article: defineSearch(knowledgeGrants.read, Article.list, ({ title }) => title),
  activity: defineSearch(activityGrants.read, SubjectActivities.list, ({ subject }) => subject),
  interaction: defineSearch(interactionGrants.read, Interaction.list, ({ subject }) => subject),
  note: defineSearch(noteGrants.read, Note.list, ({ title, excerpt }) => title || excerpt),
  comment: defineSearch(commentGrants.read, Comment.list, ({ excerpt }) => excerpt),
  attachment: defineSearch(attachmentGrants.read, Attachment.list, ({ file_name }) => file_name),
} as const satisfies Record<string, SearchedKind>;

export type Type = keyof typeof kinds;
export const types = Object.keys(kinds) as [Type, ...Type[]];

export const Result = z.object({
  id: z.string(),
  type: oneOf(types),
  title: z.string(),
  subtitle: z
    .string()
    .nullable()
    .describe("A detail beside the title, such as the company of a lead: one that the query names, or else the first one"),
  created_at: outputInstant(),
});
export type Result = z.output<typeof Result>;

/** The default number of hits of each kind. */
const DEFAULT_LIMIT = 5;

const typePattern = `(${types.join("|")})`;

const Query = z.strictObject({
  q: text(200).describe("Each of these words must begin a word of the record"),
  types: z
    .string()
    .regex(new RegExp(`^${typePattern}(,${typePattern})*$`), `Must be one or several of ${types.join(", ")}, separated by commas`)
    .meta({ examples: ["lead,customer"] })
    .optional()
    .describe("Only these types. Default: all types that the caller may read"),
  limit: parameter.int(1, 20).optional().describe(`Maximum for each type. Default: ${DEFAULT_LIMIT}`),
});

/** Searches all kinds. Records whose title starts with the query come first, then newer records. The list of a kind shows further hits. */
export const search = fn(Query, async ({ q, types: typeFilter, limit = DEFAULT_LIMIT }): Promise<Page<Result>> => {
  const requestedTypes = types.filter(
    (type) => hasPermission(kinds[type].access) && (typeFilter === undefined || typeFilter.split(",").includes(type)),
  );
  const pages = await Promise.all(
    requestedTypes.map((type) => (q.trim() === "" ? undefined : kinds[type].find({ search: q, limit }))),
  );
  const hits = pages.flatMap(
    (page, index) => page?.rows.map((hit): Result => ({ ...hit, type: requestedTypes[index] as Type })) ?? [],
  );
  const prefix = fold(q.trim());
  const rank = ({ title }: Result): number => (fold(title).startsWith(prefix) ? 0 : 1);
  hits.sort((a, b) => rank(a) - rank(b) || (a.created_at < b.created_at ? 1 : -1));
  const total = pages.reduce((sum, page) => sum + (page?.meta.total ?? 0), 0);
  const isBound = pages.some((page) => page?.meta.total_is_lower_bound);
  const meta = { page: 1, limit, total, totalPages: 1, next_cursor: null, as_of: Clock.now() };
  return new Page(hits, isBound ? { ...meta, total_is_lower_bound: true } : meta);
});

export * as Search from "./search.ts";
