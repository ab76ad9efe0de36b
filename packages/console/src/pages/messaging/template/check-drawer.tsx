import { useQuery } from "@tanstack/react-query";
import { CircleAlert, TriangleAlert } from "lucide-react";
import { crm } from "../../../api/client.ts";
import { useScope } from "../../../api/session.ts";
import { type BlockPath, parseFieldPath } from "../../../records/mail/mail-block.ts";
import type { MailFinding } from "../../../records/mail/mail-data.ts";
import { useText } from "../../../ui/i18n/use-text.ts";
import { Banner } from "../../../ui/kit/banner.tsx";
import { Button } from "../../../ui/kit/button.tsx";
import { Drawer } from "../../../ui/kit/drawer.tsx";
import { Skeleton } from "../../../ui/kit/skeleton.tsx";
import { nameFinding } from "./block-names.ts";

interface CheckDrawerProps {
  readonly id: string;
  readonly person: string | undefined;
  readonly isChanged: boolean;
  readonly onSelect: (path: BlockPath) => void;
  readonly onClose: () => void;
}

/** What must change before the mail is sent. The server requests the links of the mail. */
export function CheckDrawer({ id, person, isChanged, onSelect, onClose }: CheckDrawerProps) {
  const t = useText();
  const scope = useScope();
  const check = useQuery({
    queryKey: [...scope, "mail-check", id, person],
    queryFn: () =>
      crm.request<{ findings: MailFinding[]; html_bytes: number | null }>("POST", `/api/v1/message-templates/${id}/check`, {
        body: person === undefined ? { sample: true } : { related_to_id: person },
      }),
    retry: false,
    gcTime: 0,
  });
  const findings = check.data?.findings ?? [];
  const hasErrors = findings.some(({ severity }) => severity === "error");
  return (
    <Drawer title={t("Check the mail")} isOpen onOpenChange={onClose}>
      <div className="flex min-w-0 flex-col gap-4" aria-live="polite">
        {isChanged ? <Banner kind="warning" title={t("Changes that are not saved are not checked")} /> : null}
        {check.isError ? <Banner kind="danger" title={check.error.message} /> : null}
        {check.isPending ? <Skeleton shape="block" /> : null}
        {check.data && findings.length === 0 ? <Banner kind="success" title={t("Nothing stands in the way of sending")} /> : null}
        {findings.length > 0 ? (
          <p className="text-control text-text-muted">
            {hasErrors
              ? t("Errors must be mended before the mail is sent. Warnings are up to you.")
              : t("The mail can be sent. Warnings are up to you.")}
          </p>
        ) : null}
        <ul className="flex min-w-0 flex-col gap-3 empty:hidden">
          {findings.map((finding) => (
            <FindingRow
              key={`${finding.code} ${finding.field} ${finding.message}`}
              finding={finding}
              onSelect={onSelect}
              onClose={onClose}
            />
          ))}
        </ul>
      </div>
    </Drawer>
  );
}

interface FindingRowProps {
  readonly finding: MailFinding;
  readonly onSelect: (path: BlockPath) => void;
  readonly onClose: () => void;
}

function FindingRow({ finding: { code, severity, message, field }, onSelect, onClose }: FindingRowProps) {
  const t = useText();
  const path = parseFieldPath(field ?? "");
  return (
    <li className="flex min-w-0 items-start gap-2 border-b border-border pb-3">
      <span className={severity === "error" ? "pt-1 text-danger" : "pt-1 text-warning"}>
        {severity === "error" ? <CircleAlert aria-label={t("Error")} /> : <TriangleAlert aria-label={t("Warning")} />}
      </span>
      <span className="flex min-w-0 flex-1 flex-col">
        <span className="text-body font-medium">{nameFinding(code, message, t)}</span>
        <span lang="en" dir="ltr" className="text-start text-meta wrap-anywhere text-text-muted">
          {message}
        </span>
      </span>
      {path ? (
        <Button
          isSmall
          onPress={() => {
            onSelect(path);
            onClose();
          }}
        >
          {t("Show")}
        </Button>
      ) : null}
    </li>
  );
}
