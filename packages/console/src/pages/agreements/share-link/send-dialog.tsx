import type { Schemas } from "@crm/sdk/index.ts";
import { useQuery } from "@tanstack/react-query";
import { useEffect, useRef } from "react";
import { shortLabel } from "../../../api/action-label.ts";
import { crm } from "../../../api/client.ts";
import { fillPath } from "../../../api/record-template.ts";
import { formatTitle } from "../../../api/schema.ts";
import { useScope } from "../../../api/session.ts";
import { formatDate } from "../../../api/value-text.ts";
import { LoadError } from "../../../frame/shell/load-error.tsx";
import { useTextOptions } from "../../../input/fields/value-provider.tsx";
import type { FormState } from "../../../input/form/form-state.ts";
import { ActionDialog, type ActionDialogProps } from "../../../records/record/action-dialog.tsx";
import { CustomerLink } from "../../../records/record/customer-link.tsx";
import { type Translate, useText } from "../../../ui/i18n/use-text.ts";
import { Banner } from "../../../ui/kit/banner.tsx";
import { Button } from "../../../ui/kit/button.tsx";
import { Dialog } from "../../../ui/kit/dialog.tsx";
import { Skeleton } from "../../../ui/kit/skeleton.tsx";
import { LocalMail } from "./local-mail.tsx";

type Preview = Schemas.SendPreview;

interface SendDialogProps extends ActionDialogProps {
  /** What is sent, if it is a part of the record, such as an amendment. */
  readonly name?: string;
}

/** The path of the preview is beside that of the action. */
const previewPath = ({ record, action }: ActionDialogProps): string =>
  fillPath(action.path, record).replace(/send$/, "send-preview");

/** Reads what the sending would do. */
function usePreview(props: ActionDialogProps, language?: string) {
  const { kind, record } = props;
  const scope = useScope();
  const path = previewPath(props);
  return useQuery({
    queryKey: [...scope, "record", kind.kind, record.id, path, language],
    queryFn: () => crm.request<Preview>("GET", path, language === undefined ? {} : { query: { language } }),
    staleTime: 0,
    gcTime: 0,
  });
}

/** Sends a document. The dialog begins with the address and the text that the mail would have, and sends what it shows. */
export function SendDialog({ name, ...props }: SendDialogProps) {
  const t = useText();
  const preview = usePreview(props);
  if (!preview.data)
    return (
      <Dialog title={shortLabel(props.action, props.kind)} isOpen onOpenChange={props.onClose}>
        {preview.error ? <LoadError query={preview} text={t("The sending could not be prepared")} /> : <Skeleton shape="block" />}
      </Dialog>
    );
  const { to, subject, message, language, keeps_mail_local } = preview.data;
  const describeDone = async (inputs: Readonly<Record<string, unknown>>) => {
    const address = String(inputs.to ?? "") || to;
    const names = { name: name ?? formatTitle(props.kind, props.record), address: address ?? "" };
    const text = address === null ? t("{name} was sent to its contact", names) : t("{name} was sent to {address}", names);
    if (!keeps_mail_local) return { text };
    const sent = await crm.request<Preview>("GET", previewPath(props)).catch(() => undefined);
    return {
      text: t("The mail for {name} stays on this server", names),
      content: <LocalMail to={address} link={sent?.link ?? null} />,
    };
  };
  return (
    <ActionDialog
      {...props}
      suggested={{ ...(to === null ? {} : { to }), subject, message, language }}
      describeDone={describeDone}
      summary={(form) => <SendSummary {...props} form={form} preview={preview.data} />}
    />
  );
}

interface SendSummaryProps extends ActionDialogProps {
  readonly form: FormState;
  readonly preview: Preview;
}

/** Says what the customer gets, and offers the other contacts. */
function SendSummary({ form, preview, ...props }: SendSummaryProps) {
  const t = useText();
  const { locale } = useTextOptions();
  useTextsOfLanguage(form, preview, props);
  const { problem, contacts, file_name, is_attached, last_day, is_repeat, link, keeps_mail_local } = preview;
  const others = contacts.filter(({ email }) => email !== null && email !== form.values.to);
  return (
    <div className="flex min-w-0 flex-col gap-2">
      {keeps_mail_local ? (
        <Banner kind="warning" title={t("This server sends no mail")}>
          {link === null ? t("You get the link after sending, to pass it on yourself.") : t("Pass the link on yourself.")}
        </Banner>
      ) : null}
      <p className="text-control wrap-anywhere">
        {is_attached
          ? t("Your customer gets this mail with {file} and a private link to its page.", { file: file_name })
          : t("Your customer gets this mail with a private link to {file}.", { file: file_name })}{" "}
        {last_day === null ? null : t("They can answer until {day}.", { day: formatDate(last_day, locale) })}{" "}
        {is_repeat && link !== null ? t("It has the same link as before.") : null}
      </p>
      {problem === null ? null : <p className="text-control text-text-muted">{nameProblem(problem, t)}</p>}
      {link === null ? null : <CustomerLink link={link} />}
      {others.length === 0 ? null : (
        <fieldset className="flex min-w-0 flex-wrap gap-2" aria-label={t("Other contacts")}>
          {others.map(({ id, name, email }) => (
            <Button key={id} isSmall onPress={() => form.set("to", email)}>
              {t("To {name}", { name: name ?? email ?? "" })}
            </Button>
          ))}
        </fieldset>
      )}
    </div>
  );
}

function nameProblem(problem: NonNullable<Preview["problem"]>, t: Translate): string {
  switch (problem) {
    case "NO_CONTACT":
      return t("There is no contact. Enter the address of the customer.");
    case "NO_ADDRESS":
      return t("The contact has no email address. Enter one.");
    case "REFUSED":
      return t("The contact refuses emails. Choose another address.");
    default:
      return t("You cannot see the contact. It gets the mail if you enter no address.");
  }
}

/** Gives the texts in the chosen language, unless the user has written their own. */
function useTextsOfLanguage(form: FormState, preview: Preview, props: ActionDialogProps): void {
  const language = typeof form.values.language === "string" && form.values.language !== "" ? form.values.language : undefined;
  const { data } = usePreview(props, language);
  const shown = useRef(preview);
  useEffect(() => {
    if (!data || data.language === shown.current.language) return;
    for (const name of ["subject", "message"] as const) if (form.values[name] === shown.current[name]) form.set(name, data[name]);
    shown.current = data;
  }, [data, form]);
}
