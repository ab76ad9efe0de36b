/** What the document says of each heading. A heading of which nothing is said stands by its name. */
const about: Readonly<Record<string, string>> = {
  Activities:
    "What was done or is planned with a lead, a customer, a contact, an opportunity, a deal or a potential: calls, mails, meetings, tasks, notes.",
  "API keys": "Keys by which programs act, each with a role and a limit of its own.",
  Attachments: "Files of records: what they are, and a short link to each.",
  Audit: "Who changed what, when and why, with the values before and after.",
  "Bulk changes":
    "Many records changed, deleted or restored in the background, with what became of each, and how to take it back.",
  "Booking links": "Addresses at which strangers book a time of a user.",
  Contacts: "People at customers or behind leads, with their roles.",
  "Custom fields": "Fields that the tenant adds to its records, and the document of operations with them in it.",
  Customers: "Companies and individuals who buy, with all that is known of them.",
  Deals: "What was agreed with a customer, from its draft to its end, with the services that it is made of.",
  Exports: "Files of lists, made in the background.",
  Forms: "Forms of the tenant's websites, and what came in by them.",
  Imports: "Files that are brought in: how far they are, which rows were refused and why, and how to take them back.",
  Interactions: "What was said with whom, by which channel, and how it felt.",
  Journey: "Which way a person came, step by step.",
  Leads: "Who may become a customer: scored, assigned, followed up and converted.",
  Masters: "Master data by kind: what choices there are. Inputs take their ids or codes.",
  Notes: "What somebody writes down about a record, for whoever sees that, or for themselves.",
  Notifications: "What the user was told of, and what they want to be told of.",
  Opportunities: "Deals under way, by stage, with their amounts.",
  Persons: "The humans behind leads, contacts and customers: contact points, consent, duplicates, merges.",
  Potentials: "What a person may come to buy, before it is an opportunity or an order.",
  Public: "What websites and mails of the tenant call, without signing in.",
  Rules: "What the tenant decides by: scores, assignment, conversion; in versions that are tried before they are in force.",
  Search: "What there is of all kinds, by its words.",
  "Search paths": "Paths into records by which the tenant finds them, where no field is made for it.",
  Tags: "Words by which records of any kind are grouped, with how many bear each.",
  "Sign-in": "Who asks: signing up, in and out, passwords and sessions.",
  System: "What describes the system itself.",
  Teams: "Teams of users, whom visibility goes by.",
  Tenant: "The tenant and its settings.",
  Uploads: "Places for files that are larger than a request.",
  Views: "Lists that somebody comes back to, with their conditions, order and columns.",
  Users: "Who works here, in which role, and when they are available.",
};

export const tagged = (names: Iterable<string>): { name: string; description?: string }[] =>
  [...names].map((name) => ({ name, ...(about[name] ? { description: about[name] } : {}) }));
