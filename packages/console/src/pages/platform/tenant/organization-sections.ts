import { nameRole, roleNames } from "../../../frame/profile/role-name.ts";
import type { Translate } from "../../../ui/i18n/use-text.ts";

/** The sections of the organization's settings, their fields, and what a change does. */

interface Choice {
  readonly id: string;
  readonly label: string;
}

export interface SettingField {
  /** The path of the field in the tenant, as the API names it in errors. */
  readonly path: string;
  readonly label: string;
  readonly help?: string;
  /** What a change does. The form says it before the user saves. */
  readonly effect?: string;
  readonly input:
    | "text"
    | "color"
    | "area"
    | "lines"
    | "words"
    | "number"
    | "switch"
    | "choice"
    | "choices"
    | "zone"
    | "currency"
    | "country"
    | "language"
    | "time"
    | "logo";
  readonly choices?: readonly Choice[];
  readonly min?: number;
  readonly max?: number;
  /** An empty field is sent as null. */
  readonly isOptional?: boolean;
}

export interface SettingSection {
  readonly id: string;
  readonly title: string;
  readonly description: string;
  readonly fields: readonly SettingField[];
}

const days = (path: string, label: string, max: number, help: string, min = 0): SettingField => ({
  ...{ path: `settings.${path}`, label, help, input: "number", min, max },
});

/** Lists the sections that can be changed, in the order of the page. */
export function listSections(t: Translate): SettingSection[] {
  const owners = [
    { id: "creator", label: t("The user who creates the record") },
    { id: "unassigned", label: t("No user: others take it") },
    { id: "rule", label: t("A user whom the rule chooses") },
  ];
  const owner = (path: string, label: string): SettingField => ({
    ...{ path: `settings.${path}`, label, input: "choice", choices: owners },
    effect: t("New records get their owner in this way. Existing ones keep theirs."),
  });
  return [
    {
      id: "general",
      title: t("Name and region"),
      description: t("Your name, and how times and amounts are written."),
      fields: [
        {
          path: "name",
          label: t("Company name"),
          input: "text",
          help: t("Users see it in the menu, customers in mails and on pages."),
        },
        {
          ...{ path: "settings.timezone", label: t("Time zone"), input: "zone" },
          help: t("For reminders, working hours and reports"),
          effect: t("Reminders, days in reports and working hours follow the new time zone within a minute."),
        },
        {
          ...{ path: "settings.currency", label: t("Currency"), input: "currency" },
          help: t("For new records and totals"),
          effect: t("Existing amounts keep their currency. Totals are converted with your exchange rates."),
        },
        {
          ...{ path: "settings.default_country", label: t("Country"), input: "country" },
          help: t("Phone numbers without a country code belong to it."),
          effect: t("Phone numbers that are stored already do not change."),
        },
        {
          ...{ path: "settings.letterhead.language", label: t("Language of documents"), input: "language" },
          help: t("If a customer has no other one."),
        },
      ],
    },
    {
      id: "brand",
      title: t("Brand and documents"),
      description: t("Customers see them on offers, invoices, pages and mails."),
      fields: [
        {
          path: "settings.letterhead.logo_upload_id",
          label: t("Logo"),
          input: "logo",
          isOptional: true,
          help: t("PNG or JPEG, at most 1 MB"),
        },
        {
          ...{ path: "settings.brand_color", label: t("Color"), input: "color", isOptional: true },
          help: t("Used on pages, mails and documents."),
          effect: t("Documents and mails that were sent already keep the former color."),
        },
        {
          ...{ path: "settings.letterhead.sender", label: t("Sender"), input: "lines" },
          help: t("One line each: the name, then the postal address. Without an address no marketing mail is sent."),
        },
        {
          path: "settings.letterhead.footer",
          label: t("Footer"),
          input: "text",
          isOptional: true,
          help: t("Register, tax number or bank, at the foot of each page"),
        },
        {
          path: "settings.letterhead.tax_id",
          label: t("Tax number"),
          input: "text",
          isOptional: true,
          help: t("Invoices state it."),
        },
        {
          ...{ path: "settings.letterhead.paper", label: t("Paper"), input: "choice" },
          choices: [
            { id: "A4", label: "A4" },
            { id: "LETTER", label: t("US letter") },
          ],
        },
      ],
    },
    {
      id: "security",
      title: t("Security"),
      description: t(
        "Passwords have at least 10 characters, and common ones are refused. A browser that is not used for 30 days is signed out.",
      ),
      fields: [
        {
          ...{ path: "settings.second_factor_required_for", label: t("Second factor required for"), input: "choices" },
          choices: [{ id: "ALL", label: t("All users") }, ...roleNames.map((role) => ({ id: role, label: nameRole(role, t) }))],
          help: t("Without a choice, each user decides."),
          effect: t("These users must set up a second factor first. This includes users who are signed in now."),
        },
      ],
    },
    {
      id: "visibility",
      title: t("Visibility and owners"),
      description: t("Which records users see, and who owns new ones."),
      fields: [
        {
          ...{ path: "settings.visibility", label: t("Users below managers see"), input: "choice" },
          choices: [
            { id: "own", label: t("Their own records") },
            { id: "team", label: t("The records of their team") },
            { id: "all", label: t("All records") },
          ],
          help: t("Records without an owner are seen by all. Directors and administrators see everything."),
          effect: t("Lists, searches and figures of these users change within a minute."),
        },
        {
          ...{ path: "settings.all_records_roles", label: t("Roles that see all records"), input: "choices" },
          choices: roleNames
            .filter((role) => role !== "ADMIN" && role !== "DIRECTOR")
            .map((role) => ({ id: role, label: nameRole(role, t) })),
          help: t("Marketing needs all customers, and support the customers of its tickets."),
        },
        owner("new_lead_owner", t("Owner of a new lead")),
        owner("new_customer_owner", t("Owner of a new customer")),
        owner("new_opportunity_owner", t("Owner of a new opportunity")),
      ],
    },
    {
      id: "messages",
      title: t("Quiet hours and consent"),
      description: t("When messages are held back, and to whom they go."),
      fields: [
        {
          ...{ path: "settings.quiet_hours.from", label: t("Quiet from"), input: "time" },
          help: t("In the time of the recipient of a text message. The same time twice means no quiet hours."),
          effect: t("Text messages that wait are sent by the new hours. Urgent ones are always sent."),
        },
        { path: "settings.quiet_hours.to", label: t("Quiet until"), input: "time" },
        {
          ...{ path: "settings.message_cap.messages", label: t("Most marketing messages to one person"), input: "number" },
          ...{ min: 1, max: 100, isOptional: true },
          help: t("Empty: no limit"),
        },
        {
          path: "settings.message_cap.days",
          label: t("Within so many days"),
          input: "number",
          min: 1,
          max: 90,
          isOptional: true,
        },
        {
          ...{ path: "settings.mail_opt_in_required", label: t("Marketing mails only to people who agreed"), input: "switch" },
          effect: t("Check the law of your country before you switch it off."),
        },
        {
          path: "settings.word_answers.stop",
          label: t("Reply to STOP"),
          input: "area",
          help: t("Sent once to a person who opts out of text messages."),
        },
        { path: "settings.word_answers.start", label: t("Reply to START"), input: "area" },
        { path: "settings.word_answers.help", label: t("Reply to HELP"), input: "area" },
        {
          ...{ path: "settings.stop_words", label: t("More words that opt out"), input: "words" },
          help: t("Besides STOP and its variants"),
        },
      ],
    },
    {
      id: "sales",
      title: t("Sales and agreements"),
      description: t("Scores, reminders and deadlines of offers and signatures."),
      fields: [
        {
          ...{ path: "settings.score_model", label: t("Score of leads"), input: "choice" },
          choices: [
            { id: "standard", label: t("By what is known about the lead") },
            { id: "dynamic", label: t("By what the lead does, too") },
          ],
          effect: t("Leads are scored anew when they change next."),
        },
        days(
          "conversion_min_score",
          t("Lowest score for a conversion"),
          100,
          t("Leads below it need a reason to become customers."),
        ),
        days("offer_reminder_days", t("Remind of an offer, days before it ends"), 60, t("0: never")),
        days("signature_reminder_days", t("Remind signers every so many days"), 60, t("0: never")),
        days("signature_expiry_days", t("Days for which a signature request is open"), 365, t("For new requests"), 1),
        {
          ...days(
            "attribution_window_days",
            t("Days before a sale in which contacts share it"),
            365,
            t("For the revenue of campaigns"),
            1,
          ),
          effect: t("The revenue of all campaigns is computed anew."),
        },
      ],
    },
    {
      id: "service",
      title: t("Service"),
      description: t("Replies by email, surveys and the public help pages."),
      fields: [
        { path: "settings.support_mail", label: t("Send replies to tickets by email"), input: "switch" },
        {
          ...{ path: "settings.knowledge_is_public", label: t("Public help pages"), input: "switch" },
          help: t("Anyone can read articles that are written for the public."),
        },
        { path: "settings.survey_is_sent", label: t("Ask requesters how satisfied they are"), input: "switch" },
        days("survey_after_hours", t("Hours from the resolution to the survey"), 720, t("0: at once")),
        { path: "settings.survey_asks_nps", label: t("Also ask whether they would recommend you"), input: "switch" },
      ],
    },
    {
      id: "limits",
      title: t("Limits"),
      description: t("How much users and programs may ask of the system."),
      fields: [
        {
          ...{
            path: "settings.rate_limit_per_minute",
            label: t("Requests a minute of each API key or program"),
            input: "number",
          },
          ...{ min: 10, max: 10_000_000 },
          effect: t("Programs above the limit are asked to wait."),
        },
      ],
    },
  ];
}
