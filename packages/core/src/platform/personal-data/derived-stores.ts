import type { ObjectKind } from "../../kernel/capabilities.ts";
import type { DataClass, SubjectCategory } from "../../kernel/personal-data.ts";
import type { Keyspace } from "../../kernel/scope.ts";

/**
 * Personal data outside of the records: items that are derived from records, items beside them, objects and logs. A test compares the names
 * of items, keyspaces and kinds of objects with the code, so that a new one must be declared here.
 */
interface DerivedStore {
  readonly name: string;
  /** Names of items (`T#<tenant>#WORD#…`), items beside a record (`~match`), keyspaces (`S#LOGIN#…`) or kinds of objects. */
  readonly items?: readonly string[];
  readonly besideRecords?: readonly string[];
  readonly keyspaces?: readonly Keyspace[];
  readonly objects?: readonly ObjectKind[];
  readonly purpose: string;
  readonly classes: readonly DataClass[];
  readonly subject: SubjectCategory;
  readonly retention: string;
  /** How the data of one person are found in it, and how they change with the person's records. */
  readonly follows: string;
}

const WITH_RECORD = "As long as the record.";
const FROM_STREAM = "The stream consumer writes it again at each change of the record, and deletes it with the record.";

export const derivedStores: readonly DerivedStore[] = [
  {
    name: "Search words",
    items: ["WORD"],
    purpose: "Find records by words of their names and numbers.",
    classes: ["identity", "contact", "identifier"],
    subject: "person",
    retention: WITH_RECORD,
    follows: `The entry ends with the id of the record. ${FROM_STREAM}`,
  },
  {
    name: "Index entries with rows",
    items: ["PLACE", "SEEN", "PATH", "ORDER", "TERM"],
    purpose: "List records by a value, or by who may see them, without reading each record.",
    classes: ["identity", "contact", "relationship", "free_text", "insurance"],
    subject: "person",
    retention: WITH_RECORD,
    follows: `The entry holds the id and the row of the record. ${FROM_STREAM}`,
  },
  {
    name: "Locks of unique values",
    items: [
      "POINT",
      "EXTERNAL",
      "NAME",
      "TAXID",
      "CUSTOM",
      "UNIQUE",
      "PERSONCUSTOMER",
      "CONTACT",
      "PRIMARY",
      "UPSERT",
      "MERGING",
    ],
    purpose: "Keep values unique, and find the record that has a value.",
    classes: ["contact", "identifier", "government_id", "identity"],
    subject: "person",
    retention: WITH_RECORD,
    follows:
      "The key is a hash of the value without a key of its own, the item holds the id of the record. The write of the record changes it.",
  },
  {
    name: "Comparison of persons",
    items: ["BLOCK"],
    besideRecords: ["match"],
    purpose: "Find profiles that may be the same person.",
    classes: ["identity", "contact", "birth"],
    subject: "person",
    retention: WITH_RECORD,
    follows: `\`~match\` lies beside the person and holds values and keyed hashes; a block holds ids. ${FROM_STREAM}`,
  },
  {
    name: "Checkpoints and visibility",
    besideRecords: ["checkpoint", "path", "tags", "sets", "sight", "seen"],
    purpose: "Count each change once, and know who may see a record.",
    classes: ["reference", "relationship", "free_text"],
    subject: "person",
    retention: WITH_RECORD,
    follows: "The item lies in the collection of the record and is named after its id. The stream consumer changes it.",
  },
  {
    name: "Members of segments and lists",
    items: ["MEMBERS"],
    purpose: "List the persons and customers of a segment or contact list.",
    classes: ["reference", "identity", "relationship"],
    subject: "person",
    retention: "As long as the person belongs to the set.",
    follows: "The entry ends with the id of the member; `~sets` beside the record names its sets.",
  },
  {
    name: "Sums by person",
    items: ["COUNT"],
    purpose: "Count records by owner, value, day and person.",
    classes: ["reference", "behavior"],
    subject: "person",
    retention: "Without limit. Sums of deleted records go back to zero.",
    follows: "Scopes that begin with, or contain, the id of a person or user are theirs.",
  },
  {
    name: "Re-engagement ledger",
    items: ["REENGAGED", "REENGAGEDBY", "REENGAGEDNOTE"],
    purpose: "Have one win-back campaign contact a person at a time.",
    classes: ["reference", "relationship"],
    subject: "person",
    retention: "As long as the person is in a batch.",
    follows: "The key contains the id of the person or of the purchase.",
  },
  {
    name: "Claims of campaign members and responses",
    items: ["CAMPAIGNMEMBER", "CAMPAIGNRESPONSE"],
    purpose: "Add a person to a campaign once, and count a response once.",
    classes: ["reference", "behavior"],
    subject: "person",
    retention: "Without limit, so that a removed person is not added again.",
    follows:
      "The sort key of a member's claim is the id of the person. A response's claim has the id of the member, which contains that of the person.",
  },
  {
    name: "Limits and days of messages",
    items: ["MESSAGECAP", "MESSAGEDAY"],
    purpose: "Send a person no more messages than the tenant allows.",
    classes: ["reference", "communication"],
    subject: "person",
    retention: "3 days, then deleted by expiry.",
    follows: "The key contains the id of the person.",
  },
  {
    name: "References of messages and threads",
    items: ["MESSAGEREF", "CONVERSATION", "TICKETMAIL", "TICKETTEXT", "MAILHIT", "HOOKHELD"],
    purpose: "Assign replies, receipts, opens and waiting deliveries to messages and tickets.",
    classes: ["reference", "communication", "behavior"],
    subject: "person",
    retention: "Threads 400 days by expiry, opens until the message is processed, references as long as the message.",
    follows: "The item holds the id of the message, conversation or ticket, which leads to the person.",
  },
  {
    name: "Claims of mails to many",
    items: ["EMAILSEND"],
    purpose: "Send one mail of a mailing to each mailbox.",
    classes: ["contact", "reference"],
    subject: "person",
    retention: "90 days, then deleted by expiry.",
    follows: "The sort key is a keyed hash of the address; the item holds the id of the person.",
  },
  {
    name: "Suppressed addresses",
    items: ["SUPPRESSED"],
    purpose: "Send nothing to addresses that refuse it.",
    classes: ["contact", "consent"],
    subject: "person",
    retention: "Without limit, as a keyed hash: the refusal must outlast the profile.",
    follows: "The key is a keyed hash of the address.",
  },
  {
    name: "Pending consent",
    items: ["OPTIN"],
    purpose: "Have the owner of an address confirm consent to marketing.",
    classes: ["contact", "consent", "reference"],
    subject: "person",
    retention: "30 days, then deleted by expiry.",
    follows: "The key is a keyed hash of the address; the item holds the id of the person.",
  },
  {
    name: "Sent codes",
    items: ["VERIFY"],
    purpose: "Verify contact points.",
    classes: ["contact", "credential"],
    subject: "person",
    retention: "2 days, then deleted by expiry.",
    follows: "The key contains the id of the contact point.",
  },
  {
    name: "Bookings under way",
    items: ["BOOKING", "BOOKED"],
    purpose: "Book each slot once, and repeat the answer of a repeated request.",
    classes: ["contact", "identity", "relationship"],
    subject: "person",
    retention: "Locks 7 days after the slot, answers 8 days, then deleted by expiry.",
    follows: "The key is a hash of link, day and address; the answer holds the id of the booking.",
  },
  {
    name: "Answers of repeated requests",
    items: ["ANSWER", "PLAN", "ONCE"],
    purpose: "Answer a repeated request with the result of the first.",
    classes: ["identity", "contact", "free_text", "relationship"],
    subject: "person",
    retention:
      "24 hours for requests of the interface, 8 days for forms, up to 60 days for received messages and webhooks, then deleted by expiry.",
    follows:
      "The stored answer holds the record as it was written. It is found only by the key of the request, and ends by expiry.",
  },
  {
    name: "Progress and row logs of jobs",
    items: ["JOB", "REHEARSAL"],
    purpose: "Continue, report and undo imports, bulk changes, conversions and merges.",
    classes: ["reference", "free_text"],
    subject: "person",
    retention: "Row logs of imports 7 days, of bulk changes 30 days, dry runs 24 hours; progress until the job has ended.",
    follows: "Entries hold ids of records and, for an undo, values before the change. Rejected rows of imports are sealed.",
  },
  {
    name: "Feed of events",
    items: ["FEED", "FEEDCHANGES", "FEEDTO", "SENDING"],
    purpose: "Send changes to webhook endpoints of the tenant, once each and in order.",
    classes: ["reference"],
    subject: "person",
    retention: "30 days, then deleted by expiry.",
    follows: "Events hold ids of records and no values. The payload is read from the record when it is sent.",
  },
  {
    name: "Followers",
    items: ["FOLLOWER", "FOLLOWED"],
    purpose: "Tell users about comments on the records that they follow, and show what happened to these.",
    classes: ["relationship", "reference"],
    subject: "user",
    retention: "Without limit. Items of removed records are never shown.",
    follows: "One item lies below the id of the record, one below the id of the user. They hold no other data.",
  },
  {
    name: "Archived audit entries",
    items: ["ARCHIVE"],
    objects: ["audit"],
    purpose: "Prove who changed which data, and when.",
    classes: ["free_text", "technical", "reference"],
    subject: "person",
    retention: "Without limit, from 90 days after the change (`CRM_AUDIT_DAYS`).",
    follows: "Parts lie in the history of each record. Values are shown by the present class of their field.",
  },
  {
    name: "Archived records",
    objects: ["records"],
    purpose: "Keep old records of a tenant readable at the cost of the object store.",
    classes: ["communication", "behavior", "free_text", "reference"],
    subject: "person",
    retention:
      "As long as the record; an outdated copy of a record that was changed stays. From 365 days after the event (`CRM_ARCHIVE_DAYS`).",
    follows: "Stubs in the collection of the person name the parts. Lines hold the stored item of the record.",
  },
  {
    name: "Files and documents",
    objects: ["uploads", "attachments", "documents"],
    purpose: "Keep uploaded files, and documents of quotes, proposals, contracts and signatures.",
    classes: ["free_text", "financial", "identity"],
    subject: "person",
    retention:
      "Unused uploads until their expiry, others as long as the attachment or record; a deleted attachment can be restored for 30 days.",
    follows: "The record names the object by its key.",
  },
  {
    name: "Received mails",
    objects: ["mails"],
    purpose: "Read received mail again, and prove what was received.",
    classes: ["communication", "contact", "free_text"],
    subject: "person",
    retention: "As long as the record of the mail.",
    follows: "The object is named after the record `inbound_mail`.",
  },
  {
    name: "Files of imports and exports",
    objects: ["imports", "exports"],
    purpose: "Read the rows of an import, and hand over the rows of an export.",
    classes: ["identity", "contact", "free_text", "financial", "insurance"],
    subject: "person",
    retention: "7 days.",
    follows: "The object is named after the record of the job. Rows are not found by person.",
  },
  {
    name: "Columns of lists",
    objects: ["columns"],
    items: ["COLUMNS"],
    purpose: "Filter and sort long lists by any field.",
    classes: ["reference", "relationship", "behavior", "financial", "consent", "identity", "contact", "free_text"],
    subject: "person",
    retention: "25 days. They are then built again from the records.",
    follows:
      "Lists show the records as they are now. The values of a changed or erased record leave when its segment is written again, after 25 days at the latest.",
  },
  {
    name: "Export for analysts",
    objects: ["lake"],
    purpose: "Analyze records in SQL. The export is off until an operator starts it.",
    classes: ["reference", "relationship", "behavior", "financial", "consent", "identity", "contact", "free_text"],
    subject: "person",
    retention: "60 days after the last run. A run writes each object again after 30 days.",
    follows:
      "Columns that say who a person is are left out unless the operator asks for them. The next run writes the days of changed and deleted records again; a full run writes all.",
  },
  {
    name: "Sign-in of users",
    besideRecords: ["session", "password", "told"],
    keyspaces: ["login", "refresh", "reset", "api_key"],
    items: ["CALENDAR"],
    purpose: "Sign users in, and show them their sessions.",
    classes: ["credential", "technical", "contact"],
    subject: "user",
    retention:
      "Sessions 30 days after their last use, requests for a password 24 hours, passwords as hashes and logins as long as the user.",
    follows: "Sessions and password lie beside the user; the login is a hash of the email address.",
  },
  {
    name: "Sent reminders and invitations",
    besideRecords: ["texted", "invited"],
    purpose: "Remind and invite each participant of an activity once.",
    classes: ["contact", "reference", "communication"],
    subject: "person",
    retention: "Up to 90 days after the activity, then deleted by expiry.",
    follows: "The item lies beside the activity and names the participant.",
  },
  {
    name: "Throttles",
    keyspaces: ["throttle"],
    items: ["RATE"],
    purpose: "Refuse too many tries.",
    classes: ["technical", "contact"],
    subject: "person",
    retention: "Up to 24 hours, then deleted by expiry.",
    follows: "The key is a hash of an address, an IP address or an id. Nothing leads from a person to it but the same hash.",
  },
  {
    name: "Work of users",
    items: ["LOAD", "QUEUE", "PRESENCE", "FORECAST", "ADMINS", "OPEN"],
    purpose: "Distribute tickets, show who works on a record, and limit the jobs that a user starts.",
    classes: ["employment", "behavior"],
    subject: "user",
    retention: "Presence for seconds, lists of started jobs for 90 days, others as long as the user.",
    follows: "The key contains the id of the user or record.",
  },
  {
    name: "Recent records of users",
    besideRecords: ["recent"],
    purpose: "Let users return to the records that they opened last.",
    classes: ["behavior", "reference"],
    subject: "user",
    retention: "The 50 newest visits of 90 days; the item is deleted by expiry 90 days after the last visit.",
    follows: "The item lies beside the user and is named after the user's id. It holds ids of records and times.",
  },
  {
    name: "Readers of articles",
    items: ["READER"],
    purpose: "Count one opinion of each reader.",
    classes: ["behavior", "technical"],
    subject: "person",
    retention: "As long as the feedback.",
    follows: "The key is a keyed hash of the reader. Nothing leads from a person to it.",
  },
  {
    name: "Dead letters, parked records and queues of tenants",
    purpose: "Repeat changes and events whose processing failed, and derive those of tenants that were set aside.",
    classes: ["free_text", "reference"],
    subject: "person",
    retention:
      "Until an operator has repeated them; in a queue until its drain, within a minute or as long as its records conflict.",
    follows:
      "Parked records of the stream hold the item as stored; messages of queues hold ids. They are found by the key of the record.",
  },
  {
    name: "Logs and traces",
    purpose: "Find failures.",
    classes: ["reference"],
    subject: "person",
    retention: "As the deployment sets the retention of its log groups.",
    follows: "Lines hold ids of tenants, users and records and no values of records.",
  },
  {
    name: "Backups and point-in-time recovery",
    purpose: "Restore the system after a failure.",
    classes: ["identity", "contact", "free_text"],
    subject: "person",
    retention: "Point-in-time recovery 35 days at most; backup files as the operator keeps them.",
    follows: "A backup holds the items of its time. Nothing in it follows a person.",
  },
];

/** Items, keyspaces and kinds of objects that hold nothing about a person: settings, locks of the tenant's own data, numbers and counters. */
export const itemsWithoutPersonalData: readonly string[] = [
  "APIKEYS",
  "BACKFILL",
  "DEALSOF",
  "ENROLLED",
  "ENVELOPE",
  "FOLLOWUP",
  "GAPLESS",
  "HOOKREFUSED",
  "INTAKE",
  "LEADSOF",
  "MAILADDRESS",
  "MANAGEDWORKFLOWS",
  "MATCHING",
  "NUMBER",
  "PATHS",
  "PAYMENTHOOK",
  "PRICE",
  "PRICING",
  "QUOTEOF",
  "SCORING",
  "SEQUENCE",
  "SIGNOF",
  "SKU",
  "SLA",
  "TAG",
  "TREE",
  "VIEWS",
  "WALK",
  "WATCHES",
  "WORKFLOWQUOTA",
  "WORKFLOWROTATION",
];

/** Items beside a record with nothing about a person: the terms by which an article is found. */
export const besideRecordsWithoutPersonalData: readonly string[] = ["terms"];

export const keyspacesWithoutPersonalData: readonly Keyspace[] = [
  "claim",
  "due",
  "form",
  "hook",
  "migration",
  "signing_key",
  "slug",
  "tenants",
  "watermark",
];

export const objectsWithoutPersonalData: readonly ObjectKind[] = ["recounts"];
