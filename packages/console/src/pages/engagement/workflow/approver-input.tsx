import type { Field } from "../../../api/schema.ts";
import { FieldInput } from "../../../input/fields/field-input.tsx";
import { useText } from "../../../ui/i18n/use-text.ts";
import { Select } from "../../../ui/kit/select.tsx";

const ROLES: readonly string[] = ["owner", "manager", "DIRECTOR", "ADMIN"];
const USER = "user";

interface ApproverInputProps {
  readonly value: unknown;
  readonly onChange: (value: unknown) => void;
  readonly error?: string | undefined;
}

/** Whom a step asks for approval: a user by their place, or a user by name. */
export function ApproverInput({ value, onChange, error }: ApproverInputProps) {
  const t = useText();
  const approver = String(value ?? "");
  const isUser = value !== undefined && !ROLES.includes(approver);
  const labels = [
    { id: "owner", label: t("The owner") },
    { id: "manager", label: t("The owner's manager") },
    { id: "DIRECTOR", label: t("A director") },
    { id: "ADMIN", label: t("An administrator") },
    { id: USER, label: t("A user") },
  ];
  return (
    <>
      <Select
        label={t("Approver")}
        note="required"
        error={isUser ? undefined : error}
        options={labels}
        value={value === undefined ? null : isUser ? USER : approver}
        onChange={(key) => onChange(key === USER ? "" : String(key))}
      />
      {isUser ? (
        <FieldInput
          field={{ name: "to", label: t("User"), type: "reference", record: USER } as Field}
          value={approver === "" ? null : approver}
          values={{}}
          onChange={(id) => onChange(id ?? "")}
          note="required"
          {...(error === undefined ? {} : { error })}
        />
      ) : null}
    </>
  );
}
