import { useQuery } from "@tanstack/react-query";
import { crm } from "../../../api/client.ts";
import { formatTitle } from "../../../api/schema.ts";
import { useScope } from "../../../api/session.ts";
import { readSignInOptions } from "../../../frame/session/sign-in-options.ts";
import { ActionDialog, type ActionDialogProps } from "../../../records/record/action-dialog.tsx";
import { useText } from "../../../ui/i18n/use-text.ts";
import { Banner } from "../../../ui/kit/banner.tsx";
import { LocalMail } from "../share-link/local-mail.tsx";
import { asksSigners, suggestParty } from "./signing-party.ts";

interface SignDialogProps extends ActionDialogProps {
  /** What is signed, if it is a part of the record, such as an amendment, with its signatures. */
  readonly signed?: { readonly name: string; readonly values: Readonly<Record<string, unknown>> };
}

/** Records a signature of a contract or an amendment, or asks its signers by mail. */
export function SignDialog({ signed, ...props }: SignDialogProps) {
  const t = useText();
  const scope = useScope();
  const options = useQuery({ queryKey: [...scope, "auth", "options"], queryFn: () => readSignInOptions() });
  const keepsMailLocal = options.data?.keeps_mail_local ?? false;
  const name = signed?.name ?? formatTitle(props.kind, props.record);
  const describeDone = async (_inputs: unknown, answer: Readonly<Record<string, unknown>> | null) => {
    const request = answer?.signature_request_id;
    const before = signed?.values.signature_request_id ?? props.record.signature_request_id;
    if (typeof request !== "string" || request === before) return { text: t("The signature of {name} was recorded", { name }) };
    const asked = await crm.signatureRequests.get(request).catch(() => undefined);
    const addresses = (asked?.signers ?? []).flatMap(({ state, email }) => (state === "waiting" ? [] : [email]));
    const names = { name, address: addresses.join(", ") };
    if (keepsMailLocal)
      return {
        text: t("The mail for {name} stays on this server", names),
        content: <LocalMail to={addresses.length === 1 ? (addresses[0] ?? null) : null} />,
      };
    return {
      text:
        addresses.length === 0
          ? t("{name} was sent to its signers", names)
          : t("{name} was sent to {address} for signature", names),
    };
  };
  return (
    <ActionDialog
      {...props}
      suggested={suggestParty(signed?.values ?? props.record)}
      describeDone={describeDone}
      summary={({ values }) =>
        asksSigners(values) ? (
          <div className="flex min-w-0 flex-col gap-2">
            {keepsMailLocal ? (
              <Banner kind="warning" title={t("This server sends no mail")}>
                {t("The link to sign stays in the local mailbox.")}
              </Banner>
            ) : null}
            <p className="text-control">{t("Signers get an email with a private link to sign.")}</p>
          </div>
        ) : null
      }
    />
  );
}
