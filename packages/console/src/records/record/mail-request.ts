import type { Schemas } from "@crm/sdk/index.ts";

/** What a user writes in the composer of mails, and the request that sends it. */

export type MailComposerData = Schemas.MailComposer;

/** The choice of another address than those of the record. */
export const OTHER_ADDRESS = "other";

type MailValues = Readonly<Record<string, unknown>>;

const read = (values: MailValues, name: string): string => String(values[name] ?? "").trim();

/** Splits typed addresses at commas, semicolons and line ends. */
export const splitAddresses = (text: string): string[] =>
  text
    .split(/[,;\n]+/)
    .map((address) => address.trim())
    .filter(Boolean);

/** The recipient: the chosen person, else the first one of the record, else a typed address. */
export const resolveRecipient = (values: MailValues, { recipients }: Pick<MailComposerData, "recipients">): string =>
  read(values, "recipient") || (recipients[0]?.person_id ?? OTHER_ADDRESS);

/** The mail account: the chosen one, else the default. */
export const findAccount = (values: MailValues, { accounts }: Pick<MailComposerData, "accounts">) =>
  accounts.find(({ id }) => id === values.sender_id) ?? accounts.find(({ is_default }) => is_default) ?? accounts[0];

export const mergePrefix = "merge.";

/** The part of a form that says what is wrong. */
interface FaultyForm {
  readonly errors: { readonly fields: Readonly<Record<string, string>>; readonly form?: string };
}

const listPaths = (entries: object): string[] =>
  Object.keys(entries).flatMap((name) => (name.startsWith(mergePrefix) ? [name.slice(mergePrefix.length)] : []));

/** Lists the merge fields for which the API found no value. */
export const listMissingValues = ({ errors }: FaultyForm): string[] => listPaths(errors.fields);

/** Lists the merge fields that had no value, and those that the user has filled in since. */
export const listMergeValues = ({ values, errors }: FaultyForm & { readonly values: MailValues }): string[] => [
  ...new Set([...listPaths(values), ...listPaths(errors.fields)]),
];

/** Leaves the sentence above the form away if all that is missing are merge fields: their inputs say it. */
export function omitMergeFaults<F extends FaultyForm>(form: F): F {
  const { form: _, ...errors } = form.errors;
  const count = listMissingValues(form).length;
  return count > 0 && count === Object.keys(errors.fields).length ? { ...form, errors } : form;
}

/** Lists what a mail needs and lacks. Without a template it needs a subject and a text. */
export function listMissingParts(values: MailValues, composer: MailComposerData): string[] {
  const isOther = resolveRecipient(values, composer) === OTHER_ADDRESS;
  const needed = [
    ...(isOther ? ["to"] : []),
    ...(values.template_id ? [] : ["subject", "body_html"]),
    ...(values.is_later ? ["send_at"] : []),
  ];
  return needed.filter((name) => read(values, name) === "");
}

/** Tiptap names the relation of a link, which mails may not have. */
export const withoutRelation = (html: string): string => html.replaceAll(/ rel="[^"]*"/g, "");

/** Builds the body of the request that sends a mail about a record. */
export function buildMailRequest(values: MailValues, composer: MailComposerData, recordId: string): Record<string, unknown> {
  const recipient = resolveRecipient(values, composer);
  const cc = splitAddresses(read(values, "cc"));
  const attachmentIds = (values.attachment_ids as readonly string[] | undefined) ?? [];
  const account = findAccount(values, composer);
  const merge = Object.entries(values).flatMap(([name, value]) =>
    name.startsWith(mergePrefix) && value ? [[name.slice(mergePrefix.length), value] as const] : [],
  );
  const subject = read(values, "subject");
  return {
    channel: "email",
    related_to_id: recordId,
    ...(recipient === OTHER_ADDRESS ? { to: read(values, "to") } : { person_id: recipient }),
    ...(cc.length === 0 ? {} : { cc }),
    ...(account === undefined ? {} : { sender_id: account.id }),
    ...(values.template_id
      ? { template_id: values.template_id, ...(subject === "" ? {} : { subject }) }
      : { subject, body_html: withoutRelation(read(values, "body_html")) }),
    ...(merge.length === 0 ? {} : { merge: Object.fromEntries(merge) }),
    ...(attachmentIds.length === 0 ? {} : { attachment_ids: attachmentIds }),
    adds_signature: composer.signature !== null && values.adds_signature !== false,
    tracks: account?.tracks === true && values.tracks !== false,
    ...(values.is_later ? { send_at: values.send_at } : {}),
  };
}
