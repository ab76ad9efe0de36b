/**
 * What the examples of the document send, as somebody would write it. What is not here is generated, with the fields that an operation
 * requires and those of `telling`. Master data stands by its code, so that the examples hold in every tenant.
 */
export const inputsWith = (ids: Readonly<Record<string, string>>): Readonly<Record<string, Record<string, unknown>>> => ({
  signup: {
    tenant_name: "Harbour Insurance",
    tenant_slug: "harbour",
    first_name: "Ada",
    last_name: "Quist",
    email: "ada@harbour.example",
    password: "a-long-sentence-of-mine",
  },
  createApiKey: { name: "Website", role: "SALES_REP" },
  createUser: { email: "uma@harbour.example", first_name: "Uma", last_name: "Berg", role: "SALES_REP" },
  createTeam: { name: "North" },
  createMaster: { name: "Offshore wind", code: "offshore_wind" },
  createLeadSource: { name: "Boat show", code: "boat_show" },
  createOpportunityStage: { name: "Legal review", code: "legal_review" },
  createCustomField: { entity_type: "lead", field_name: "fleet_size", field_label: "Size of the fleet", field_type: "number" },
  createLead: {
    full_name: "Grace Hopper",
    email: "grace@navy.example",
    phone: "+14155550123",
    company: "Navy",
    lead_source_id: "web",
    tags: ["fleet"],
  },
  queryLeads: { where: { or: [{ company: { prefix: "nav" } }, { tags: { has: "fleet" } }] }, limit: 20 },
  createPerson: {
    first_name: "Grace",
    last_name: "Hopper",
    contact_points: [{ contact_type: "email", contact_value: "grace.hopper@navy.example" }],
  },
  resolvePerson: { first_name: "Grace", last_name: "Hopper", emails: ["grace@navy.example"] },
  createCustomer: { name: "Navy", customer_type: "business", email: "office@navy.example" },
  createForm: { name: "Ask for a quote", kind: "web_form" },
  createUpload: { file_name: "leads.csv", content_type: "text/csv", size: 2048 },
  createSearchPath: { entity: "lead", path: "auto_data.vehicles[].vin" },
  updateTenant: { settings: { default_country: "DE" } },
  readAllNotifications: {},
  createInteraction: {
    personal_key_id: ids.person,
    interaction_type_id: "phone",
    channel: "phone",
    subject: "Asked for a quote",
    summary: "Wants to insure a fleet of five",
  },
  createContact: { first_name: "Alan", last_name: "Turing", email: "alan@navy.example", customer_id: ids.customer },
  createOpportunity: { name: "Fleet policy", customer_id: ids.customer },
  assignLeads: { lead_ids: [ids.lead], method: "LIST", owner_id: ids.user },
});

/** Fields that an example says although they may stay away: they show what the operation is for. */
export const telling: ReadonlySet<string> = new Set([
  "first_name",
  "last_name",
  "email",
  "name",
  "company",
  "subject",
  "customer_id",
  "method",
  "upload_id",
  "lead_score",
  "reason",
  "note",
  "is_verified",
  "city",
  "opportunity",
  "contact_value",
  "stage",
  "field_label",
  "capacity",
]);

/** What fields of a name say, wherever they stand. */
export const values: Readonly<Record<string, unknown>> = {
  first_name: "Grace",
  last_name: "Hopper",
  company: "Navy",
  job_title: "Rear Admiral",
  subject: "Asked for a quote",
  city: "Hamburg",
  note: "As agreed in the meeting of Monday",
  reason: "Met at the boat show",
  contact_value: "hopper@navy.example",
  lead_status_id: "contacted",
  interaction_type_id: "phone",
  activity_type_id: "note",
  channel: "email",
};
