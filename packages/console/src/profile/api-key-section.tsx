import { useQuery, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { crm, read } from "../data/client.ts";
import { useScope } from "../data/session.ts";
import { bindText, useFormState } from "../form/form-state.ts";
import { useText } from "../i18n/use-text.ts";
import { Banner } from "../kit/banner.tsx";
import { Button } from "../kit/button.tsx";
import { Dialog } from "../kit/dialog.tsx";
import { Select } from "../kit/select.tsx";
import { Skeleton } from "../kit/skeleton.tsx";
import { TextField } from "../kit/text-field.tsx";
import { nameRole, viewableRoles } from "./role-name.ts";
import { Section } from "./section.tsx";
import { useSave } from "./use-save.ts";

const PATH = "/api/v1/api-keys";
/** The most keys that a page of the API has. A tenant may have fewer. */
const LIMIT = 100;

interface ApiKey {
  readonly id: string;
  readonly name: string;
  readonly role: string;
  readonly hint: string;
}

/** The keys of programs, for administrators. A key is shown once. */
export function ApiKeySection() {
  const t = useText();
  const scope = useScope();
  const queries = useQueryClient();
  const save = useSave();
  const queryKey = [...scope, "api-keys"];
  const [secret, setSecret] = useState<string>();
  const [revoked, setRevoked] = useState<ApiKey>();
  const { data: keys } = useQuery({
    queryKey,
    queryFn: async () => (await read<ApiKey[]>(PATH, { limit: LIMIT })).data,
  });
  const revoke = (key: ApiKey): Promise<void> =>
    save(async () => {
      await crm.request("DELETE", `${PATH}/${key.id}`);
      setRevoked(undefined);
      await queries.invalidateQueries({ queryKey });
    });
  return (
    <Section title={t("API keys")} description={t("Programs use a key in place of a password. Each key has a role of its own.")}>
      {secret === undefined ? null : (
        <Banner kind="success" title={t("Copy the key now. It is not shown again.")} onDismiss={() => setSecret(undefined)}>
          <code className="font-mono text-meta wrap-anywhere select-all">{secret}</code>
        </Banner>
      )}
      {keys ? (
        <ul className="flex flex-col">
          {keys.map((key) => (
            <li key={key.id} className="flex flex-wrap items-center gap-x-4 gap-y-1 border-b border-border py-2 text-control">
              <span className="flex min-w-field-short flex-1 flex-col">
                <span dir="auto" className="font-medium wrap-anywhere">
                  {key.name}
                </span>
                <span className="text-meta text-text-muted">{`${nameRole(key.role, t)} · …${key.hint}`}</span>
              </span>
              <Button isSmall onPress={() => setRevoked(key)}>
                {t("Revoke")}
              </Button>
            </li>
          ))}
        </ul>
      ) : (
        <Skeleton shape="block" />
      )}
      <KeyForm
        onCreate={(key) => {
          setSecret(key);
          void queries.invalidateQueries({ queryKey });
        }}
      />
      <Dialog
        role="alertdialog"
        title={t("Revoke the key “{name}”?", { name: revoked?.name ?? "" })}
        isOpen={revoked !== undefined}
        onOpenChange={() => setRevoked(undefined)}
        actions={(close) => (
          <>
            <Button onPress={close}>{t("Cancel")}</Button>
            <Button variant="danger" onPress={() => revoked && void revoke(revoked)}>
              {t("Revoke the key")}
            </Button>
          </>
        )}
      >
        {t("Programs that use it are refused within a minute.")}
      </Dialog>
    </Section>
  );
}

function KeyForm({ onCreate }: { readonly onCreate: (secret: string) => void }) {
  const t = useText();
  const form = useFormState({ role: "USER" }, t);
  const submit = async (event: FormEvent): Promise<void> => {
    event.preventDefault();
    if (form.isSaving) return;
    const body = { name: form.values.name ?? "", role: form.values.role };
    const created = await form.submit(() => crm.request<{ key: string }>("POST", PATH, { body }).then((key) => key));
    if (!created) return;
    form.reset({ role: "USER" });
    onCreate(created.key);
  };
  return (
    <form noValidate onSubmit={(event) => void submit(event)} className="flex max-w-drawer flex-col gap-4">
      {form.errors.form === undefined ? null : <Banner kind="danger" title={form.errors.form} />}
      <TextField label={t("Name of a new key")} help={t("Say which program uses it.")} {...bindText(form, "name")} />
      <Select
        label={t("Role")}
        options={["ADMIN", ...viewableRoles].map((name) => ({ id: name, label: nameRole(name, t) }))}
        value={String(form.values.role)}
        onChange={(key) => form.set("role", String(key))}
        error={form.errors.fields.role}
      />
      <span>
        <Button type="submit" isPending={form.isSaving}>
          {t("Create key")}
        </Button>
      </span>
    </form>
  );
}
