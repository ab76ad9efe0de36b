import { buildMasterQuery, masterPathBelow } from "./master-query.ts";

/**
 * What own pages read first, by their addresses below `/crm`. The session's request brings it, while the code of the page loads. `*` stands for the id of a
 * record. An address must be the one that the page reads; `test/console/page-list.test.ts` counts the requests of the pages.
 */
interface PageReads {
  /** The kinds whose schemas the page needs. Without it: the kind to which the address belongs. */
  readonly kinds?: readonly string[];
  /** Paths below `/api/v1` with their queries. */
  readonly list?: (page: OpenedPage) => readonly string[];
}

interface OpenedPage {
  readonly id: string;
  readonly search: Readonly<Record<string, string>>;
}

const masterPage = (path: string): PageReads => ({ kinds: [], list: () => ["/masters", `${path}?limit=100`] });

const masterValues = (master: string): string => `${masterPathBelow(master)}?${new URLSearchParams(buildMasterQuery(master))}`;

const rulePage = (first: string, more: readonly string[]): PageReads => ({
  kinds: [],
  list: ({ search: { rule = first } }) => [`/rules/${rule}`, `/rules/${rule}/versions?limit=20&expand=labels`, ...more],
});

/** The forecast of all users: with filters in the address the page reads another one. */
const listForecastReads = ({ search }: OpenedPage): readonly string[] => [
  ...(Object.keys(search).length === 0 ? ["/analytics/forecast"] : []),
  "/opportunities/stages?limit=100",
];

const clauses = "/contracts/clauses?limit=100&sort=name&order=asc";
const templatePage: PageReads = { list: ({ id }) => [`/contracts/templates/${id}?expand=labels`, clauses] };
const pricingPage: PageReads = { kinds: ["pricing_rule"] };

/** The names in the conditions and in the working time of a policy. */
const listPolicyReads = (): readonly string[] => [
  "/support/calendars?limit=100&sort=name",
  masterValues("priorities"),
  masterValues("ticket_categories"),
  masterValues("urgency_levels"),
];

/** The feed of followed records: with a choice in the address the page reads another one. */
const feedPage: PageReads = { kinds: [], list: ({ search: { of } }) => (of === undefined ? ["/feed?limit=30"] : []) };

const memberPages = (path: string, kind: string, member: string): Record<string, PageReads> => ({
  [`${path}/add`]: { kinds: [kind, member] },
  [`${path}/create`]: { kinds: [kind, member] },
  [`${path}/edit/*`]: { kinds: [kind, member] },
  ...Object.fromEntries(
    [`${path}/*`, `${path}/view/*`].map((address) => [
      address,
      { kinds: [kind, member], list: ({ id }: OpenedPage) => [`/${path}/${id}?expand=labels`] },
    ]),
  ),
});

const pages: Readonly<Record<string, PageReads>> = {
  "activities/emails": { kinds: ["message"] },
  "advanced-features/account-hierarchy": { kinds: ["customer"] },
  "advanced-features/accounts": { kinds: ["customer"] },
  "advanced-features/activity-timeline": { kinds: ["interaction"] },
  "advanced-features/automation": { kinds: ["playbook", "workflow"] },
  "advanced-features/collaboration": feedPage,
  "advanced-features/pipeline": { kinds: ["opportunity"] },
  "advanced-features/pipeline-forecast": { kinds: ["opportunity"], list: listForecastReads },
  "advanced-features/task-management": { kinds: ["activity"] },
  "advanced-features/workflow-automation": { kinds: ["workflow"], list: () => ["/workflows/templates"] },
  "campaigns/automation": { kinds: ["workflow"], list: () => ["/workflows/templates"] },
  "campaigns/email": { kinds: ["email_send"] },
  "contacts/roles": masterPage("/masters/contact-roles"),
  "contracts/templates/edit/*": templatePage,
  "contracts/templates/view/*": templatePage,
  feed: feedPage,
  inbox: { kinds: ["conversation"] },
  pages: { kinds: [] },
  "leads/assignment": rulePage("lead_assignment", [
    masterValues("territories"),
    masterValues("lead_sources"),
    masterValues("product_lines"),
  ]),
  "leads/scoring": rulePage("score_standard", [masterValues("industries")]),
  "leads/sources": masterPage("/masters/lead-sources"),
  "opportunities/forecast": { list: listForecastReads },
  "proposals/edit/*": { list: ({ id }) => [`/attachments?related_to_id=${id}&limit=100`] },
  "quotes/edit/*": { list: () => ["/rules/quote_approval"] },
  "quotes/pricing": { ...pricingPage, list: () => ["/quotes/pricing-rules?limit=100&fields=id"] },
  "quotes/pricing/create": pricingPage,
  "quotes/pricing/edit/*": pricingPage,
  "support/sla/edit/*": { list: ({ id }) => [`/support/sla/${id}?expand=labels,support_calendar`, ...listPolicyReads()] },
  ...memberPages("customers/segments", "segment", "customer"),
  ...memberPages("contacts/lists", "contact_list", "contact"),
};

/** Ids have the prefix of their kind, so no word of an address is one. */
const ID = /\/([a-z]{2,4}_[0-9a-z]+)$/;

interface ListedReads {
  /** Undefined: that of the kind to which the address belongs. */
  readonly kinds: readonly string[] | undefined;
  /** Addresses of the API. */
  readonly addresses: readonly string[];
}

/** Returns what the page at an address reads first, beyond what every page needs. */
export function listPageReads(path: string, search: string): ListedReads {
  const place = path.replace(/^\/crm\/?/, "").replace(/\/$/, "");
  const [, id = ""] = ID.exec(place) ?? [];
  const page = pages[place.replace(ID, "/*")];
  const opened = { id, search: Object.fromEntries(new URLSearchParams(search)) };
  return {
    kinds: page?.kinds,
    addresses: (page?.list?.(opened) ?? []).map((address) => `/api/v1${address.replaceAll(",", "%2C")}`),
  };
}
