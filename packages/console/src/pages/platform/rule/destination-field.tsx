import type { Field } from "../../../api/schema.ts";
import { FieldInput } from "../../../input/fields/field-input.tsx";
import { UserList } from "../../../input/fields/user-list.tsx";
import { useText } from "../../../ui/i18n/use-text.ts";
import { Select } from "../../../ui/kit/select.tsx";

interface Destination {
  readonly method: string;
  readonly user_ids?: readonly string[] | null;
  readonly team_id?: string | null;
}

interface DestinationFieldProps {
  readonly label: string;
  readonly value: unknown;
  readonly onChange: (value: Destination) => void;
  /** By the path below the destination: `user_ids[0]`. */
  readonly errors: Readonly<Record<string, string>>;
}

const ONE = "USER";
/** How users are chosen, and whether they are those of a team. */
const ways = {
  USER: { method: ONE, isTeam: false },
  ROUND_ROBIN: { method: "ROUND_ROBIN", isTeam: false },
  LEAST_LOADED: { method: "LEAST_LOADED", isTeam: false },
  TEAM_ROUND_ROBIN: { method: "ROUND_ROBIN", isTeam: true },
  TEAM_LEAST_LOADED: { method: "LEAST_LOADED", isTeam: true },
} as const;

const findError = (errors: Readonly<Record<string, string>>, name: string): string | undefined =>
  Object.entries(errors).find(([path]) => path === name || path.startsWith(`${name}[`))?.[1];

/** Whom a rule assigns to: a user, several in turn or by load, or the users of a team. */
export function DestinationField({ label, value, onChange, errors }: DestinationFieldProps) {
  const t = useText();
  const { method = ONE, user_ids, team_id } = (value ?? {}) as Partial<Destination>;
  const users = user_ids ?? [];
  const isTeam = team_id !== null && team_id !== undefined;
  const options: { id: keyof typeof ways; label: string }[] = [
    { id: "USER", label: t("One user") },
    { id: "ROUND_ROBIN", label: t("Users in turn") },
    { id: "LEAST_LOADED", label: t("User with the lowest load") },
    { id: "TEAM_ROUND_ROBIN", label: t("Users of a team in turn") },
    { id: "TEAM_LEAST_LOADED", label: t("User of a team with the lowest load") },
  ];
  const change = (key: keyof typeof ways): void => {
    const way = ways[key];
    if (way.isTeam) onChange({ method: way.method, team_id: team_id ?? "" });
    else onChange({ method: way.method, user_ids: way.method === ONE ? users.slice(0, 1) : users });
  };
  const error = errors[""] ?? findError(errors, "method");
  return (
    <>
      <Select
        label={label}
        note="required"
        options={options}
        value={isTeam ? `TEAM_${method}` : method}
        onChange={(key) => change(String(key) as keyof typeof ways)}
        {...(error === undefined ? {} : { error })}
      />
      {isTeam ? (
        <FieldInput
          field={{ name: "team_id", label: t("Team"), type: "reference", record: "team" } as Field}
          value={team_id === "" ? null : team_id}
          values={{}}
          note="required"
          onChange={(id) => onChange({ method, team_id: String(id ?? "") })}
          {...(findError(errors, "team_id") === undefined ? {} : { error: findError(errors, "team_id") as string })}
        />
      ) : method === ONE ? (
        <FieldInput
          field={{ name: "user", label: t("User"), type: "reference", record: "user" } as Field}
          value={users[0] ?? null}
          values={{}}
          note="required"
          onChange={(id) => onChange({ method, user_ids: id ? [String(id)] : [] })}
          {...(findError(errors, "user_ids") === undefined ? {} : { error: findError(errors, "user_ids") as string })}
        />
      ) : (
        <UserList
          label={t("Users")}
          value={users}
          onChange={(ids) => onChange({ method, user_ids: ids })}
          error={findError(errors, "user_ids")}
        />
      )}
    </>
  );
}
